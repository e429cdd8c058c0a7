import assert from "node:assert/strict";
import { halfWidth, meanInterval } from "./mean-interval.ts";

export type PrecisionOptions = {
  /** Half width of the 95 % interval, over the mean. [ratio, above 0] */
  readonly targetRatio: number;
  /** Runs of each variant, at least and at most. [count] */
  readonly firstCount: number;
  readonly maxCount: number;
};

/** What one variant has shown so far: its figure, a number a run; null: not measured. */
export type Precise = {
  readonly name: string;
  readonly values: readonly (number | null)[];
};

export type PrecisionStep =
  | { readonly kind: "reached" }
  /** Run every variant until it has so many. */
  | { readonly kind: "more"; readonly seeds: number }
  /** It cannot be had: with these variants it ends. `ratio` is null where there is no interval. */
  | {
      readonly kind: "missed";
      readonly wide: readonly { readonly name: string; readonly ratio: number | null }[];
    };

/** Room for the variance to have been underestimated. */
const reserveRatio = 1.1;

/**
 * When to stop adding seeds: a sequential procedure for a relative precision.
 *
 * After each stage: stop when of every variant the half width of the 95 % interval is at most the
 * target times the size of the mean. Else half widths shrink with the root of the count, so aim for
 * n (half / target)^2, a tenth more, at least one more and at most twice as many; never more than the
 * greatest count. All variants have the same seeds, so that differences stay paired.
 *
 * Looking again and again, and stopping when the interval happens to be narrow, costs some of the
 * 95 %: the first stage of ten runs keeps that small (Law 2015, section 9.4.1).
 *
 * @see Chow & Robbins 1965; Law & Carson 1979.
 */
export class PrecisionRule {
  readonly #options: PrecisionOptions;

  constructor(options: PrecisionOptions) {
    assert(options.targetRatio > 0, "a target above 0");
    assert(options.firstCount >= 2 && options.maxCount >= options.firstCount, "two runs at least");
    this.#options = options;
  }

  /** @param variants - All with as many runs as the last stage asked for; at first with none. */
  next(variants: readonly Precise[]): PrecisionStep {
    const { targetRatio, firstCount, maxCount } = this.#options;
    const count = variants.reduce((least, it) => Math.min(least, it.values.length), maxCount);
    if (count < firstCount) return { kind: "more", seeds: firstCount };
    const ratios = variants.map(({ name, values }) => ({ name, ratio: relativeHalfWidth(values) }));
    const wide = ratios.filter(({ ratio }) => ratio === null || ratio > targetRatio);
    if (wide.length === 0) return { kind: "reached" };
    // What never happened may be rare: no number of runs tells a small share of nothing from none.
    const isHopeless = (name: string) =>
      variants.some((it) => it.name === name && it.values.every((value) => value === 0));
    if (count >= maxCount || wide.every(({ name }) => isHopeless(name))) {
      return { kind: "missed", wide };
    }
    const widest = wide.reduce((most, { ratio }) => Math.max(most, ratio ?? Infinity), 0);
    const aim = Math.ceil(count * (widest / targetRatio) ** 2 * reserveRatio);
    return { kind: "more", seeds: Math.min(maxCount, 2 * count, Math.max(count + 1, aim)) };
  }
}

/**
 * Half width of the interval over the size of the mean: 0 where every run says the same.
 *
 * @returns null where there is no such thing: the figure was not measured in every run, or its mean
 * is 0.
 */
export function relativeHalfWidth(values: readonly (number | null)[]): number | null {
  const measured = values.filter((it) => it !== null);
  if (measured.length < Math.max(2, values.length)) return null;
  const interval = meanInterval(measured);
  return interval.mean === 0 ? null : (halfWidth(interval) ?? 0) / Math.abs(interval.mean);
}
