import { causes, outcomes } from "../domain/outcome.ts";
import type { ExcludedSpan } from "../record/parity-result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import type { Figure } from "./parity-figures.ts";
import { quantiles } from "./parity-figures.ts";
import type { ActivationLog } from "./parity-log.ts";
import { sortedQuantile } from "./parity-pairs.ts";
import { bucketRules } from "./parity-tolerances.ts";

/** The buckets in which two worlds are compared: so many of the record's own, merged. */
export type Grid = {
  /** Where the buckets begin, and the end of the last. [ms] */
  readonly edgesMs: readonly number[];
  /** Buckets of the record in one of these. */
  readonly size: number;
  readonly count: number;
  /** False for a stub at the end, and for what lies in an excluded span. */
  readonly isJudged: readonly boolean[];
};

/** Cuts a run so that a bucket has enough activations to say something. */
export function cutGrid(
  { series, planned }: Pick<VariantSummary, "series" | "planned">,
  durationMs: number,
  excluded: readonly ExcludedSpan[],
): Grid {
  const { lengthMinMs, activationMinCount, bucketMinCount } = bucketRules;
  const enoughMs = planned === 0 ? durationMs : (activationMinCount * durationMs) / planned;
  const wanted = Math.ceil(Math.max(lengthMinMs, enoughMs) / series.bucketMs);
  const most = Math.floor(series.timesMs.length / bucketMinCount);
  const size = Math.max(1, Math.min(wanted, most));
  const starts = series.timesMs.filter((_, index) => index % size === 0);
  const edgesMs = [...starts, durationMs];
  const lengthMs = size * series.bucketMs;
  const isJudged = starts.map((fromMs, index) => {
    const toMs = edgesMs[index + 1] ?? durationMs;
    const isWhole = 2 * (toMs - fromMs) >= lengthMs;
    return isWhole && !excluded.some((it) => it.fromMs < toMs && it.toMs > fromMs);
  });
  return { edgesMs, size, count: starts.length, isJudged };
}

/** One figure of one world in each bucket of a grid; null: nothing was measured. */
export type Curve = Figure & {
  readonly values: readonly (number | null)[];
  /** What each value comes from: activations, or samples of a percentile. */
  readonly counts: readonly number[];
};

/** All curves of one world. */
export function curvesOf(
  { series, stations }: Pick<VariantSummary, "series" | "stations">,
  log: ActivationLog,
  grid: Grid,
): readonly Curve[] {
  const planned = sums(series.planned, grid);
  const spansMs = series.timesMs.map((fromMs) =>
    Math.min(series.bucketMs, (grid.edgesMs.at(-1) ?? 0) - fromMs),
  );
  const stationCurve = (
    figure: "busy" | "queue",
    of: string,
    values: readonly number[] | undefined,
  ): Curve => ({
    figure,
    of,
    unit: figure === "busy" ? "ratio" : "count",
    values: means(values, spansMs, grid),
    counts: planned,
  });
  const shareCurve = (
    figure: "outcome" | "cause",
    of: string,
    perBucket: readonly number[],
  ): Curve => {
    const values = sums(perBucket, grid).map((it, bucket) => {
      const all = planned[bucket] ?? 0;
      return all === 0 ? null : it / all;
    });
    return { figure, of, unit: "ratio", values, counts: planned };
  };
  return [
    ...outcomes.map((outcome) => shareCurve("outcome", outcome, series[outcome])),
    ...causes.map((cause) => shareCurve("cause", cause, series.causes?.[cause] ?? [])),
    ...latencyCurves(series.bucketMs, log, grid),
    ...stations.flatMap(({ name }) => {
      const own = series.stations.find((it) => it.name === name);
      return [
        stationCurve("busy", name, own?.utilisationRatio),
        stationCurve("queue", name, own?.queueMean),
      ];
    }),
  ];
}

/** Percentiles of merged buckets cannot be had from those of their parts: back to the samples. */
function latencyCurves(bucketMs: number, log: ActivationLog, grid: Grid): Curve[] {
  const bucketOf = (row: number): number => {
    const bucket = Math.floor(log.plannedMsAt(row) / (bucketMs * grid.size));
    return Math.max(0, Math.min(bucket, grid.count - 1));
  };
  const counts = new Array<number>(grid.count).fill(0);
  for (let row = 0; row < log.count; row += 1) {
    if (Number.isNaN(log.latencyMsAt(row))) continue;
    const bucket = bucketOf(row);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const samples = counts.map((count) => new Float64Array(count));
  const filled = new Array<number>(grid.count).fill(0);
  for (let row = 0; row < log.count; row += 1) {
    const latencyMs = log.latencyMsAt(row);
    if (Number.isNaN(latencyMs)) continue;
    const bucket = bucketOf(row);
    const at = filled[bucket] ?? 0;
    filled[bucket] = at + 1;
    const own = samples[bucket];
    if (own !== undefined) own[at] = latencyMs;
  }
  for (const sample of samples) sample.sort();
  return Object.entries(quantiles).map(([of, quantile]) => ({
    figure: "latency",
    of,
    unit: "ms",
    values: samples.map((sample) => sortedQuantile(sample, quantile)),
    counts,
  }));
}

function sums(values: readonly number[], { size, count }: Grid): number[] {
  return Array.from({ length: count }, (_, bucket) =>
    values.slice(bucket * size, (bucket + 1) * size).reduce((sum, it) => sum + it, 0),
  );
}

/** Means weighted by the lengths of the record's buckets, of which the last may be cut short. */
function means(
  values: readonly number[] | undefined,
  spansMs: readonly number[],
  grid: Grid,
): (number | null)[] {
  if (values === undefined) return new Array<null>(grid.count).fill(null);
  const totals = sums(
    values.map((it, index) => it * (spansMs[index] ?? 0)),
    grid,
  );
  const lengths = sums(spansMs, grid);
  return totals.map((total, bucket) => {
    const lengthMs = lengths[bucket] ?? 0;
    return lengthMs <= 0 ? null : total / lengthMs;
  });
}
