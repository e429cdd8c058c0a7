import { describe, expect, it } from "vitest";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { simulateText } from "../support/simulated.ts";

type Chain = {
  readonly call?: string;
  readonly operator?: string;
  readonly bank?: string;
  readonly faults: string;
  readonly rate?: string;
};

/** Ten activations a second for ten seconds; the bank serves each in 100 ms. */
async function run({ call = "", operator = "", bank = "", faults, rate = "10/s" }: Chain) {
  const text = `
name: killed
duration: 10s
drain: 60s
promise: 60s
traffic: { taps: { journey: activate, arrivals: { even: { rate: ${rate} } } } }
services:
  operator:
    stages: { forward: { workers: 100, call: { to: bank${call} } } }
    operations: { activate: [forward] }
    ${operator}
  bank:
    stages: { post: { workers: 4, time: 100ms, posts: true } }
    operations: { activate: [post] }
    ${bank}
faults: ${faults}
`;
  const { summary } = await simulateText(text);
  const { missing, doubleCredited } = summary.integrity;
  expect([missing, doubleCredited]).toEqual([0, 0]);
  const total = Object.values(summary.accounting).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(summary.planned);
  return summary;
}

function station(summary: VariantSummary, name: string) {
  const found = summary.stations.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no station ${name}`);
  return found;
}

function count(summary: VariantSummary, site: string, name: string): number {
  const counts: Readonly<Record<string, number>> =
    summary.policies?.find((it) => it.site === site)?.counts ?? {};
  return counts[name] ?? 0;
}

describe("a bank that is killed for a second", () => {
  const faults = "[{ at: 4.05s, for: 1s, on: bank, down: crash }]";

  it("takes with it what was inside, and refuses ten; the callers learn it at once", async () => {
    const summary = await run({ faults });
    // One is in service at any time: it dies, and is not credited.
    expect(station(summary, "bank.post").killed).toBe(1);
    expect(summary.accounting.failed).toBe(11);
    expect(summary.outcomes).toMatchObject({ credited: 89, lost: 11 });
    expect(summary.causes.communication).toBe(11);
    expect(summary.latencyMs.max).toBeCloseTo(100, 3);
    const { arrivals, completions, killed = 0 } = station(summary, "bank.post");
    expect(arrivals).toBe(completions + killed);
  });

  it("is not busy while it is dead", async () => {
    const summary = await run({ faults });
    const { utilisationRatio } = station(summary, "bank.post");
    // 89 services of 100 ms and one of at most 50, by 4 workers in 10 s.
    expect(utilisationRatio).toBeGreaterThan(8.9 / 40 - 0.001);
    expect(utilisationRatio).toBeLessThan(8.96 / 40);
  });

  it("keeps its ledger: what is asked again is not posted again", async () => {
    const retry = ", retry: { attempts: 20, backoff: { constant: { wait: 100ms } } }";
    const summary = await run({ faults, call: retry });
    expect(summary.outcomes.credited).toBe(100);
    expect(count(summary, "operator.forward", "retries")).toBeGreaterThanOrEqual(11);
  });

  it("comes back with fresh limits: its rate counts from its new start", async () => {
    const bank = "rateLimit: { rate: 0.001/s, burst: 45 }";
    const calm = await run({ faults: "[]", bank });
    expect(count(calm, "bank", "rateLimited")).toBe(55);
    const killed = await run({ faults, bank });
    // 41 before the crash, 10 during it, and 45 of the last 49.
    expect(count(killed, "bank", "rateLimited")).toBe(4);
  });

  it("ignores afterwards what was to strike the one before", async () => {
    const both = `[{ at: 4.05s, for: 1s, on: bank, down: crash },
      { at: 4s, for: 3s, on: bank, down: hang }]`;
    const summary = await run({ faults: both });
    // Two were inside when it died, one of them served and not answered. The next one hangs too,
    // until 7 s: what came from 5.05 s on is answered then.
    expect(summary.accounting).toMatchObject({ answered: 88, failed: 12 });
    expect(summary.latencyMs.max).toBeGreaterThan(1_900);
  });
});

describe("an operator that is killed", () => {
  const refusing = "{ at: 1s, for: 1s, on: bank, down: refuse }";

  it("comes back with its breakers closed", async () => {
    const call = ", breaker: { window: { calls: 2 }, least: 2, open: 1h }";
    const open = await run({ call, faults: `[${refusing}]` });
    expect(open.outcomes.credited).toBe(10);
    const faults = `[${refusing}, { at: 4.05s, for: 1s, on: operator, down: crash }]`;
    const killed = await run({ call, faults });
    expect(killed.outcomes.credited).toBe(10 + 49);
    expect(count(killed, "operator.forward", "breakerOpened")).toBe(1);
  });

  it("loses nobody's money that the bank had in hand already", async () => {
    const summary = await run({ faults: "[{ at: 4.05s, for: 1s, on: operator, down: crash }]" });
    expect(summary.accounting.failed).toBe(11);
    // Ten were refused; one was at the bank, which posted it.
    expect(summary.outcomes).toMatchObject({ credited: 90, lost: 10 });
    expect(summary.unnotified).toBe(1);
    expect(station(summary, "operator.forward").killed).toBe(1);
  });

  it("goes on with what it had stored: the store outlives it", async () => {
    const call = ", store: { every: 500ms, parallel: 1 }";
    const faults = `[{ at: 1s, for: 5s, on: bank, down: refuse },
      { at: 3.05s, for: 1s, on: operator, down: crash }]`;
    const summary = await run({ call, faults });
    // Ten came while it was dead. All others were acknowledged, and delivered in the end.
    expect(summary.accounting).toMatchObject({ answered: 90, failed: 10 });
    expect(summary.outcomes).toMatchObject({ credited: 90, lost: 10 });
    const stored = count(summary, "operator.forward", "stored");
    expect(stored).toBeGreaterThan(30);
    expect(count(summary, "operator.forward", "delivered")).toBe(stored);
  });
});
