import type { Interval } from "../record/result.ts";
import type { Summary } from "./figure.ts";
import { meanInterval } from "./mean-interval.ts";
import { type Metric, metricsOf } from "./metrics.ts";

/** An interval of fewer runs rests on the shape of the distribution more than on the runs. */
const runFewCount = 5;

/**
 * How well a variant's figures are known: of each the mean over independent runs, and its 95 %
 * Student-t interval.
 *
 * One number a run, its own percentile too, for a percentile of all samples together has no honest
 * interval: samples of one run depend on each other, runs do not. A figure that no run measured is
 * left out. What makes an interval doubtful is said with it. One run has no intervals.
 *
 * @see Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.4.1.
 */
export function replicationIntervals(runs: readonly Summary[]): Interval[] {
  const [first] = runs;
  if (first === undefined || runs.length < 2) return [];
  return metricsOf(first).flatMap((metric) => {
    const values = runs.map(metric.read);
    const measured = values.filter((it) => it !== null);
    if (measured.length === 0) return [];
    const doubt = doubtOf(metric, runs, measured);
    return [
      {
        metric: metric.name,
        ...meanInterval(measured),
        seeds: measured.length,
        ...(doubt !== null && { doubt }),
      },
    ];
  });
}

/** Why an interval is to be read with care; null: it is not. The gravest reason wins. */
function doubtOf(
  metric: Metric,
  runs: readonly Summary[],
  measured: readonly number[],
): string | null {
  const count = measured.length;
  if (count < runs.length) return `measured in ${count} of ${runs.length} runs`;
  const tooFew = tooFewSamples(metric, runs);
  if (tooFew !== null) return tooFew;
  // A share or a count of nothing in n runs may still happen once in 3/n runs (95 %).
  if (measured.every((it) => it === measured[0])) return "the same in every run";
  return count < runFewCount ? `from ${count} runs only` : null;
}

/** A percentile of fewer samples than it leaves one above is nothing but the greatest of them. */
export function tooFewSamples(
  { samples, tailRatio }: Metric,
  parts: readonly Summary[],
): string | null {
  if (samples === null) return null;
  const needed = Math.round(1 / tailRatio);
  const fewest = parts.reduce(
    (least, it) => Math.min(least, samples(it)),
    Number.POSITIVE_INFINITY,
  );
  return fewest >= needed ? null : `fewer than ${needed} samples: the greatest stands for it`;
}
