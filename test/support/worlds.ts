import type { World } from "../../src/analysis/parity.ts";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { OverheadOptions } from "../../src/sim/message-overhead.ts";
import { simulate } from "../../src/sim/simulate.ts";

/** Simulates a scenario's text, and keeps its activations: one of two worlds. Plays no trace. */
export async function simulateWorld(text: string, overhead?: OverheadOptions): Promise<World> {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
  const log = new ActivationLog();
  const { summary } = await simulate({
    scenario,
    variant: "baseline",
    seeds: 1,
    span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
    openTrace: (stream) => {
      throw new Error(`${stream} plays a trace`);
    },
    onActivation: log.add,
    ...(overhead === undefined ? {} : { overhead }),
  });
  return { summary, log };
}

/** A small chain: an operator with two replicas in front of one bank. */
export function smallChain({
  riskMs = 60,
  riskWorkers = 10,
  rate = 80,
  seed = "worlds",
  faults = "",
}: {
  riskMs?: number;
  riskWorkers?: number;
  rate?: number;
  seed?: string;
  faults?: string;
} = {}): string {
  return `
name: small-chain
seed: ${seed}
duration: 12s
drain: 10s
traffic:
  taps: { journey: activate, arrivals: { poisson: { rate: ${rate}/s } }, patience: { wait: 3s, retries: 1 } }
network: { terminal-operator: { latency: 20ms }, operator-bank: { latency: 5ms } }
services:
  operator:
    replicas: 2
    stages:
      check: { workers: 8, time: 5ms }
      forward: { workers: 64, call: { to: bank, timeout: 2s } }
    operations: { activate: [check, forward] }
  bank:
    stages:
      risk: { workers: ${riskWorkers}, queue: 500, time: { lognormal: { median: ${riskMs}ms, p99: ${4 * riskMs}ms } } }
      post: { workers: 8, time: 5ms, posts: true }
    operations: { activate: [risk, post] }
    rejects: { "51": 4% }
${faults}`;
}
