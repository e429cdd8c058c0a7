import { describe, expect, it } from "vitest";
import { replicationSeed } from "../../src/kernel/draw.ts";
import type { Timeline } from "../../src/record/timeline.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { explainActivations } from "../../src/sim/explain.ts";
import { streamKey } from "../../src/traffic/plan.ts";

/**
 * Two payments, 10 ms apart, over links of 5 ms to an operator with one check of 2 ms, and on over
 * 1 ms to a bank whose only worker takes 30 ms. The operator waits 40 ms for it.
 */
const twoPayments = `
name: two-payments
seed: pencil
duration: 20ms
promise: 1s
traffic:
  pays:
    journey: pay
    arrivals: { even: { rate: 100/s } }
    merchants: 1
    amount: 12.34
    patience: { wait: 1s, retries: 1, pause: 100ms }
network: { terminal-operator: { latency: 5ms }, operator-bank: { latency: 1ms } }
services:
  operator:
    stages:
      check: { workers: 2, time: 2ms }
      forward: { workers: 2, call: { to: bank, timeout: 40ms } }
    operations: { pay: [check, forward] }
  bank:
    stages: { post: { workers: 1, time: 30ms, posts: true } }
    operations: { pay: [post] }
`;

async function explained(text: string, indices: readonly number[], seeds = 1, run = 0) {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
  const key = streamKey(replicationSeed(scenario.seed, run), "pays");
  const chosen = indices.map((index) => ({ streamKey: key, index }));
  const { duration } = scenario;
  const span = { scenarioMs: duration, fromMs: 0, toMs: duration };
  const openTrace = () => expect.unreachable("no stream plays a recording");
  return explainActivations({ scenario, variant: "baseline", seeds, span, openTrace }, chosen);
}

/** One line a note: when, how far from the terminal, where, what. */
function linesOf(timeline: Timeline | undefined): readonly string[] {
  return (timeline?.notes ?? []).map(({ atMs, hop, place, event, value, word, peer }) =>
    [atMs, hop, place, event, Number.isNaN(value) ? "" : value, word, peer]
      .filter((it) => it !== "")
      .join(" "),
  );
}

describe("the timeline of an activation", () => {
  it("is what pencil and paper say, where nothing is in the way", async () => {
    const [first] = await explained(twoPayments, [0]);
    expect(linesOf(first)).toEqual([
      "0 0 terminal due 0 genuine",
      "0 0 terminal taps 1",
      "0 0 terminal asks 0 operator#1",
      "5 1 operator#1 arrived pay",
      "5 1 operator#1.check started 0",
      "7 1 operator#1.check served 2",
      "7 1 operator#1.forward started 0",
      "7 1 operator#1.forward served 0",
      "7 1 operator#1.forward asks 0 bank#1",
      "8 2 bank#1 arrived pay",
      "8 2 bank#1.post started 0",
      "38 2 bank#1.post served 30",
      "38 2 bank#1.post posted",
      "38 2 bank#1 answers 30 00",
      "39 1 operator#1.forward answered 32 00 bank#1",
      "39 1 operator#1 booked approved",
      "39 1 operator#1 answers 2 00",
      "44 0 terminal answered 44 00 operator#1",
      "44 0 terminal toldApproved",
    ]);
    expect(first).toMatchObject({ activation: "pays#0", seed: null, outcome: "credited" });
    expect(first).toMatchObject({ plannedMs: 0, latencyMs: 44, creditMs: 38, cause: null });
    expect(first?.amountMinor).toBe(1_234);
    expect(first?.records).toContain("terminal: approved at 0.044 s; operator: approved;");
  });

  it("shows the wait that made an answer late, and the second tap that finds the credit", async () => {
    const [second] = await explained(twoPayments, [1]);
    expect(linesOf(second).slice(8)).toEqual([
      "17 1 operator#1.forward asks 0 bank#1",
      "18 2 bank#1 arrived pay",
      "18 2 bank#1.post queued 0",
      "38 2 bank#1.post started 20",
      "57 1 operator#1.forward timedOut 40 bank#1",
      "57 1 operator#1 booked unknown",
      "57 1 operator#1 answers 2 68",
      "62 0 terminal answered 52 68 operator#1",
      "62 0 terminal pauses 100",
      "68 2 bank#1.post served 30",
      "68 2 bank#1.post posted",
      "68 2 bank#1 answers 50 00",
      "69 1 operator#1.forward answeredLate 52 00 bank#1",
      "162 0 terminal taps 2",
      "162 0 terminal asks 0 operator#1",
      "167 1 operator#1 arrived pay",
      "167 1 operator#1.check started 0",
      "169 1 operator#1.check served 2",
      "169 1 operator#1.forward started 0",
      "169 1 operator#1.forward served 0",
      "169 1 operator#1.forward asks 0 bank#1",
      "170 2 bank#1 arrived pay",
      "170 2 bank#1.post started 0",
      "200 2 bank#1.post served 30",
      "200 2 bank#1.post stood",
      "200 2 bank#1 answers 30 00",
      "201 1 operator#1.forward answered 32 00 bank#1",
      "201 1 operator#1 booked approved",
      "201 1 operator#1 answers 2 00",
      "206 0 terminal answered 44 00 operator#1",
      "206 0 terminal toldApproved",
    ]);
  });

  it("comes in the order that was asked for, and not at all for what never was", async () => {
    const timelines = await explained(twoPayments, [1, 7, 0]);
    expect(timelines.map((it) => it?.activation)).toEqual(["pays#1", undefined, "pays#0"]);
  });

  it("names the seed of a run that is not the first", async () => {
    const [of2] = await explained(twoPayments, [1], 3, 2);
    expect(of2?.seed).toBe("pencil#3");
    const alone = twoPayments.replace("seed: pencil", 'seed: "pencil#3"');
    const [again] = await explained(alone, [1]);
    expect(of2).toEqual({ ...again, seed: "pencil#3" });
  });
});
