import { describe, it } from "vitest";
import { buildDistribution } from "../../src/kernel/distribution.ts";
import { draw, siteKey } from "../../src/kernel/draw.ts";
import { Arrivals } from "../../src/traffic/arrivals.ts";
import { openTrace, type TraceSource } from "../../src/traffic/trace.ts";
import {
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  latencyMean,
  poisson,
  service,
  simulateRuns,
  station,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

/** Arrivals that come in batches, and a chain that fills: what happens at one instant, and until one. */
if (!hasShared) console.warn(whyNotShared);

describe.skipIf(!hasShared)(
  "mxm1-10-0.5: ten come at one instant, to one worker (M[X]/M/1)",
  () => {
    const batch = 10;
    const gap = buildDistribution({ exponential: { mean: 1 / 0.05 } });
    const duration = 30_000;

    /** A recording of batches whose gaps are exponential with mean 20 s. */
    function batches(seed: string): TraceSource {
      const { trace } = Arrivals.parse({ trace: { file: "batches.csv", column: "time_s" } });
      if (trace === undefined) throw new Error("arrivals of a trace");
      const site = siteKey(seed, "batches");
      let rows = "time_s\n";
      let at = 0;
      for (let index = 0; ; index += 1) {
        at += gap.quantile(draw(site, 0, index, 0));
        if (at >= duration) return openTrace(trace, "batches.csv", () => [rows]);
        rows += `${at.toFixed(6)}\n`.repeat(batch);
      }
    }

    it("waits for those before it in the batch, and for those of the batches before", async () => {
      const id = "mxm1-10-0.5";
      const asks = "arrivals: { trace: { file: batches.csv, column: time_s } }";
      const services = service("bank", `workers: 1, time: ${exponential(1)}`);
      const warmUp = 500;
      const text = `${knownChain({ asks, services, duration })}warmUp: ${warmUp}s\n`;
      const runs = await simulateRuns(text, warmUp, { traceOf: batches });
      expectExact(runs, "W", oracle(id, "W"), latencyMean, { tightRatio: 0.05 });
      const inside = (run: KnownRun) => station(run).queueMean + station(run).utilisationRatio;
      expectExact(runs, "L", oracle(id, "L"), inside, { tightRatio: 0.05 });
    });
  },
);

describe.skipIf(!hasShared)("mminf-transient: a chain that fills from empty (M/M/∞)", () => {
  const id = "mminf-transient";
  /** The mean is proportional to the rate, so eighty times the oracle's rate is as good as eighty runs. */
  const times = 80;
  const rate = 100;
  const serviceMean = 0.5;
  const workers = 20_000;

  it("holds as many at an instant, and has held as many until then", async () => {
    const asks = poisson(times * rate);
    const services = service("bank", `workers: ${workers}, time: ${exponential(serviceMean)}`);
    const runs = await simulateRuns(knownChain({ asks, services, duration: 2 }));
    for (const [name, atMs] of [
      ["m(0.1)", 100],
      ["m(0.5)", 500],
      ["m(2)", 2_000],
    ] as const) {
      const exact = oracle(id, name);
      const inside = ({ plannedMs, latenciesMs }: KnownRun) =>
        plannedMs.filter((it, i) => it <= atMs && it + (latenciesMs[i] ?? 0) > atMs).length / times;
      expectExact(runs, name, exact, inside);
      // What came and has not left is there: m(t) = rate t - (integral of m until t) / serviceMean.
      const untilThen = serviceMean * (rate * (atMs / 1_000) - exact);
      const held = ({ summary: { series } }: KnownRun) => {
        const ratios = series.stations[0]?.utilisationRatio.slice(0, atMs / series.bucketMs) ?? [];
        const sum = ratios.reduce((total, it) => total + it, 0);
        return (sum * workers * series.bucketMs) / 1_000 / times;
      };
      expectExact(runs, `worker-seconds until ${name}`, untilThen, held);
    }
  });
});
