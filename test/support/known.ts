import { expect } from "vitest";
import { buildDistribution, drawMs } from "../../src/kernel/distribution.ts";
import { draw, replicationSeed, siteKey } from "../../src/kernel/draw.ts";
import type { StationResult } from "../../src/record/result.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { type Simulated, simulate } from "../../src/sim/simulate.ts";
import type { TraceSource } from "../../src/traffic/trace.ts";
import { interval } from "./simulated.ts";

/**
 * What the tests of known results share: scenarios in the oracles' units, thirty independent runs,
 * and an interval that must hold the exact value.
 */
const runCount = 30;
/** Chosen once for all of these tests; not tried out until something passed. */
const seed = "textbook";

/** Services behind one stream of plain requests. The oracles' unit of time is a second here. */
export type KnownChain = {
  /** Keys of the stream besides its target: arrivals and policies. */
  readonly asks: string;
  readonly calls?: string;
  readonly services: string;
  /** Length of the traffic. [s] */
  readonly duration: number;
  readonly faults?: string;
};

/** A scenario in which nothing is ever too late, and all that was begun is waited for. */
export function knownChain(chain: KnownChain): string {
  const { asks, calls = "bank.serve", services, duration, faults = "" } = chain;
  return `
name: known
seed: ${seed}
duration: ${duration}s
drain: 2h
promise: 24h
traffic: { asks: { calls: ${calls}, ${asks} } }
services: { ${services} }
faults: [ ${faults} ]
`;
}

/** A service of one stage, `serve`, with these keys. */
export function service(name: string, stage: string, replicas = 1): string {
  return `${name}: { replicas: ${replicas}, stages: { serve: { ${stage} } }, operations: { serve: [serve] } }`;
}

export const poisson = (rate: number) => `arrivals: { poisson: { rate: ${rate}/s } }`;
/** Exponential with a mean. [s] */
export const exponential = (mean: number) => `{ exponential: { mean: ${mean}s } }`;

/** What one run showed. */
export type KnownRun = {
  readonly summary: VariantSummary;
  /** The run cut into batches; empty if that was not asked for. */
  readonly batches: Simulated["batches"];
  readonly scenario: Scenario;
  readonly seed: string;
  /** The traffic without the scenario's own warm-up: time that the summary is of. [s] */
  readonly measured: number;
  readonly streamKey: number;
  /** Of each activation planned after the warm-up: its number, its instant, the time to its answer. */
  readonly indices: readonly number[];
  readonly plannedMs: readonly number[];
  readonly latenciesMs: readonly number[];
};

type RunsOptions = {
  /** What the stream plays under a seed, if it plays a recording. */
  readonly traceOf?: (seed: string) => TraceSource;
  /** Records each run in batches too. @default false */
  readonly inBatches?: boolean;
};

/**
 * Simulates a text thirty times, each under luck of its own.
 *
 * @param warmUp - Runs begin empty: latencies of those planned before this are left out. [s]
 */
export async function simulateRuns(
  text: string,
  warmUp = 0,
  { traceOf, inBatches = false }: RunsOptions = {},
): Promise<KnownRun[]> {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
  const runs: KnownRun[] = [];
  for (let index = 0; index < runCount; index += 1) {
    const own = replicationSeed(scenario.seed, index);
    const indices: number[] = [];
    const plannedMs: number[] = [];
    const latenciesMs: number[] = [];
    let streamKey = 0;
    const { summary, batches } = await simulate({
      scenario: { ...scenario, seed: own },
      variant: "baseline",
      seeds: 1,
      inBatches,
      span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
      openTrace: (stream) => {
        if (traceOf === undefined) throw new Error(`${stream} plays a trace`);
        return traceOf(own);
      },
      onActivation: (stream, entity, atMs, latencyMs) => {
        streamKey = stream;
        if (atMs < 1_000 * warmUp) return;
        indices.push(entity);
        plannedMs.push(atMs);
        latenciesMs.push(latencyMs);
      },
    });
    const warmUpMs = typeof scenario.warmUp === "number" ? scenario.warmUp : 0;
    const measured = (scenario.duration - warmUpMs) / 1_000;
    const of = { summary, batches, scenario, seed: own, measured, streamKey };
    runs.push({ ...of, indices, plannedMs, latenciesMs });
  }
  return runs;
}

/** Mean time to the answer. [s] */
export function latencyMean({ latenciesMs }: KnownRun): number {
  return latenciesMs.reduce((sum, it) => sum + it, 0) / latenciesMs.length / 1_000;
}

