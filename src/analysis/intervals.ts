import type { Interval } from "../record/result.ts";
import type { Summary } from "./figure.ts";
import { intervalAround, meanOf } from "./mean-interval.ts";
import { type Metric, metricsOf } from "./metrics.ts";

/** An interval of fewer runs rests on the shape of the distribution more than on the runs. */
const runFewCount = 5;

/**
 * How well a variant's figures are known: of each the mean over independent runs, and its 95 %
 * Student-t interval.
 *
 * A percentile is that of all samples together, and the runs, each with a percentile of its own, say
 * how far to trust it: samples of one run depend on each other, runs do not. The mean of the runs'
 * percentiles would not do, for that of few samples tends to be too low, and more runs do not mend it.
 *
 * A figure that no run measured is left out. What makes an interval doubtful is said with it. One run
 * has no intervals.
 *
 * @param pooled - All runs together.
 * @see Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.4.1.
 */
export function replicationIntervals(runs: readonly Summary[], pooled: Summary): Interval[] {
  const [first] = runs;
  if (first === undefined || runs.length < 2) return [];
  return metricsOf(first).flatMap((metric) => {
    const values = runs.map(metric.read);
    const measured = values.filter((it) => it !== null);
    if (measured.length === 0) return [];
    const doubt = doubtOf(metric, runs, measured);
    const ofAll = metric.samples === null ? null : metric.read(pooled);
    return [
      {
        metric: metric.name,
        ...intervalAround(ofAll ?? meanOf(measured), measured),
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

/**
 * An interval of a percentile is trusted where a run has so many samples beyond it: those of a queue
 * come in clusters, and with fewer of them it covers the truth less often than it says.
 */
const beyondMinCount = 50;

/** Why a percentile of so few samples is not known well; null: they are enough. */
export function tooFewSamples(
  { samples, tailRatio }: Metric,
  parts: readonly Summary[],
): string | null {
  if (samples === null) return null;
  const needed = Math.round(beyondMinCount / tailRatio);
  const fewest = parts.reduce(
    (least, it) => Math.min(least, samples(it)),
    Number.POSITIVE_INFINITY,
  );
  if (fewest >= needed) return null;
  // Of fewer than it leaves one above, it is nothing but the greatest.
  const one = Math.round(1 / tailRatio);
  if (fewest < one) return `fewer than ${one} samples: the greatest stands for it`;
  return `fewer than ${needed} samples each: the interval may be too narrow`;
}
