import { expect, it } from "vitest";
import { fc } from "../support/property.ts";
import { simulateText } from "../support/simulated.ts";

const time = fc.constantFrom(
  "0ms",
  "5ms",
  "{ exponential: { mean: 20ms } }",
  "{ lognormal: { median: 30ms, p99: 300ms } }",
);
const fault = fc.record({
  at: fc.integer({ min: 0, max: 4_000 }),
  forMs: fc.integer({ min: 1, max: 3_000 }),
  on: fc.constantFrom("bank", "bank.risk", "bank#1", "bank#1.post", "operator", "operator.forward"),
  effect: fc.constantFrom(
    "slow: 5x",
    "delay: 50ms",
    'errors: { rate: 30%, code: "96" }',
    "down: refuse",
    "down: hang",
    "down: maintenance",
  ),
});
const world = fc.record({
  seed: fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 })
    .map((it) => JSON.stringify(it)),
  arrivals: fc.constantFrom(
    "{ poisson: { rate: 60/s } }",
    "{ even: { rate: 90/s } }",
    "{ curve: { points: [[0s, 10/s], [3s, 200/s], [4s, 0/s]] } }",
    "{ closed: { terminals: 20, think: { exponential: { mean: 100ms } } } }",
  ),
  patience: fc.option(fc.constantFrom("{ wait: 200ms, retries: 2 }", "{ wait: 2s, retries: 1 }")),
  timeout: fc.option(fc.constantFrom("50ms", "1s")),
  loss: fc.constantFrom("0%", "2%", "50%"),
  workers: fc.integer({ min: 1, max: 20 }),
  queue: fc.option(fc.integer({ min: 0, max: 50 })),
  replicas: fc.integer({ min: 1, max: 3 }),
  release: fc.boolean(),
  time,
  faults: fc.array(fault, { maxLength: 4 }),
});

// Goal: whatever the chain and whatever strikes it, no activation is counted twice or forgotten,
// stations pass on what they take in, and every run ends. Method: random chains, played out.
it("accounts for every activation in any chain, and ends", async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(world, async (it) => {
      const text = `
name: random
seed: ${it.seed}
duration: 5s
drain: 3s
promise: 1s
traffic:
  taps: { journey: activate, arrivals: ${it.arrivals}${it.patience === null ? "" : `, patience: ${it.patience}`} }
network:
  terminal-operator: { latency: { uniform: { min: 1ms, max: 30ms } }, loss: ${it.loss} }
  operator-bank: { latency: 3ms, loss: ${it.loss} }
services:
  operator:
    replicas: ${it.replicas}
    stages:
      check: { workers: 4, time: ${it.time} }
      forward:
        workers: ${it.workers}
        ${it.queue === null ? "" : `queue: ${it.queue}`}
        release: ${it.release}
        call: { to: bank${it.timeout === null ? "" : `, timeout: ${it.timeout}`}, balancer: least-requests }
    operations: { activate: [check, forward] }
  bank:
    replicas: ${it.replicas}
    stages:
      risk: { workers: ${it.workers}, time: ${it.time}${it.queue === null ? "" : `, queue: ${it.queue}`} }
      post: { workers: 2, time: 2ms, posts: true }
    operations: { activate: [risk, post] }
    rejects: { "05": 3% }
faults: [${it.faults.map((f) => `{ at: ${f.at}ms, for: ${f.forMs}ms, on: "${f.on}", ${f.effect} }`).join(", ")}]
`;
      const { summary } = await simulateText(text);
      const sum = (counts: object) =>
        Object.values(counts).reduce((total: number, count: number) => total + count, 0);
      expect(sum(summary.accounting)).toBe(summary.planned);
      expect(sum(summary.outcomes)).toBe(summary.planned);
      expect(sum(summary.causes)).toBe(summary.outcomes.late + summary.outcomes.lost);
      expect(summary.integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
      expect(summary.accounting.unsent).toBe(0);
      for (const station of summary.stations) {
        const done = station.completions + station.dropped + station.failed;
        expect(station.arrivals).toBeGreaterThanOrEqual(done);
        expect(station.utilisationRatio).toBeLessThanOrEqual(1 + 1e-9);
        expect(station.blockedRatio).toBeLessThanOrEqual(station.utilisationRatio + 1e-9);
      }
      for (const [name, count] of Object.entries({ ...summary.accounting, ...summary.outcomes })) {
        if (count > 0) reached.add(name);
      }
    }),
    { numRuns: 150 },
  );
  for (const name of ["answered", "timedOut", "failed", "unfinished", "late", "lost", "declined"]) {
    expect(reached, "the test went everywhere").toContain(name);
  }
});
