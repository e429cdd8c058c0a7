import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram as HdrHistogram,
} from "hdr-histogram-js";
import type { Spread } from "./result.ts";

/** Longest time that is told apart; longer ones count as this. [ms] */
const longestMs = 7 * 86_400_000;

/**
 * All samples of a time, in constant memory: an HDR histogram over microseconds, with the exact
 * count, sum and maximum beside it.
 */
export class TimeHistogram {
  count = 0;
  sumMs = 0;
  maxMs = 0;
  readonly #digits: 2 | 3;
  #buckets: HdrHistogram | null = null;

  /** @param digits - Significant decimal digits: 3 is within 0.1 %, 2 within 1 %. */
  constructor(digits: 2 | 3 = 3) {
    this.#digits = digits;
  }

  record(ms: number): void {
    this.count += 1;
    this.sumMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
    this.#buckets ??= newBuckets(this.#digits);
    this.#buckets.recordValue(Math.round(Math.min(Math.max(ms, 0), longestMs) * 1_000));
  }

  /** The time that this share of the samples did not exceed; null without samples. [ms] */
  quantileMs(quantile: number): number | null {
    if (this.#buckets === null) return null;
    const ms = this.#buckets.getValueAtPercentile(quantile * 100) / 1_000;
    return Math.min(ms, Math.round(this.maxMs * 1_000) / 1_000);
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  add(other: TimeHistogram): void {
    this.count += other.count;
    this.sumMs += other.sumMs;
    this.maxMs = Math.max(this.maxMs, other.maxMs);
    if (other.#buckets === null) return;
    this.#buckets ??= newBuckets(this.#digits);
    this.#buckets.add(other.#buckets);
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

  /** For the way between processes. */
  toWire(): HistogramWire {
    return {
      count: this.count,
      sumMs: this.sumMs,
      maxMs: this.maxMs,
      buckets: this.#buckets === null ? null : encodeIntoCompressedBase64(this.#buckets),
    };
  }

  static fromWire(wire: HistogramWire): TimeHistogram {
    const histogram = new TimeHistogram();
    histogram.count = wire.count;
    histogram.sumMs = wire.sumMs;
    histogram.maxMs = wire.maxMs;
    if (wire.buckets !== null) {
      histogram.#buckets = decodeFromCompressedBase64(wire.buckets, 32, false);
      histogram.#buckets.autoResize = true;
    }
    return histogram;
  }
}

export type HistogramWire = {
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
  /** In the HdrHistogram V2 compressed form; null when nothing was recorded. */
  readonly buckets: string | null;
};

function newBuckets(digits: 2 | 3): HdrHistogram {
  return build({
    bitBucketSize: 32,
    autoResize: true,
    numberOfSignificantValueDigits: digits,
    useWebAssembly: false,
  });
}
