import { HdrCounts, timesMax } from "./hdr-counts.ts";
import type { Spread } from "./result.ts";

/** Longest time that is told apart; longer ones count as this. [ms] */
const longestMs = 7 * 86_400_000;

/** Of a histogram that has no samples yet. */
const noRoom = new Float64Array(0);

/**
 * All samples of a time, in constant memory: an HDR histogram over microseconds, with the exact
 * count, sum and maximum beside it.
 */
export class TimeHistogram {
  readonly #digits: 2 | 3;
  /** Of those that are counted. */
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;
  #counts: HdrCounts | null = null;
  /** Samples wait here to be counted together: in a loop each costs half of what a call would. */
  #pendingMs = noRoom;
  #pendingCount = 0;
  /** Most waits are none: those need no more than this. */
  #zeroCount = 0;

  /** @param digits - Significant decimal digits: 3 is within 0.1 %, 2 within 1 %. */
  constructor(digits: 2 | 3 = 3) {
    this.#digits = digits;
  }

  record(ms: number): void {
    if (ms === 0) this.#zeroCount += 1;
    else {
      if (this.#pendingCount === this.#pendingMs.length) this.#makeRoom();
      this.#pendingMs[this.#pendingCount++] = ms;
    }
  }

  get count(): number {
    return this.#count + this.#pendingCount + this.#zeroCount;
  }

  get sumMs(): number {
    this.#settle();
    return this.#sumMs;
  }

  get maxMs(): number {
    this.#settle();
    return this.#maxMs;
  }

  /** The time that this share of the samples did not exceed; null without samples. [ms] */
  quantileMs(quantile: number): number | null {
    this.#settle();
    if (this.#counts === null) return null;
    const maxMs = Math.round(this.#maxMs * 1_000) / 1_000;
    if (this.#isConstant()) return maxMs;
    return Math.min(this.#counts.valueAt(rankOf(quantile, this.count)) / 1_000, maxMs);
  }

  /** All samples are the greatest, as those of a constant time: that is then known to the microsecond. */
  #isConstant(): boolean {
    return this.#sumMs >= this.count * this.#maxMs * (1 - 1e-9);
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  add(other: TimeHistogram): void {
    this.#settle();
    other.#settle();
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
    if (other.#counts === null) return;
    this.#counts ??= new HdrCounts(this.#digits);
    this.#counts.add(other.#counts);
  }

  toSpread(): Spread {
    return {
      count: this.count,
      mean: this.meanMs,
      p50: this.quantileMs(0.5),
      p90: this.quantileMs(0.9),
      p99: this.quantileMs(0.99),
      p999: this.quantileMs(0.999),
      max: this.count === 0 ? null : this.maxMs,
    };
  }

  /** For the way between processes and threads. */
  toWire(): HistogramWire {
    this.#settle();
    return {
      digits: this.#digits,
      count: this.count,
      sumMs: this.sumMs,
      maxMs: this.maxMs,
      buckets: this.#counts?.toSparse() ?? null,
    };
  }

  static fromWire(wire: HistogramWire): TimeHistogram {
    const histogram = new TimeHistogram(wire.digits);
    histogram.#count = wire.count;
    histogram.#sumMs = wire.sumMs;
    histogram.#maxMs = wire.maxMs;
    if (wire.buckets !== null) {
      histogram.#counts = HdrCounts.fromSparse(wire.buckets, histogram.#digits);
    }
    return histogram;
  }

  #makeRoom(): void {
    if (this.#pendingMs === noRoom) this.#pendingMs = new Float64Array(timesMax);
    else this.#settle();
  }

  /** Counts the samples that wait for it, in their order. */
  #settle(): void {
    if (this.#zeroCount > 0) {
      this.#counts ??= new HdrCounts(this.#digits);
      this.#counts.record(0, this.#zeroCount);
      this.#count += this.#zeroCount;
      this.#zeroCount = 0;
    }
    const pendingMs = this.#pendingMs;
    const count = this.#pendingCount;
    if (count === 0) return;
    this.#counts ??= new HdrCounts(this.#digits);
    let sumMs = this.#sumMs;
    let maxMs = this.#maxMs;
    for (let at = 0; at < count; at += 1) {
      const ms = pendingMs[at] as number;
      sumMs += ms;
      if (ms > maxMs) maxMs = ms;
    }
    this.#counts.recordTimes(pendingMs, count, longestMs);
    this.#sumMs = sumMs;
    this.#maxMs = maxMs;
    this.#count += count;
    this.#pendingCount = 0;
  }
}

export type HistogramWire = {
  readonly digits: 2 | 3;
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
  /** Index and count of each bucket that holds anything; null when nothing was recorded. */
  readonly buckets: readonly number[] | null;
};

/** How many of the samples a quantile does not exceed; a rounding error of the product is no sample. */
function rankOf(quantile: number, count: number): number {
  const exact = ((quantile * 100) / 100) * count;
  const ulp = 2 ** (Math.floor(Math.log2(exact)) - 52);
  return Math.max(1, Math.ceil(exact - ulp));
}
