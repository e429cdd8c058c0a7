import type { Comparison } from "../record/result.ts";
import { type ComparedRun, comparedMetrics } from "./compared-metrics.ts";
import { holm } from "./holm.ts";
import { meanInterval, meanOf, roundDigits, varianceOf } from "./mean-interval.ts";
import { studentTTail } from "./student-t.ts";

/** A variant's runs, one a seed. `runs[i]` of every variant was made with seed i. */
export type SeededRuns = {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
};

type Pair = { readonly before: number; readonly after: number };

/**
 * What each variant changes against the first, the baseline.
 *
 * Both runs of a pair have the same seed and so the same luck: their difference is mostly the
 * variant's doing. One number a run, mean d of the differences, and d ± t(0.975, n - 1) s / sqrt(n).
 * A pair in which one side has no samples is left out, and a metric without pairs too; an
 * interrupted variant has fewer.
 *
 * Each interval stands for itself: among twenty, one misses the truth. So of each metric the
 * variants are one family, and `pHolm` is what remains of a difference when one has looked at all of
 * them. What the pairing is worth is `varianceSaved`: so many times more runs would independent
 * luck have needed for the same interval; below 1 it would have needed fewer.
 */
export function compareVariants(variants: readonly SeededRuns[]): Comparison[] {
  const [baseline, ...others] = variants;
  if (baseline === undefined) return [];
  const families = comparedMetrics(variants).map(({ metric, read }) => {
    const found = others.flatMap(({ name, runs }) => {
      const pairs = pairUp(runs, baseline.runs, read);
      return pairs.length === 0 ? [] : [{ variant: name, pairs }];
    });
    const corrected = holm(found.map(({ pairs }) => pValue(pairs)));
    return found.map(({ variant, pairs }, place): Comparison => {
      const { mean: difference, low, high } = meanInterval(pairs.map(differenceOf));
      const pHolm = corrected[place];
      const saved = varianceSaved(pairs);
      return {
        ...{ variant, against: baseline.name, metric, difference, low, high, seeds: pairs.length },
        ...(pHolm !== undefined && pHolm !== null && { pHolm: roundP(pHolm) }),
        ...(saved !== null && { varianceSaved: roundDigits(saved) }),
      };
    });
  });
  // Variant by variant, as a reader asks.
  return others.flatMap(({ name }) => families.flat().filter((it) => it.variant === name));
}

/** A small p is what is left of 1: below a billionth its digits mean nothing. */
function roundP(p: number): number {
  return Math.round(p * 1e9) / 1e9;
}

function pairUp(
  runs: readonly ComparedRun[],
  baselineRuns: readonly ComparedRun[],
  read: (run: ComparedRun) => number | null,
): Pair[] {
  return runs.flatMap((run, seed) => {
    const other = baselineRuns[seed];
    const before = other === undefined ? null : read(other);
    const after = read(run);
    return before === null || after === null ? [] : [{ before, after }];
  });
}

function differenceOf({ before, after }: Pair): number {
  return after - before;
}

/** How likely so great a mean difference were if there was none: two-sided, by Student's t. */
function pValue(pairs: readonly Pair[]): number | null {
  const differences = pairs.map(differenceOf);
  if (differences.length < 2) return null;
  const mean = meanOf(differences);
  const variance = varianceOf(differences);
  if (variance === 0) return mean === 0 ? 1 : 0;
  const t = mean / Math.sqrt(variance / differences.length);
  return 2 * studentTTail(Math.abs(t), differences.length - 1);
}

/** (var a + var b) / var(a - b); null where nothing varies, or all of it is saved. */
function varianceSaved(pairs: readonly Pair[]): number | null {
  if (pairs.length < 2) return null;
  const paired = varianceOf(pairs.map(differenceOf));
  if (paired === 0) return null;
  const single = varianceOf(pairs.map((it) => it.before)) + varianceOf(pairs.map((it) => it.after));
  return single / paired;
}
