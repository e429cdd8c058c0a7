import type { Comparison, VariantResult } from "../record/result.ts";
import { measuredUncreditedRatio } from "./figure.ts";
import { studentTQuantile } from "./student-t.ts";

/** A variant's runs, one a seed. `runs[i]` of every variant was made with seed i. */
export type SeededRuns = {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
};
type ComparedRun = Pick<
  VariantResult,
  "outcomes" | "uncreditedRatio" | "timeToCreditMs" | "latencyMs"
>;

/** The figures that variants are compared by: did the money come, and how fast. */
const metrics: Readonly<Record<string, (run: ComparedRun) => number | null>> = {
  uncreditedRatio: measuredUncreditedRatio,
  "timeToCreditMs.p50": (run) => run.timeToCreditMs.p50,
  "timeToCreditMs.p99": (run) => run.timeToCreditMs.p99,
  "latencyMs.p99": (run) => run.latencyMs.p99,
};

/**
 * What each variant changes against the first, the baseline.
 *
 * Both runs of a pair have the same seed and so the same luck: their difference is mostly the
 * variant's doing. One number a run, mean d of the differences, and d ± t(0.975, n - 1) s / sqrt(n).
 * Each interval stands for itself: among twenty, one misses the truth. A pair in which one side
 * has no samples is left out, and a metric without pairs too; an interrupted variant has fewer.
 */
export function compareVariants(variants: readonly SeededRuns[]): Comparison[] {
  const [baseline, ...others] = variants;
  if (baseline === undefined) return [];
  return others.flatMap((variant) =>
    Object.entries(metrics).flatMap(([metric, read]) => {
      const differences = pairedDifferences(variant.runs, baseline.runs, read);
      if (differences.length === 0) return [];
      const interval = meanInterval(differences);
      const seeds = differences.length;
      return [{ variant: variant.name, against: baseline.name, metric, ...interval, seeds }];
    }),
  );
}

function pairedDifferences(
  runs: readonly ComparedRun[],
  baselineRuns: readonly ComparedRun[],
  read: (run: ComparedRun) => number | null,
): number[] {
  return runs.flatMap((run, seed) => {
    const other = baselineRuns[seed];
    const before = other === undefined ? null : read(other);
    const after = read(run);
    return before === null || after === null ? [] : [after - before];
  });
}

/** The mean of a sample of at least one, and its 95 % Student-t interval from two on. */
function meanInterval(sample: readonly number[]): Pick<Comparison, "difference" | "low" | "high"> {
  const n = sample.length;
  const mean = sample.reduce((sum, it) => sum + it, 0) / n;
  if (n < 2) return { difference: roundDigits(mean), low: null, high: null };
  const variance = sample.reduce((sum, it) => sum + (it - mean) ** 2, 0) / (n - 1);
  const half = studentTQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return {
    difference: roundDigits(mean),
    low: roundDigits(mean - half),
    high: roundDigits(mean + half),
  };
}

/** The last digits of a sine may differ between Node versions; a result must not. */
function roundDigits(value: number): number {
  return Number(value.toPrecision(12));
}
