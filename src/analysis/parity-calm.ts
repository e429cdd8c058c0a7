import { causes, outcomes } from "../domain/outcome.ts";
import type { ExcludedSpan } from "../record/parity-result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import { quantiles } from "./parity-figures.ts";
import type { ActivationLog } from "./parity-log.ts";
import { isExcluded, sortedQuantile } from "./parity-pairs.ts";

/** Less than this share of the run says nothing of it: then no second is left out. [ratio] */
const leastRatio = 0.1;

/** The spans that are left out, or none where too little of the run would remain. */
export function usableExclusions(
  excluded: readonly ExcludedSpan[],
  durationMs: number,
): readonly ExcludedSpan[] {
  const leftOutMs = excluded.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return leftOutMs > (1 - leastRatio) * durationMs ? [] : excluded;
}

/**
 * The figures of a run without the seconds that are left out: outcomes and latencies of what was
 * planned in the others, busy workers and queues of the record's buckets that lie in the others.
 * What is planned, and the books, stay those of the whole run.
 */
export function calmSummary(
  summary: VariantSummary,
  log: ActivationLog,
  excluded: readonly ExcludedSpan[],
): VariantSummary {
  if (excluded.length === 0) return summary;
  const { timesMs, bucketMs } = summary.series;
  const calmBuckets = timesMs.flatMap((fromMs, bucket) => {
    const isTouched = excluded.some((it) => it.fromMs < fromMs + bucketMs && it.toMs > fromMs);
    return isTouched ? [] : [bucket];
  });
  const meanOf = (values: readonly number[] | undefined): number => {
    const sum = calmBuckets.reduce((total, bucket) => total + (values?.[bucket] ?? 0), 0);
    return calmBuckets.length === 0 ? 0 : sum / calmBuckets.length;
  };
  return {
    ...summary,
    ...calmActivations(summary, log, excluded),
    stations: summary.stations.map((station) => {
      const series = summary.series.stations.find(({ name }) => name === station.name);
      return {
        ...station,
        utilisationRatio: meanOf(series?.utilisationRatio),
        queueMean: meanOf(series?.queueMean),
      };
    }),
  };
}

/** Shares of outcomes and causes are kept as counts of `planned`, for that is what readers divide them by. */
function calmActivations(
  { planned, latencyMs }: VariantSummary,
  log: ActivationLog,
  excluded: readonly ExcludedSpan[],
): Pick<VariantSummary, "outcomes" | "causes" | "latencyMs"> {
  const counts = outcomes.map(() => 0);
  const causeCounts = causes.map(() => 0);
  const latenciesMs = new Float64Array(log.count);
  let count = 0;
  let endedCount = 0;
  for (let row = 0; row < log.count; row += 1) {
    if (isExcluded(excluded, log.plannedMsAt(row))) continue;
    count += 1;
    const outcome = log.outcomeAt(row);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    const cause = log.causeAt(row);
    if (cause >= 0) causeCounts[cause] = (causeCounts[cause] ?? 0) + 1;
    const ms = log.latencyMsAt(row);
    if (Number.isNaN(ms)) continue;
    latenciesMs[endedCount] = ms;
    endedCount += 1;
  }
  const sorted = latenciesMs.subarray(0, endedCount).sort();
  const scale = count === 0 ? 0 : planned / count;
  const scaled = <K extends string>(names: readonly K[], of: readonly number[]) =>
    Object.fromEntries(names.map((name, place) => [name, (of[place] ?? 0) * scale])) as Record<
      K,
      number
    >;
  const percentiles = Object.entries(quantiles).map(([name, quantile]) => {
    return [name, sortedQuantile(sorted, quantile)];
  });
  return {
    outcomes: scaled(outcomes, counts),
    causes: scaled(causes, causeCounts),
    latencyMs: { ...latencyMs, ...Object.fromEntries(percentiles) },
  };
}
