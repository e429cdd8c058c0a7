import { build, type Histogram } from "hdr-histogram-js";

/** Times of answers: mean and maximum exact, percentiles within 0.1 %. Null while there is none. */
export class Times {
  #histogram: Histogram | undefined;
  #sumMs = 0;
  #maxMs = 0;
  count = 0;

  add(ms: number): void {
    this.#histogram ??= build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 3_600_000_000,
      numberOfSignificantValueDigits: 3,
    });
    this.#histogram.recordValue(Math.min(3_600_000_000, Math.max(1, Math.round(ms * 1_000))));
    this.#sumMs += ms;
    this.#maxMs = Math.max(this.#maxMs, ms);
    this.count += 1;
  }

  meanMs(): number | null {
    return this.count > 0 ? this.#sumMs / this.count : null;
  }

  maxMs(): number | null {
    return this.count > 0 ? this.#maxMs : null;
  }

  percentileMs(percent: number): number | null {
    if (this.#histogram === undefined) return null;
    return Math.min(this.#maxMs, this.#histogram.getValueAtPercentile(percent) / 1_000);
  }
}
