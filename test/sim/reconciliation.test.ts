import { describe, expect, it } from "vitest";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { simulateText } from "../support/simulated.ts";

/** A bank that settles every 30 seconds, and an operator that closes its batches by messages. */
const scenario = (faults: string, more = "") => `
name: reconciliation
seed: reconciliation
duration: 2m
promise: 10s
drain: 2m
traffic:
  payments:
    journey: pay
    arrivals: { poisson: { rate: 20/s } }
    patience: { wait: 3s }
    ${more}
network: { operator-bank: { latency: 4ms } }
services:
  operator:
    stages:
      forward: { workers: 200, call: { to: bank, timeout: 1s } }
      undo: { workers: 20, call: { to: bank, timeout: 1s } }
    operations: { pay: [forward], reverse: [undo] }
    reconciliation: { with: bank, after: 5s, timeout: 2s, tries: 3, pause: 5s }
  bank:
    stages:
      post: { workers: 8, time: { exponential: { mean: 20ms } }, posts: true }
      look: { workers: 4, time: 2ms, reads: true }
      undo: { workers: 4, time: 2ms, reverses: true }
      batch: { workers: 1, time: 50ms, reconciles: true }
    operations: { pay: [post], status: [look], reverse: [undo], settle: [batch] }
    rejects: { "51": 4% }
    settlement: { every: 30s, takes: 1s }
faults: [${faults}]
variants:
  by-rule: { services.operator.reconciliation: null }
`;

const run = (text: string, seeds = 1, variant = "baseline") => {
  return simulateText(text, { seeds, variant });
};

function closingsOf({ money }: VariantSummary) {
  return (money?.batches ?? []).map(({ atMs, closing }) => ({ atMs, ...closing }));
}

const inAll = (all: readonly { readonly foundCount?: number }[]) =>
  all.reduce((sum, { foundCount = 0 }) => sum + foundCount, 0);

describe("batches that operator and bank close by messages", () => {
  it("agree at once where nothing goes wrong, declines and all", async () => {
    const { summary } = await run(scenario(""));
    const closings = closingsOf(summary);
    expect(closings.map(({ atMs }) => atMs)).toEqual([31_000, 61_000, 91_000, 121_000]);
    for (const { atMs, state, closedAtMs, totalsSentAtMs } of closings) {
      expect([state, totalsSentAtMs]).toEqual(["agreed", atMs + 4_000]);
      expect(closedAtMs).toBe(atMs + 4_058);
    }
    expect(summary.money?.operatorMinor).toBe(summary.money?.postedMinor);
    expect(summary.outcomes.declined).toBeGreaterThan(50);
  });

  it("find by an upload every credit whose answer was lost, and no other", async () => {
    const lost = scenario("{ at: 40s, for: 5s, on: operator-bank, partition: answers }");
    const { summary } = await run(lost);
    const { money } = summary;
    const closings = closingsOf(summary);
    expect(closings.map(({ state }) => state)).toEqual([
      ...["agreed", "agreedAfterUpload", "agreed", "agreed"],
    ]);
    const found = inAll(closings);
    expect(found).toBeGreaterThan(60);
    expect(money).toMatchObject({ reconciledCount: found, unmatchedCount: 0 });
    expect((money?.operatorMinor ?? 0) + (money?.reconciledMinor ?? 0)).toBe(money?.postedMinor);
    // By rule, without a message, it would be the same credits.
    const byRule = (await run(lost, 1, "by-rule")).summary.money;
    expect(byRule?.batches.every(({ closing }) => closing === undefined)).toBe(true);
    expect(byRule).toMatchObject({
      ...{ reconciledCount: found, reconciledMinor: money?.reconciledMinor },
      ...{ postedCount: money?.postedCount, operatorCount: money?.operatorCount },
    });
  });

  it("find a payment that was asked before the cut-off and timed out after it", async () => {
    const text = scenario("{ at: 29700ms, for: 600ms, on: operator-bank, partition: answers }");
    const { summary } = await run(text);
    const found = closingsOf(summary).map(({ foundCount }) => foundCount);
    expect(found[0]).toBeGreaterThan(1);
    expect(found[1]).toBeGreaterThan(1);
    expect(summary.money?.unmatchedCount).toBe(0);
  });

  it("are closed late where the bank was down over the cut-off, or not at all", async () => {
    const short = await run(scenario("{ at: 55s, for: 20s, on: bank, down: refuse }"));
    const [first, late] = closingsOf(short.summary);
    expect([first?.state, late?.state]).toEqual(["agreed", "agreed"]);
    expect(late).toMatchObject({ totalsSentAtMs: 65_000 });
    expect(late?.closedAtMs).toBeGreaterThan(75_000);
    const long = await run(scenario("{ at: 55s, for: 40s, on: bank, down: hang }"));
    expect(closingsOf(long.summary)[1]).toMatchObject({
      ...{ state: "unanswered", totalsSentAtMs: 65_000, closedAtMs: null },
    });
  });

  it("agree where a payment was taken back between the cut-off and the totals", async () => {
    const text = scenario(
      "{ at: 28s, for: 4s, on: operator-bank, partition: answers }",
      "reversal: { tries: 5, every: 1s }",
    );
    const { summary } = await run(text);
    const { money } = summary;
    expect(money?.reversedCount).toBeGreaterThan(30);
    expect(money?.violations.oneSided).toBe(0);
    // Both books let go of them, and so of nothing that stands.
    expect(closingsOf(summary).map(({ state }) => state)).toEqual(Array(4).fill("agreed"));
    expect(money?.operatorMinor).toBe((money?.postedMinor ?? 0) - (money?.reversedMinor ?? 0));
  });

  it("differ where the bank has credits that the operator never heard of", async () => {
    const text = scenario("").replace(
      "network:",
      "  direct: { calls: bank.pay, arrivals: { even: { rate: 1/s } } }\nnetwork:",
    );
    const { summary } = await run(text);
    const states = closingsOf(summary).map(({ state }) => state);
    expect(states).toEqual(Array(4).fill("differs"));
    expect(summary.money?.unmatchedCount).toBeGreaterThan(100);
    expect(summary.money?.reconciledCount).toBe(0);
  });

  it("go on where they were when the first replica of the operator is killed", async () => {
    const text = scenario("{ at: 35001ms, for: 20s, on: operator, down: crash }");
    const { summary } = await run(text);
    const [first, second] = closingsOf(summary);
    // Its totals were under way when it died; the next process sent them anew.
    expect(first).toMatchObject({ state: "agreed", totalsSentAtMs: 55_001 });
    expect(second).toMatchObject({ totalsSentAtMs: 65_000 });
  });

  it("add up over seeds: the worst state, the latest instants, all counts", async () => {
    const text = scenario("{ at: 40s, for: 5s, on: operator-bank, partition: answers }");
    const { summary, runs } = await run(text, 3);
    const all = runs.map(closingsOf);
    const merged = closingsOf(summary);
    expect(merged.map(({ state }) => state)).toEqual([
      ...["agreed", "agreedAfterUpload", "agreed", "agreed"],
    ]);
    merged.forEach(({ foundCount, uploadedCount, closedAtMs }, place) => {
      const own = all.map((it) => it[place]);
      expect(foundCount).toBe(inAll(own.map((it) => it ?? {})));
      expect(uploadedCount).toBe(own.reduce((sum, it) => sum + (it?.uploadedCount ?? 0), 0));
      expect(closedAtMs).toBe(Math.max(...own.map((it) => it?.closedAtMs ?? 0)));
    });
    expect(summary.money?.reconciledCount).toBe(inAll(merged));
  });
});
