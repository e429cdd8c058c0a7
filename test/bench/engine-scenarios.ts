import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

/** The scenarios of the engine's bench, each for so many activations. */
export const engineScenarios = {
  "mm1-scenario": (count: number) => scenarioOf(mm1, count),
  chain: (count: number) => chainOf(count),
  "every-policy": (count: number) => scenarioOf(everyPolicy, count),
} as const;
export type EngineScenario = keyof typeof engineScenarios;

const here = import.meta.url.includes("/dist/") ? "../../../" : "../../";
/** A file of the repository, wherever this runs from. */
export const fileAt = (path: string) => fileURLToPath(new URL(here + path, import.meta.url));

/** Four of five seconds busy; an arrival in 1.25 s. */
const mm1 = `
name: mm1
duration: DURATION
drain: 1h
promise: 1h
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 0.8/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`;

function scenarioOf(text: string, activationCount: number): Scenario {
  const rate = Number(/rate: ([\d.]+)\/s/.exec(text)?.[1]);
  const whole = text.replace("DURATION", `${Math.round(activationCount / rate)}s`);
  return parseScenario(whole, "bench.yaml").baseline.scenario;
}

/** The shipped chain at its own rate, without its trouble, for so many activations. */
function chainOf(activationCount: number): Scenario {
  const text = readFileSync(fileAt("scenarios/lunch-rush.yaml"), "utf8");
  const { scenario } = parseScenario(text, "lunch-rush.yaml").baseline;
  return { ...scenario, faults: [], duration: (activationCount / 80) * 1_000 };
}

/** Terminals, operator and two banks, with every remedy that can be on at the same time. */
const everyPolicy = `
name: every-policy
seed: bench
duration: DURATION
drain: 1m
promise: 30s
traffic:
  taps:
    journey: activate
    arrivals: { poisson: { rate: 200/s } }
    patience: { wait: 8s, retries: 2, poll: { operation: status } }
    links: {}
    reversal: {}
    retry: { budget: {} }
    throttle: {}
network:
  terminal-operator: { latency: { lognormal: { median: 40ms, p99: 300ms } }, loss: 0.2% }
  operator-bank: { latency: 6ms }
services:
  operator:
    replicas: 2
    rateLimit: { rate: 2000/s }
    adaptiveLimit: {}
    stages:
      check: { workers: 16, time: 2ms, checks: [signature, expiry, single-use] }
      forward:
        workers: 128
        queue: { limit: 500, priority: { amounts: [100] }, codel: {} }
        shed: { queue: 400 }
        time: 1ms
        call:
          to: { failover: [bank, second-bank] }
          timeout: 3s
          deadline: 6s
          balancer: p2c
          retry: { budget: {} }
          breaker: {}
          bulkhead: { limit: 120 }
          ejection: {}
          health: {}
          throttle: {}
          store: {}
    operations: { activate: [check, forward], status: [forward], reverse: [forward] }
  bank: &bank
    replicas: 2
    adaptiveLimit: {}
    stages:
      decide: { workers: 16, queue: { limit: 200, lifo: {} }, time: { exponential: { mean: 20ms } } }
      post: { workers: 8, time: 5ms, posts: true }
      look: { workers: 8, time: 1ms, reads: true }
      undo: { workers: 8, time: 1ms, reverses: true }
    operations: { activate: [decide, post], status: [look], reverse: [undo] }
  second-bank: *bank
`;
