import { describe, expect, it } from "vitest";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { simulateText } from "../support/simulated.ts";

/** Even traffic and constant times: what happens can be worked out with pencil and paper. */
type Chain = {
  duration?: string;
  drain?: string;
  rate?: string;
  patience?: string;
  network?: string;
  forward?: string;
  call?: string;
  risk?: string;
  rejects?: string;
  bankReplicas?: number;
  faults?: string;
};

function chain(it: Chain): string {
  return `
name: chain
duration: ${it.duration ?? "10s"}
drain: ${it.drain ?? "60s"}
promise: 5s
traffic:
  taps:
    journey: activate
    arrivals: { even: { rate: ${it.rate ?? "10/s"} } }
    ${it.patience === undefined ? "" : `patience: ${it.patience}`}
network: ${it.network ?? "{}"}
services:
  operator:
    stages:
      forward: { workers: 100, ${it.forward ?? ""} call: { to: bank${it.call ?? ""} } }
    operations: { activate: [forward] }
  bank:
    replicas: ${it.bankReplicas ?? 1}
    stages:
      risk: { workers: 4, time: 100ms${it.risk ?? ""} }
      post: { workers: 4, time: 10ms, posts: true }
    operations: { activate: [risk, post] }
    rejects: ${it.rejects ?? "{}"}
faults: ${it.faults ?? "[]"}
`;
}

