import { beforeAll, describe, expect, it } from "vitest";
import { batchIntervals } from "../../src/analysis/batch-means.ts";
import { replicationIntervals } from "../../src/analysis/intervals.ts";
import { halfWidth } from "../../src/analysis/mean-interval.ts";
import type { Interval } from "../../src/record/result.ts";
import {
  beyondRatio,
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  latencyMean,
  poisson,
  service,
  simulateRuns,
  station,
  waitsMs,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

/**
 * M/M/1 at load 0.8, in thirty runs of a hundred thousand requests: so long that also the tails are
 * exact, and that how widely the runs are spread is known from theory.
 */
if (!hasShared) console.warn(whyNotShared);
const id = "mm1-0.8-1";
/** How long it takes to forget the empty start: exp(-t / 90 s). [s] */
const warmUp = 1_000;
/** Time in which 100,000 come on average. [s] */
const measured = 125_000;

describe.skipIf(!hasShared)("M/M/1, 100,000 requests a run", () => {
  let runs: readonly KnownRun[] = [];
  let waits: readonly (readonly number[])[] = [];
  beforeAll(async () => {
    const services = service("bank", `workers: 1, time: ${exponential(1)}`);
    const chain = { asks: poisson(0.8), services, duration: warmUp + measured };
    const text = `${knownChain(chain)}warmUp: ${warmUp}s\n`;
    runs = await simulateRuns(text, warmUp, { inBatches: true });
    waits = runs.map(waitsMs);
  }, 120_000);

  it.each([
    { figure: "rho", of: (run: KnownRun) => station(run).utilisationRatio },
    { figure: "P_wait", of: (run: KnownRun) => station(run).waitedRatio ?? 0 },
    { figure: "Wq", of: (run: KnownRun) => (station(run).waitMeanMs ?? 0) / 1_000 },
    { figure: "W", of: latencyMean },
    { figure: "Lq", of: (run: KnownRun) => station(run).queueMean },
    { figure: "L", of: inSystemMean },
    {
      figure: "P_resp_gt_2W",
      of: (run: KnownRun) => beyondRatio(run.latenciesMs, 10_000),
      tightRatio: 0.04,
    },
    { figure: "var_T", of: latencyVariance, tightRatio: 0.08 },
  ])("$figure is exact", ({ figure, of, tightRatio = 0.03 }) => {
    expectExact(runs, figure, oracle(id, figure), of, { tightRatio });
  });

  it.each([
    { name: "p50", beyond: 0.5, tightRatio: 0.02 },
    { name: "p95", beyond: 0.05, tightRatio: 0.07 },
    { name: "p99", beyond: 0.01, tightRatio: 0.15 },
    { name: "p999", beyond: 0.001, tightRatio: 0.5 },
  ])("$name leaves as many beyond it as it says", ({ name, beyond, tightRatio }) => {
    const answers = 1_000 * oracle(id, `resp_${name}`);
    const latencies = (run: KnownRun) => beyondRatio(run.latenciesMs, answers);
    expectExact(runs, `resp_${name}`, beyond, latencies, { tightRatio });
    const workers = 1_000 * oracle(id, `wait_${name}`);
    const waited = (run: KnownRun) => beyondRatio(waits[runs.indexOf(run)] ?? [], workers);
    expectExact(runs, `wait_${name}`, beyond, waited, { tightRatio });
  });

  describe("ci-width", () => {
    const metric = "wait_mean(bank.serve)";
    const intervalOf = (intervals: readonly Interval[]) => {
      const found = intervals.find((it) => it.metric === metric);
      if (found === undefined) throw new Error(`no interval of ${metric}`);
      return found;
    };
    /** The half-width of one such run, were its variance known (Daley 1968). */
    const known = () => oracle("ci-width", "n=1e5");

    // Of 29 degrees of freedom: 0.5 % of the chi-square lies below 13.121, and 0.5 % above 52.336.
    const expectSpread = (variance: number, exact: number) => {
      const chiSquare = (29 * variance) / exact;
      expect(chiSquare, `variance ${variance} against ${exact}`).toBeGreaterThan(13.121);
      expect(chiSquare, `variance ${variance} against ${exact}`).toBeLessThan(52.336);
    };

    it("over runs is as wide as theory says that runs are spread", () => {
      const [first, ...others] = runs.map((it) => it.summary);
      if (first === undefined) throw new Error("no runs");
      const half = halfWidth(intervalOf(replicationIntervals([first, ...others], first))) ?? 0;
      const perRunMs = (half / oracle("t-quantiles", "t.975,29")) * Math.sqrt(30);
      expectSpread((perRunMs / 1_000) ** 2, (known() / 1.96) ** 2);
      expectSpread((perRunMs / 1_000) ** 2, oracle(id, "asymvar_Wq_sequence") / 100_000);
    });

    it("and so is the number in the system, over time", () => {
      const inside = runs.map(inSystemMean);
      const mean = inside.reduce((sum, it) => sum + it, 0) / 30;
      const variance = inside.reduce((sum, it) => sum + (it - mean) ** 2, 0) / 29;
      expectSpread(variance, oracle(id, "asymvar_L_timeavg") / measured);
    });

    // Of 8 to 32 batches the t quantile is 4 to 21 % above the normal one.
    it("in batches of one run is about as wide, and holds the exact mean as it promises", () => {
      const found = runs.map(({ batches, summary }) =>
        intervalOf(batchIntervals(batches, summary)),
      );
      const mean = found.reduce((sum, it) => sum + (halfWidth(it) ?? 0), 0) / 30 / 1_000;
      expect(mean / known()).toBeGreaterThan(0.93);
      expect(mean / known()).toBeLessThan(1.25);
      const exactMs = 1_000 * oracle(id, "Wq");
      const holding = found.filter(
        ({ low, high }) => Number(low) < exactMs && exactMs < Number(high),
      );
      // 28.5 of 30 on average; 24 or fewer once in 300 experiments.
      expect(holding.length).toBeGreaterThanOrEqual(25);
    });
  });
});

function inSystemMean(run: KnownRun): number {
  return station(run).queueMean + station(run).utilisationRatio;
}

/** Of the time to the answer, around its exact mean. [s²] */
function latencyVariance({ latenciesMs }: KnownRun): number {
  const exactMs = 1_000 * oracle(id, "W");
  const squares = latenciesMs.reduce((sum, it) => sum + (it - exactMs) ** 2, 0);
  return squares / latenciesMs.length / 1e6;
}
