import { studentTQuantile } from "./student-t.ts";

/** A mean and its Student-t interval; one of a single value has none. */
export type MeanInterval = {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
};

/** Share of such intervals that hold the true mean, unless somebody asks for another. */
const usualConfidenceRatio = 0.95;

/**
 * mean ± t(0.975, n - 1) s / sqrt(n), of independent values, at least one.
 *
 * Exact where they are normal, and good for means and percentiles of runs, which nearly are.
 */
export function meanInterval(
  sample: readonly number[],
  confidenceRatio = usualConfidenceRatio,
): MeanInterval {
  return intervalAround(meanOf(sample), sample, confidenceRatio);
}

/** The same around a better known middle than the mean of the sample. */
export function intervalAround(
  middle: number,
  sample: readonly number[],
  confidenceRatio = usualConfidenceRatio,
): MeanInterval {
  const n = sample.length;
  const mean = roundDigits(middle);
  if (n < 2) return { mean, low: null, high: null };
  const quantile = studentTQuantile((1 + confidenceRatio) / 2, n - 1);
  // Around the mean of the sample, varianceOf; around another middle, more.
  const variance = varianceOf(sample) + (n / (n - 1)) * (meanOf(sample) - middle) ** 2;
  const half = quantile * Math.sqrt(variance / n);
  return { mean, low: roundDigits(middle - half), high: roundDigits(middle + half) };
}

export function meanOf(sample: readonly number[]): number {
  return sample.reduce((sum, it) => sum + it, 0) / sample.length;
}

/** The unbiased variance of a sample of at least two. */
export function varianceOf(sample: readonly number[]): number {
  const [first] = sample;
  // The mean of equal numbers may differ from them in its last digit.
  if (sample.every((it) => it === first)) return 0;
  const mean = meanOf(sample);
  return sample.reduce((sum, it) => sum + (it - mean) ** 2, 0) / (sample.length - 1);
}

/** Half the width of an interval; null where there is none. */
export function halfWidth({ low, high }: Omit<MeanInterval, "mean">): number | null {
  return low === null || high === null ? null : (high - low) / 2;
}

/** The last digits of a sine may differ between Node versions; a result must not. */
export function roundDigits(value: number): number {
  return Number(value.toPrecision(12));
}
