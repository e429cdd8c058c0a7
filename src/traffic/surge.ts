import assert from "node:assert/strict";
import { siteKey } from "../kernel/draw.ts";
import {
  type AreaInverse,
  type ArrivalPlan,
  PacedPlan,
  type PlanOptions,
  pace,
  streamKey,
} from "./plan.ts";
import { CurveInverse, type RateCurve } from "./rate-curve.ts";

/**
 * A time during which more arrivals come than planned, and how many extra ones for each planned
 * one: 2 where three times as many come. [ms of the scenario; `toMs` may be `Infinity`]
 */
export type SurgeStretch = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly extraFactor: number;
};

/** One surge of a stream. Its `index` numbers its arrivals and keys their luck. */
export type Surge = {
  readonly index: number;
  /** In order, none overlapping. */
  readonly stretches: readonly SurgeStretch[];
};

/**
 * Numbers of extra arrivals: beyond the plan's own, each surge in a block of its own, and within 32
 * bits, for keyed draws look at no more. So a plan has at most 2^31 arrivals, and a stream at most
 * 128 surges of at most 2^24 extra arrivals each; the loader refuses more.
 */
const firstIndex = 2 ** 31;
const blockSize = 2 ** 24;
export const surgeMaxCount = firstIndex / blockSize;

/** What the loader lets through: the block has room for many standard deviations more. */
export const extraArrivalMaxCount = 16_000_000;

/**
 * The arrivals that surges bring on top of a stream's plan, one plan for each surge. The plan itself
 * stays as it is, so that variants with and without a surge share its luck.
 *
 * Where the arrivals are even, so are the extra ones: the first comes half a gap after the begin, so
 * that twice the rate is even again.
 */
export function buildSurgePlans(
  options: PlanOptions & { readonly surges: readonly Surge[] },
): readonly ArrivalPlan[] {
  const { arrivals, seed, stream, durationMs, window, surges } = options;
  return surges.map(({ index, stretches }) => {
    assert(index < surgeMaxCount, "the loader lets no surge of a greater number through");
    const paced = pace(arrivals);
    assert(paced !== undefined, `${stream}: the loader lets no surge of recorded arrivals through`);
    const part = {
      fromMs: window?.fromMs ?? 0,
      toMs: Math.min(durationMs, window?.toMs ?? durationMs),
    };
    const inverse = new SurgeInverse(paced.curve, clip(stretches, part.toMs), paced.isEven);
    const site = siteKey(seed, "traffic/arrivals");
    const key = streamKey(seed, `${stream}/surge/${index}`);
    return new SurgePlan(new PacedPlan(inverse, paced.isEven, site, key, part, null), index);
  });
}

function clip(stretches: readonly SurgeStretch[], endMs: number): readonly SurgeStretch[] {
  return stretches
    .filter((it) => it.fromMs < endMs)
    .map((it) => ({ ...it, toMs: Math.min(it.toMs, endMs) }));
}

/** A plan whose numbers are those of extra arrivals. */
class SurgePlan implements ArrivalPlan {
  readonly #plan: PacedPlan;
  readonly #firstIndex: number;

  constructor(plan: PacedPlan, index: number) {
    this.#plan = plan;
    this.#firstIndex = firstIndex + index * blockSize;
  }

  next(): boolean {
    if (!this.#plan.next()) return false;
    if (this.#plan.index >= blockSize) assert.fail("a surge has more arrivals than it has numbers");
    return true;
  }

  get index(): number {
    return this.#firstIndex + this.#plan.index;
  }

  get atMs(): number {
    return this.#plan.atMs;
  }

  get amountMinor(): number {
    return this.#plan.amountMinor;
  }
}

/** Maps the area under the extra rate to that under the plan's own rate, and so to an instant. */
class SurgeInverse implements AreaInverse {
  readonly #curve: RateCurve;
  readonly #inverse: CurveInverse;
  readonly #stretches: readonly SurgeStretch[];
  readonly #shift: number;
  #next = 0;
  /** Extra area before the present stretch, and before its end. */
  #beginArea = 0;
  #endArea = 0;

  constructor(curve: RateCurve, stretches: readonly SurgeStretch[], isEven: boolean) {
    this.#curve = curve;
    this.#inverse = new CurveInverse(curve);
    this.#stretches = stretches;
    this.#shift = isEven ? 500 : 0; // Areas are thousandths of an arrival.
  }

  instantMs(area: number): number {
    const wanted = area + this.#shift;
    while (wanted >= this.#endArea) {
      const stretch = this.#stretches[this.#next];
      if (stretch === undefined) return Number.POSITIVE_INFINITY;
      const { fromMs, toMs, extraFactor } = stretch;
      const own = this.#curve.areaUntil(toMs) - this.#curve.areaUntil(fromMs);
      this.#beginArea = this.#endArea;
      this.#endArea += own * extraFactor;
      this.#next += 1;
    }
    const { fromMs, toMs, extraFactor } = this.#stretches[this.#next - 1] as SurgeStretch;
    const own = this.#curve.areaUntil(fromMs) + (wanted - this.#beginArea) / extraFactor;
    // The last bit of an area must not put an arrival outside its surge.
    return Math.min(toMs, Math.max(fromMs, this.#inverse.instantMs(own)));
  }
}
