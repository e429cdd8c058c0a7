import { describe, expect, it } from "vitest";
import { replicationIntervals } from "../../src/analysis/intervals.ts";
import { meanOf } from "../../src/analysis/mean-interval.ts";
import { noSpread, spreadOf, stationOf, variantOf } from "./variant-result.ts";

type Changes = Parameters<typeof variantOf>[0];

function intervalsOf(runs: Changes[], pooled: Changes = runs[0]) {
  const found = replicationIntervals(
    runs.map((it) => variantOf(it)),
    variantOf(pooled),
  );
  return (metric: string) => found.find((it) => it.metric === metric);
}

describe("replicationIntervals", () => {
  it("takes a percentile of all samples, and its spread from that of the runs", () => {
    // p99 of the runs 1, 2, 3, 4, 5 s around 3 s: s = sqrt(2.5), half = 2.7764 sqrt(2.5 / 5) = 1.9632.
    const ofMany = (ms: number) => ({ latencyMs: { ...spreadOf(ms), count: 5_000 } });
    const runs = [100, 200, 300, 400, 500].map(ofMany);
    const found = intervalsOf(runs, ofMany(300))("p99(latency)");
    expect(found).toMatchObject({ mean: 3_000, seeds: 5 });
    expect(found).not.toHaveProperty("doubt");
    expect(found?.low).toBeCloseTo(3_000 - 1_963.24, 1);
    expect(found?.high).toBeCloseTo(3_000 + 1_963.24, 1);
    // Around 3.6 s they vary more: s = sqrt(2.5 + 5/4 0.6^2), half = 2.7764 sqrt(2.95 / 5).
    const other = intervalsOf(runs, ofMany(360))("p99(latency)");
    expect(other?.mean).toBe(3_600);
    expect(other?.low).toBeCloseTo(3_600 - 2_132.6, 1);
    expect(
      intervalsOf(runs, ofMany(360))("mean(latency)")?.mean,
      "a mean is that of the runs",
    ).toBe(meanOf(runs.map(({ latencyMs }) => Number(latencyMs.mean))));
  });

  it("names every figure that gates know and that was measured", () => {
    const of = intervalsOf([{}, { uncreditedRatio: 0.02 }]);
    for (const metric of [
      "planned",
      "uncredited_rate",
      "lost",
      "cause(bank-delay)",
      "double_credited",
      "mean(time_to_credit)",
      "p50(time_to_credit)",
      "p90(latency)",
      "p999(latency)",
      "max(time_to_credit)",
      "utilisation(bank.risk)",
      "queue_mean(bank.risk)",
      "wait_mean(bank.risk)",
      "wait_p99(bank.risk)",
      "service_mean(bank.risk)",
    ]) {
      expect(of(metric), metric).toBeDefined();
    }
    expect(of("advance_peak"), "no books, no figure").toBeUndefined();
    expect(of("p99(send_lag)"), "not measured").toBeUndefined();
  });

  const missing = { latencyMs: noSpread };
  const many = (ms: number) => ({ latencyMs: { ...spreadOf(ms), count: 5_000 } });
  it.each([
    {
      why: "a figure that some runs did not measure",
      runs: [many(1), many(2), missing],
      doubt: "measured in 2 of 3 runs",
      seeds: 2,
    },
    {
      why: "a percentile of too few samples",
      runs: [1, 2, 3].map((ms) => ({ latencyMs: { ...spreadOf(ms), count: 99 } })),
      doubt: "fewer than 100 samples: the greatest stands for it",
      seeds: 3,
    },
    {
      why: "a percentile of few samples",
      runs: [1, 2, 3].map((ms) => ({ latencyMs: { ...spreadOf(ms), count: 4_999 } })),
      doubt: "fewer than 5000 samples each: the interval may be too narrow",
      seeds: 3,
    },
    {
      why: "runs that all say the same",
      runs: [many(1), many(1)],
      doubt: "the same in every run",
      seeds: 2,
    },
    { why: "too few runs", runs: [many(1), many(2)], doubt: "from 2 runs only", seeds: 2 },
  ])("labels $why", ({ runs, doubt, seeds }) => {
    expect(intervalsOf(runs)("p99(latency)")).toMatchObject({ doubt, seeds });
  });

  it("has no interval of what one run alone has measured, and none of one run", () => {
    const of = intervalsOf([many(1), missing]);
    expect(of("p99(latency)")).toMatchObject({ mean: 10, low: null, high: null, seeds: 1 });
    expect(replicationIntervals([variantOf()], variantOf())).toEqual([]);
    expect(replicationIntervals([], variantOf())).toEqual([]);
  });

  it("has an interval of no width, not of rounding noise, where all is the same", () => {
    const of = intervalsOf(
      [0, 0, 0].map(() => ({ stations: [stationOf("bank.risk", { utilisationRatio: 0.1 })] })),
    );
    expect(of("utilisation(bank.risk)")).toMatchObject({ mean: 0.1, low: 0.1, high: 0.1 });
  });
});
