import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { type Simulated, simulate } from "../../src/sim/simulate.ts";

/** Simulates a scenario's text, one case of it. Plays no trace. */
export function simulateText(
  text: string,
  { seeds = 1, variant = "baseline" }: { seeds?: number; variant?: string } = {},
): Promise<Simulated> {
  const loaded = parseScenario(text, "test.yaml");
  const found = [loaded.baseline, ...loaded.variants].find(({ name }) => name === variant);
  if (found === undefined) throw new Error(`no variant ${variant}`);
  return simulateScenario(found.scenario, { seeds, variant });
}

/** Simulates the whole of a scenario. Plays no trace. */
export function simulateScenario(
  scenario: Scenario,
  { seeds = 1, variant = "baseline" }: { seeds?: number; variant?: string } = {},
): Promise<Simulated> {
  const { duration } = scenario;
  return simulate({
    scenario,
    variant,
    seeds,
    span: { scenarioMs: duration, fromMs: 0, toMs: duration },
    openTrace: (stream) => {
      throw new Error(`${stream} plays a trace`);
    },
  });
}

/** A bank of one station under Poisson traffic: the queue of the textbooks. */
export function singleStation(options: {
  rate: string;
  workers: number;
  time: string;
  queue?: number;
  duration: string;
  replicas?: number;
  balancer?: string;
}): string {
  const { rate, workers, time, queue, duration, replicas = 1, balancer = "round-robin" } = options;
  const bound = queue === undefined ? "" : `, queue: ${queue}`;
  return `
name: single-station
seed: textbook
duration: ${duration}
drain: 1h
promise: 1h
traffic:
  asks: { calls: bank.serve, arrivals: { poisson: { rate: ${rate} } }, balancer: ${balancer} }
services:
  bank:
    replicas: ${replicas}
    stages: { serve: { workers: ${workers}, time: ${time}${bound} } }
    operations: { serve: [serve] }
`;
}

/** Mean and half-width of the 99 % interval over independent runs (Student t, 29 degrees). */
export function interval(values: readonly number[]): { mean: number; halfWidth: number } {
  const n = values.length;
  if (n !== 30) throw new Error("the t quantile here is for 30 runs");
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: 2.7564 * Math.sqrt(variance / n) };
}
