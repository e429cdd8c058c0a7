import { meanOf, varianceOf } from "./mean-interval.ts";
import { studentTQuantile } from "./student-t.ts";

/** A mean that is open on which side of its limit it lies. */
export type Undecided = {
  /** One figure a run, at least two of them. */
  readonly values: readonly number[];
  /** In the unit of the values. */
  readonly limit: number;
};

/**
 * How many runs it takes, by what is known so far, to say on which side of its limit a mean lies:
 * n = (t s / d)^2, where s is the standard deviation of a run, d the distance of the mean from the
 * limit, and t the quantile of Student's law that the test asks for.
 *
 * This is optimal computing budget allocation (OCBA) for a question of yes or no. Chen, Lin, Yücesan
 * & Chick 2000 give each rival of the best runs in proportion to (s / d)^2, with d its distance from
 * the best. What a configuration costs is known exactly, so there is no best mean to be found, only
 * whether limits are kept; then d is the distance from the limit, and the proportion is that of
 * Szechtman & Yücesan 2008, "A new perspective on feasibility determination".
 *
 * @param errorRatio - How often the test may be wrong. [ratio, above 0, below 0.5]
 * @returns Infinite where the mean is the limit itself; 0 where all values are alike. [count]
 */
export function countToDecide({ values, limit }: Undecided, errorRatio: number): number {
  const distance = Math.abs(meanOf(values) - limit);
  const quantile = studentTQuantile(1 - errorRatio, values.length - 1);
  const variance = varianceOf(values);
  if (variance === 0) return 0;
  return distance === 0 ? Number.POSITIVE_INFINITY : (quantile ** 2 * variance) / distance ** 2;
}

/** One limit of a candidate. */
export type Need = {
  /** Runs that it has. [count] */
  readonly hasCount: number;
  /** Runs that it takes. [count] */
  readonly needCount: number;
  /** Its mean lies beyond its limit. */
  readonly isBeyond: boolean;
};

/**
 * Which limit of a candidate gets the next runs. If any mean lies beyond its limit, the one that says
 * so soonest: one is enough to drop the candidate. If none does, the one that takes most: all of them
 * must hold, and it is the likeliest not to. (Lee, Pujowidianto, Li, Chen & Yap 2012, "Approximate
 * simulation budget allocation for selecting the best design in the presence of stochastic constraints".)
 *
 * @returns The limit and how many more runs decide the candidate; `undefined` where none is open.
 */
export function nextNeed<Of extends Need>(
  needs: readonly Of[],
): { readonly need: Of; readonly moreCount: number } | undefined {
  const more = (it: Of) => Math.max(0, it.needCount - it.hasCount);
  const beyond = needs.filter((it) => it.isBeyond);
  const [first, ...rest] = beyond.length > 0 ? beyond : needs;
  if (first === undefined) return undefined;
  if (beyond.length > 0) {
    const need = rest.reduce((least, it) => (it.needCount < least.needCount ? it : least), first);
    return { need, moreCount: more(need) };
  }
  const need = rest.reduce((most, it) => (it.needCount > most.needCount ? it : most), first);
  return { need, moreCount: needs.reduce((sum, it) => sum + more(it), 0) };
}