async function run(it: Chain): Promise<VariantSummary> {
  const { summary } = await simulateText(chain(it));
  const sum = Object.values(summary.accounting).reduce((total, count) => total + count, 0);
  expect(sum, "planned = answered + timed out + failed + unsent + unfinished").toBe(
    summary.planned,
  );
  expect(summary.integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
  return summary;
}

function station(summary: VariantSummary, name: string) {
  const found = summary.stations.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no station ${name}`);
  return found;
}

describe("a chain in health", () => {
  it("takes its service times and its links, there and back, and nothing else", async () => {
    const network = "{ terminal-operator: { latency: 20ms }, operator-bank: { latency: 5ms } }";
    const { latencyMs, timeToCreditMs, outcomes } = await run({ network });
    expect(latencyMs.max).toBeCloseTo(20 + 5 + 100 + 10 + 5 + 20, 3);
    // The credit stands when the bank has posted it, before the answer travels back.
    expect(timeToCreditMs.max).toBeCloseTo(20 + 5 + 100 + 10, 3);
    expect(outcomes.credited).toBe(100);
  });

  it("holds the caller's worker during the call", async () => {
    const held = station(await run({}), "operator.forward");
    expect(held.serviceMeanMs).toBeCloseTo(110, 3);
    expect(held.blockedRatio).toBeCloseTo(held.utilisationRatio, 9);
    expect(held.utilisationRatio).toBeCloseTo((10 * 0.11) / 100, 3);
  });

  it("frees the caller's worker where the stage releases it", async () => {
    const released = station(
      await run({ forward: "release: true, time: 1ms," }),
      "operator.forward",
    );
    expect(released.serviceMeanMs).toBeCloseTo(1, 3);
    expect(released.blockedRatio).toBe(0);
  });

  it("declines what the bank rejects, and posts nothing for it", async () => {
    const { outcomes, accounting } = await run({ rejects: '{ "51": 100% }' });
    expect(outcomes.declined).toBe(100);
    expect(accounting.answered).toBe(100);
  });

  it("spreads requests over replicas in turn", async () => {
    const { stations } = await run({ bankReplicas: 2 });
    expect(stations.find(({ name }) => name === "bank.risk")?.utilisationRatio).toBeCloseTo(
      (10 * 0.1) / 8,
      3,
    );
  });
});

describe("patience and timeouts", () => {
  it("a merchant who waits in vain taps again, then gives up; the bank credits them all the same", async () => {
    const { accounting, outcomes, unnotified, attempts } = await run({
      patience: "{ wait: 50ms, retries: 1 }",
    });
    expect(accounting.timedOut).toBe(100);
    expect(attempts).toBe(200);
    expect(outcomes.credited).toBe(100);
    expect(unnotified).toBe(100);
  });

  it("the same activation is credited once, however often it is asked for", async () => {
    const summary = await run({ patience: "{ wait: 50ms, retries: 3 }", rate: "2/s" });
    expect(station(summary, "bank.post").completions).toBe(4 * summary.planned);
    expect(summary.timeToCreditMs.count).toBe(summary.planned);
  });

  it("a call that takes too long is answered 68, and the merchant taps again after the pause", async () => {
    const { accounting, latencyMs, causes } = await run({
      call: ", timeout: 30ms",
      patience: "{ wait: 8s, retries: 1, pause: 500ms }",
    });
    expect(accounting.failed).toBe(100);
    expect(latencyMs.max).toBeCloseTo(30 + 500 + 30, 3);
    // Credited in the end, for a timeout is no refusal: nothing is late or lost.
    expect(Object.values(causes).every((count) => count === 0)).toBe(true);
  });

  it("what is lost on the way shows as a timeout at the terminal, by the network", async () => {
    const { accounting, outcomes, causes } = await run({
      network: "{ terminal-operator: { loss: 100% } }",
      patience: "{ wait: 1s }",
    });
    expect(accounting.timedOut).toBe(100);
    expect(outcomes.lost).toBe(100);
    expect(causes.network).toBe(100);
  });

  it("what waits when the run is over is unfinished", async () => {
    const { accounting, outcomes, causes } = await run({
      network: "{ operator-bank: { loss: 100% } }",
      drain: "1s",
    });
    expect(accounting.unfinished).toBe(100);
    expect(outcomes.lost).toBe(100);
    expect(causes["bank-delay"]).toBe(100);
  });
});

describe("faults", () => {
  const from2to4 = (effect: string, on = "bank") => `[{ at: 2s, for: 2s, on: ${on}, ${effect} }]`;

  it("slow: services that start meanwhile take so many times as long", async () => {
    const { latencyMs } = await run({ faults: from2to4("slow: 2x", "bank.risk") });
    expect(latencyMs.p50).toBeCloseTo(110, 0);
    expect(latencyMs.max).toBeCloseTo(210, 3);
  });

  it("slow on a whole service slows each of its stages", async () => {
    const { latencyMs } = await run({ faults: from2to4("slow: 2x") });
    expect(latencyMs.max).toBeCloseTo(220, 3);
  });

  it("delay: each request is taken up later", async () => {
    const summary = await run({ faults: from2to4("delay: 300ms") });
    expect(summary.latencyMs.max).toBeCloseTo(410, 3);
    expect(station(summary, "bank.risk").serviceMeanMs).toBeCloseTo(100, 3);
  });

  it("errors: the given share fails with the given code at once", async () => {
    const { accounting, outcomes, causes } = await run({
      faults: from2to4('errors: { rate: 100%, code: "91" }'),
    });
    expect(accounting.failed).toBe(20);
    expect(outcomes.lost).toBe(20);
    expect(causes["bank-delay"]).toBe(20);
  });

  it("errors at a stage are counted there", async () => {
    const summary = await run({ faults: from2to4("errors: { rate: 100% }", "bank.risk") });
    expect(station(summary, "bank.risk").failed).toBe(20);
    expect(station(summary, "bank.risk").completions).toBe(80);
  });

  it.each([
    { down: "refuse", code: "the connection is refused" },
    { down: "maintenance", code: "91" },
  ])("down, $down: every request fails at once, for want of communication", async ({ down }) => {
    const { accounting, causes, latencyMs } = await run({ faults: from2to4(`down: ${down}`) });
    expect(accounting.failed).toBe(20);
    expect(causes.communication).toBe(20);
    expect(latencyMs.max).toBeCloseTo(110, 3);
  });

  it("down, hang: nothing is answered until it ends, then all of it", async () => {
    const { accounting, latencyMs, series } = await run({ faults: from2to4("down: hang") });
    expect(accounting.answered).toBe(100);
    expect(latencyMs.max).toBeGreaterThan(2_000);
    expect(latencyMs.max).toBeLessThan(2_800);
    expect(series.latencyP99Ms[20]).toBeGreaterThan(1_900);
  });

  it("a fault of one replica leaves the other alone", async () => {
    const faults = from2to4("down: maintenance", '"bank#2"');
    const { accounting } = await run({ bankReplicas: 2, faults });
    expect(accounting.failed).toBe(10);
  });

  it("a full queue turns away, and the waste is counted", async () => {
    const summary = await run({
      rate: "100/s",
      risk: ", queue: 10",
      patience: "{ wait: 9s }",
    });
    const risk = station(summary, "bank.risk");
    expect(risk.arrivals).toBe(risk.completions + risk.dropped);
    expect(risk.dropped).toBeGreaterThan(500);
    expect(risk.queueMax).toBe(10);
    expect(risk.waitP99Ms).toBeLessThanOrEqual(301);
    expect(summary.accounting.failed).toBe(risk.dropped);
  });

  it("a queue that is full because the bank keeps its workers is the bank's doing", async () => {
    const { causes, outcomes } = await run({
      rate: "100/s",
      forward: "queue: 0,",
      faults: "[{ at: 0s, on: bank.risk, slow: 50x }]",
      drain: "1s",
    });
    expect(outcomes.lost).toBeGreaterThan(800);
    expect(causes["operator-capacity"]).toBe(0);
  });

  it("a bank that fails behind its posting stage does not send the payment to another bank", async () => {
    const { summary } = await simulateText(`
name: behind-the-post
duration: 10s
traffic:
  taps: { journey: activate, arrivals: { even: { rate: 10/s } } }
services:
  operator:
    stages: { forward: { workers: 100, call: { to: { failover: [bank, other-bank] } } } }
    operations: { activate: [forward] }
  bank:
    stages: { post: { workers: 4, posts: true }, receipt: { workers: 4 } }
    operations: { activate: [post, receipt] }
  other-bank:
    stages: { post: { workers: 4, posts: true } }
    operations: { activate: [post] }
faults: [{ at: 2s, for: 2s, on: bank.receipt, down: maintenance }]
`);
    expect(summary.integrity.doubleCredited).toBe(0);
    // Credited by the first bank, but the merchant does not hear of it.
    expect(summary.outcomes.credited).toBe(summary.planned);
    expect(summary.unnotified).toBe(20);
  });
});
