import { describe, expect, it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { healthy, underCondition } from "../../src/scenario/plan-conditions.ts";
import { cannotHold, leastUncreditedRatio } from "../../src/sim/capacity-bound.ts";
import { simulate } from "../../src/sim/simulate.ts";

/** An operator before a bank, whose risk check manages `workers` times 20 a second. */
function chain(it: {
  workers?: number;
  faults?: string;
  replicas?: number;
  gates?: string;
}): string {
  const { workers = 4, faults = "", replicas = 1, gates = "uncredited_rate < 1%" } = it;
  return `
name: chain
duration: 60s
promise: 5s
drain: 20s
traffic:
  asks: { journey: activate, arrivals: { poisson: { rate: 80/s } }, patience: { wait: 4s } }
services:
  operator:
    stages: { forward: { workers: 400, call: { to: bank, timeout: 3s } } }
    operations: { activate: [forward] }
  bank:
    replicas: ${replicas}
    stages:
      risk: { workers: ${workers}, queue: 100, time: { lognormal: { median: 45ms, p99: 200ms } } }
      post: { workers: 20, time: 5ms, posts: true }
    operations: { activate: [risk, post] }
    rejects: { "51": 3% }
faults: [ ${faults} ]
gates: [ "${gates}" ]
`;
}

function caseOf(text: string) {
  const { scenario, gates } = parseScenario(text, "chain.yaml").baseline;
  const span = { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration };
  return { scenario, gates, span };
}

const slow = "{ at: 10s, on: bank.risk, slow: 4x }";
const dead = '{ at: 0s, on: "bank#1", down: refuse }';

describe("the least share that cannot be credited", () => {
  it.each([
    { why: "enough workers", text: chain({ workers: 10 }), bounds: [0, 0] },
    { why: "half the workers it takes", text: chain({ workers: 2 }), bounds: [0.3, 0.6] },
    { why: "a slow bank", text: chain({ workers: 8, faults: slow }), bounds: [0.05, 0.6] },
    { why: "the only replica dead", text: chain({ faults: dead }), bounds: [0.8, 1] },
    {
      why: "one of two replicas dead",
      text: chain({ workers: 3, replicas: 2, faults: dead }),
      bounds: [0.05, 0.5],
    },
  ])("lies below what a simulation finds: $why", async ({ text, bounds }) => {
    const { scenario, span } = caseOf(text);
    const least = leastUncreditedRatio(scenario, span);
    const [low = 0, high = 1] = bounds;
    expect(least).toBeGreaterThanOrEqual(low);
    expect(least).toBeLessThanOrEqual(high);
    const { summary } = await simulate({
      ...{ scenario, span, variant: "baseline", seeds: 1 },
      openTrace: () => {
        throw new Error("no trace");
      },
    });
    expect(summary.uncreditedRatio).toBeGreaterThanOrEqual(least);
  });

  it("grows with the load, and shrinks with capacity", () => {
    const { scenario, span } = caseOf(chain({ workers: 6 }));
    const at = (load: number) =>
      leastUncreditedRatio(underCondition(scenario, healthy(load)), span);
    expect(at(1)).toBe(0);
    expect(at(2)).toBeGreaterThan(at(1));
    expect(at(4)).toBeGreaterThan(at(2));
  });

  it("says nothing of what only a simulation knows", () => {
    const closed = chain({ workers: 1 }).replace(
      "poisson: { rate: 80/s }",
      "closed: { terminals: 900, think: 1s }",
    );
    const surge = chain({ workers: 1, faults: "{ at: 0s, on: traffic, surge: 3x }" });
    for (const text of [closed, surge]) {
      const { scenario, span } = caseOf(text);
      expect(leastUncreditedRatio(scenario, span)).toBe(0);
    }
  });
});

describe("cannotHold", () => {
  const plain = `
name: plain
duration: 6000s
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 1/s } } } }
services:
  bank:
    stages:
      first: { workers: 9, time: { exponential: { mean: 100ms } } }
      second: { workers: 9, time: 50ms }
    operations: { serve: [first, second] }
`;
  // p99 of the first is 461 ms, and the second takes 50 ms: 511 ms without any waiting. Of 6,000 it may
  // as well be that of 98.5 %: 470 ms.
  it.each([
    { gate: "p99(latency) < 450ms", says: true },
    { gate: "p99(latency) < 600ms", says: false },
    { gate: "p50(latency) < 60ms", says: true },
    { gate: "p99(latency) > 450ms", says: false },
    { gate: "mean(latency) < 1ms", says: false },
  ])("knows of $gate: $says", ({ gate, says }) => {
    const { scenario, gates, span } = caseOf(`${plain}gates: [ "${gate}" ]\n`);
    expect(cannotHold(scenario, span, gates)).toBe(says);
  });

  it("leaves it to the simulation where a run has too few to say", () => {
    const short = plain.replace("6000s", "60s");
    const { scenario, gates, span } = caseOf(`${short}gates: [ "p99(latency) < 200ms" ]\n`);
    expect(cannotHold(scenario, span, gates)).toBe(false);
  });

  it.each([
    {
      why: "a full queue",
      text: plain.replace("workers: 9, time: 50ms", "workers: 9, queue: 0, time: 50ms"),
    },
    { why: "a bank that says no", text: `${plain}    rejects: { "05": 90% }\n` },
    { why: "a fault", text: `${plain}faults: [ { at: 0s, on: bank, errors: { rate: 99.9% } } ]\n` },
  ])("does not judge the latency of who is answered at once, by $why", ({ text }) => {
    const { scenario, gates, span } = caseOf(`${text}gates: [ "p99(latency) < 450ms" ]\n`);
    expect(cannotHold(scenario, span, gates)).toBe(false);
  });

  it("does not judge times that a timeout may cut short", () => {
    const cut = plain.replace("calls: bank.serve,", "calls: bank.serve, timeout: 200ms,");
    const { scenario, gates, span } = caseOf(`${cut}gates: [ "p99(latency) < 450ms" ]\n`);
    expect(cannotHold(scenario, span, gates)).toBe(false);
  });

  it("needs the bound to pass the limit clearly", () => {
    const { scenario, gates, span } = caseOf(chain({ workers: 2, gates: "uncredited_rate < 60%" }));
    expect(cannotHold(scenario, span, gates)).toBe(false);
  });
});