/**
 * How long each waited: the time to its answer without its service, where there is nothing else. A
 * draw is keyed by who makes it, so the test knows how long each was served. [ms]
 */
export function waitsMs({ scenario, seed, streamKey, indices, latenciesMs }: KnownRun): number[] {
  const time = scenario.services.bank?.stages.serve?.time;
  if (time === undefined) throw new Error("no station bank.serve");
  const serviceTime = buildDistribution(time);
  const site = siteKey(seed, "bank.serve/service");
  return latenciesMs.map((latencyMs, i) => {
    return latencyMs - drawMs(serviceTime, draw(site, streamKey, indices[i] ?? Number.NaN, 0));
  });
}

/** Share of the times beyond a percentile: without bias in a short run, which the percentile has. */
export function beyondRatio(timesMs: readonly number[], percentileMs: number): number {
  return timesMs.filter((it) => it > percentileMs).length / timesMs.length;
}

/** How often a policy of the stream, or of another call site, did something. */
export function policyCount(run: KnownRun, name: string, site = "traffic.asks"): number {
  return run.summary.policies?.find((it) => it.site === site)?.counts[name] ?? 0;
}

export function station({ summary }: KnownRun, name = "bank.serve"): StationResult {
  const found = summary.stations.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no station ${name}`);
  return found;
}

/** Something whose exact mean is known, and that goes up and down with what is measured. */
export type Control = { readonly of: (run: KnownRun) => number; readonly exact: number };

/** Arrivals per second: above the rate by chance, and every queue is longer. */
export const arrivalRate = (exact: number): Control => ({
  of: ({ summary, measured }) => summary.planned / measured,
  exact,
});

/** Service given to all that came, per second: its mean is the offered load. */
export const offeredLoad = (exact: number, name?: string): Control => ({
  of: (run) => {
    const { serviceMeanMs, completions } = station(run, name);
    return ((serviceMeanMs ?? 0) * completions) / 1_000 / run.measured;
  },
  exact,
});

/** Share of the time that a worker is busy. It counts from the warm-up on, so nothing begins empty. */
export const busyRatio = (exact: number, name?: string): Control => ({
  of: (run) => station(run, name).utilisationRatio,
  exact,
});

export type Exactly = {
  /** Narrows the interval by what chance is known to have done. */
  readonly control?: Control;
  /** A half-width above this share of the value proves too little: then the test fails too. */
  readonly tightRatio?: number;
  /** How far above the exact value the mean may lie besides; where theory gives a limit only. */
  readonly aboveRatio?: number;
};

/** The exact value lies in the 99 % interval over thirty runs, and the interval is narrow. */
export function expectExact(
  runs: readonly KnownRun[],
  what: string,
  exact: number,
  of: (run: KnownRun) => number,
  { control, tightRatio = 0.03, aboveRatio = 0 }: Exactly = {},
): void {
  const values = runs.map((run) => of(run));
  const { mean, halfWidth } =
    control === undefined ? interval(values) : controlled(values, runs, control);
  const found = `${what}: ${mean} ± ${halfWidth} against ${exact}`;
  expect(halfWidth, found).toBeLessThanOrEqual(tightRatio * Math.abs(exact));
  expect(mean + halfWidth, found).toBeGreaterThanOrEqual(exact);
  expect(mean - halfWidth, found).toBeLessThanOrEqual(exact * (1 + aboveRatio));
}

/**
 * The 99 % interval of a mean, by linear regression on a control of known mean (Student t, 28
 * degrees of freedom).
 *
 * @see Lavenberg & Welch, "A Perspective on the Use of Control Variables to Increase the Efficiency
 * of Monte Carlo Simulations", Management Science 27(3), 1981.
 */
function controlled(
  values: readonly number[],
  runs: readonly KnownRun[],
  { of, exact }: Control,
): { mean: number; halfWidth: number } {
  const n = values.length;
  const controls = runs.map((run) => of(run));
  const value = interval(values).mean;
  const chance = interval(controls).mean;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  values.forEach((y, i) => {
    const x = (controls[i] ?? Number.NaN) - chance;
    xx += x * x;
    xy += x * (y - value);
    yy += (y - value) ** 2;
  });
  const slope = xy / xx;
  const variance = (yy - slope * xy) / (n - 2);
  const halfWidth = 2.7633 * Math.sqrt(variance * (1 / n + (chance - exact) ** 2 / xx));
  return { mean: value - slope * (chance - exact), halfWidth };
}
