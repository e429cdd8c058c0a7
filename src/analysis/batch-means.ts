import { normalQuantile } from "../kernel/quantile.ts";
import type { Interval } from "../record/result.ts";
import type { Summary } from "./figure.ts";
import { tooFewSamples } from "./intervals.ts";
import { intervalAround, meanOf } from "./mean-interval.ts";
import { type Metric, metricsOf } from "./metrics.ts";

/** Batches of one steady run, from the finest cut to the coarsest; all of equal length. */
export type BatchCuts = readonly (readonly Summary[])[];

/**
 * Intervals from one long run in its steady state: it is cut into batches of equal length, and a
 * figure's batch values are taken for independent runs.
 *
 * They are that only if a batch is much longer than the memory of the queues. So for each figure the
 * finest cut is taken at which neighbours look independent; where none does, the coarsest, and the
 * interval is called doubtful. Only means, shares and percentiles: a count is one of the whole run.
 *
 * The middle is the figure of the whole run, and the batches vary around it: a percentile of a short
 * batch tends to be too low, and an interval around their mean would share that error.
 *
 * @param cuts - From the finest to the coarsest. @param run - The whole run.
 * @see Law 2015, section 9.5.3; Alexopoulos & Seila 1996 for the choice of the batch size by a test.
 */
export function batchIntervals(cuts: BatchCuts, run: Summary): Interval[] {
  return metricsOf(run)
    .filter((it) => it.isLevel)
    .flatMap((metric) => intervalOf(metric, cuts, metric.read(run)));
}

function intervalOf(metric: Metric, cuts: BatchCuts, whole: number | null): Interval[] {
  const series = cuts.map((batches) => ({
    batches,
    values: batches.map(metric.read).filter((it) => it !== null),
  }));
  const chosen =
    series.find(({ batches, values }) => doubtOf(metric, batches, values) === null) ??
    series.at(-1);
  if (whole === null || chosen === undefined || chosen.values.length < 2) return [];
  const { batches, values } = chosen;
  const doubt = doubtOf(metric, batches, values);
  return [
    {
      metric: metric.name,
      ...intervalAround(whole, values),
      seeds: 1,
      batches: values.length,
      ...(doubt !== null && { doubt }),
    },
  ];
}

function doubtOf(
  metric: Metric,
  batches: readonly Summary[],
  values: readonly number[],
): string | null {
  if (values.length < batches.length) {
    return `measured in ${values.length} of ${batches.length} batches`;
  }
  if (!looksIndependent(values)) return "neighbouring batches depend on each other: run longer";
  return (
    tooFewSamples(metric, batches) ??
    (values.every((it) => it === values[0]) ? "the same in every batch" : null)
  );
}

/** How often independent batches are taken for dependent ones. */
const falseAlarmRatio = 0.05;

/**
 * Von Neumann's test that a batch does not take after the one before it: C, the correlation of
 * neighbours with a correction for the ends, is nearly normal with mean 0 and variance
 * (n - 2) / (n^2 - 1) where they are independent. One-sided, for queues only ever remember.
 *
 * @see von Neumann 1941; Fishman 1978; Alexopoulos & Seila, "Output Data Analysis", in Banks,
 * Handbook of Simulation, 1998, section 7.3.
 */
export function looksIndependent(values: readonly number[]): boolean {
  const n = values.length;
  const mean = meanOf(values);
  let squares = 0;
  let steps = 0;
  values.forEach((value, i) => {
    squares += (value - mean) ** 2;
    const next = values[i + 1];
    if (next !== undefined) steps += (next - value) ** 2;
  });
  // Values that are all the same remember nothing; three or fewer can show nothing.
  if (n < 4 || squares <= (mean * 1e-12) ** 2 * n) return true;
  const correlation = 1 - steps / (2 * squares);
  return correlation <= normalQuantile(1 - falseAlarmRatio) * Math.sqrt((n - 2) / (n * n - 1));
}
