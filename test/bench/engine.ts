import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Timed } from "../../src/kernel/clock.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { median, renderRates } from "./measure.ts";

const runCount = 5;

/** Customers a second of the engine alone, of one station with all recording, and of the chain. */
export async function benchEngine(): Promise<void> {
  console.log("simulator, customers per second on one core");
  const bare = await measure(async () => bareQueue(500_000));
  console.log(`  M/M/1, clock and queue alone, nothing recorded: ${renderRates(bare)}`);
  const station = await measure(() => simulateText(mm1, "400000s"));
  console.log(`  M/M/1 through a scenario, all recorded:         ${renderRates(station)}`);
  const lunchRush = readFileSync(fileURLToPath(new URL(lunchRushPath, import.meta.url)), "utf8");
  const chain = await measure(() => simulateText(lunchRush, "7m"));
  console.log(`  the whole chain of lunch-rush, in health:       ${renderRates(chain)}`);
  console.log(`  ratio scenario M/M/1 to bare: ${(median(station) / median(bare)).toFixed(2)}`);
}

const lunchRushPath = import.meta.url.includes("/dist/")
  ? "../../../scenarios/lunch-rush.yaml"
  : "../../scenarios/lunch-rush.yaml";

const mm1 = `
name: mm1
duration: 400000s
drain: 1h
promise: 1h
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 0.8/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`;

async function measure(run: () => Promise<number>): Promise<number[]> {
  await run(); // The first compiles the code.
  const perSecond: number[] = [];
  for (let i = 0; i < runCount; i += 1) {
    const startMs = performance.now();
    const customers = await run();
    perSecond.push(customers / ((performance.now() - startMs) / 1_000));
  }
  return perSecond;
}

/** The same baseline in the same clock: arrivals and services of one queue, by a plain counter. */
function bareQueue(customers: number): number {
  const clock = new VirtualClock();
  let state = 12_345;
  const exponential = (mean: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return -mean * Math.log((state + 0.5) / 2 ** 32);
  };
  let started = 0;
  let waiting = 0;
  const arrive = 0;
  const queue: Timed = {
    fire(kind) {
      if (kind === arrive) {
        started += 1;
        waiting += 1;
        if (waiting === 1) clock.after(exponential(1_000), queue, 1);
        if (started < customers) clock.after(exponential(1_250), queue, arrive);
      } else {
        waiting -= 1;
        if (waiting > 0) clock.after(exponential(1_000), queue, 1);
      }
    },
  };
  clock.after(0, queue, arrive);
  clock.run(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  return started;
}

/** @returns How many activations were simulated. */
async function simulateText(text: string, until: string): Promise<number> {
  const { baseline } = parseScenario(text, "bench.yaml");
  const { scenario } = baseline;
  const toMs = until.endsWith("m") ? Number.parseInt(until, 10) * 60_000 : scenario.duration;
  const { summary } = await simulate({
    scenario,
    variant: "baseline",
    seeds: 1,
    span: { scenarioMs: scenario.duration, fromMs: 0, toMs },
    openTrace: (stream) => {
      throw new Error(`${stream} plays a trace`);
    },
  });
  return summary.planned;
}
