import type { Buckets } from "./buckets.ts";
import { bucketOf } from "./buckets.ts";
import { type HistogramWire, TimeHistogram } from "./histogram.ts";

/**
 * What happened at one station of one replica: counts, waits, and the integrals over time of its
 * busy workers and its queue, per bucket. Series and integrals end with the traffic, counts with the run.
 */
export class StationRecord {
  arrivals = 0;
  completions = 0;
  dropCount = 0;
  failCount = 0;
  expiredCount = 0;
  killedCount = 0;
  startCount = 0;
  waitedCount = 0;
  heldSumMs = 0;
  queueMax = 0;
  readonly waits: TimeHistogram;
  readonly arrivalsBy: Float64Array;
  readonly dropsBy: Float64Array;
  /** Worker-milliseconds and request-milliseconds in each bucket. */
  readonly busyMsBy: Float64Array;
  readonly blockedMsBy: Float64Array;
  readonly queueMsBy: Float64Array;
  readonly #buckets: Buckets;
  readonly #endMs: number;
  #sinceMs = 0;
  #busy = 0;
  #held = 0;
  #queued = 0;

  /** @param durationMs - Length of the traffic. */
  constructor(buckets: Buckets, durationMs: number) {
    this.#buckets = buckets;
    this.#endMs = durationMs;
    this.waits = new TimeHistogram();
    this.arrivalsBy = new Float64Array(buckets.count);
    this.dropsBy = new Float64Array(buckets.count);
    this.busyMsBy = new Float64Array(buckets.count);
    this.blockedMsBy = new Float64Array(buckets.count);
    this.queueMsBy = new Float64Array(buckets.count);
  }

  arrived(nowMs: number): void {
    this.arrivals += 1;
    this.#count(this.arrivalsBy, nowMs);
  }

  dropped(nowMs: number): void {
    this.dropCount += 1;
    this.#count(this.dropsBy, nowMs);
  }

  failed(): void {
    this.failCount += 1;
  }

  expired(): void {
    this.expiredCount += 1;
  }

  killed(count: number): void {
    this.killedCount += count;
  }

  started(waitMs: number): void {
    this.startCount += 1;
    if (waitMs > 0) this.waitedCount += 1;
    this.waits.record(waitMs);
  }

  completed(heldMs: number): void {
    this.completions += 1;
    this.heldSumMs += heldMs;
  }

  levels(nowMs: number, busy: number, held: number, queued: number): void {
    this.#integrate(nowMs);
    this.#busy = busy;
    this.#held = held;
    this.#queued = queued;
    if (queued > this.queueMax) this.queueMax = queued;
  }

  get busyNow(): number {
    return this.#busy;
  }

  get queuedNow(): number {
    return this.#queued;
  }

  /** Carries the last levels on to `nowMs`: the run is over. */
  close(nowMs: number): void {
    this.#integrate(nowMs);
  }

  /** Adds another replica, or another run, of the same stage. */
  add(other: StationRecord | StationWire): void {
    this.arrivals += other.arrivals;
    this.completions += other.completions;
    this.dropCount += other.dropCount;
    this.failCount += other.failCount;
    this.expiredCount += other.expiredCount;
    this.killedCount += other.killedCount;
    this.startCount += other.startCount;
    this.waitedCount += other.waitedCount;
    this.heldSumMs += other.heldSumMs;
    this.queueMax = Math.max(this.queueMax, other.queueMax);
    this.waits.add(
      other.waits instanceof TimeHistogram ? other.waits : TimeHistogram.fromWire(other.waits),
    );
    addAll(this.arrivalsBy, other.arrivalsBy);
    addAll(this.dropsBy, other.dropsBy);
    addAll(this.busyMsBy, other.busyMsBy);
    addAll(this.blockedMsBy, other.blockedMsBy);
    addAll(this.queueMsBy, other.queueMsBy);
  }

  /** For the way between processes. */
  toWire(): StationWire {
    return {
      arrivals: this.arrivals,
      completions: this.completions,
      dropCount: this.dropCount,
      failCount: this.failCount,
      expiredCount: this.expiredCount,
      killedCount: this.killedCount,
      startCount: this.startCount,
      waitedCount: this.waitedCount,
      heldSumMs: this.heldSumMs,
      queueMax: this.queueMax,
      waits: this.waits.toWire(),
      arrivalsBy: [...this.arrivalsBy],
      dropsBy: [...this.dropsBy],
      busyMsBy: [...this.busyMsBy],
      blockedMsBy: [...this.blockedMsBy],
      queueMsBy: [...this.queueMsBy],
    };
  }

  /** What comes after the traffic has no bucket: it counts in the totals alone. */
  #count(by: Float64Array, nowMs: number): void {
    if (nowMs < this.#endMs) increment(by, bucketOf(this.#buckets, nowMs), 1);
  }

  /** The levels held since the last change: spread over the buckets that they touch. */
  #integrate(nowMs: number): void {
    const untilMs = nowMs < this.#endMs ? nowMs : this.#endMs;
    let fromMs = this.#sinceMs;
    if (untilMs <= fromMs) return;
    this.#sinceMs = untilMs;
    if (this.#busy === 0 && this.#queued === 0) return;
    const { bucketMs } = this.#buckets;
    let bucket = bucketOf(this.#buckets, fromMs);
    while (fromMs < untilMs) {
      const bucketEndMs = (bucket + 1) * bucketMs;
      const toMs = untilMs < bucketEndMs ? untilMs : bucketEndMs;
      increment(this.busyMsBy, bucket, this.#busy * (toMs - fromMs));
      increment(this.blockedMsBy, bucket, this.#held * (toMs - fromMs));
      increment(this.queueMsBy, bucket, this.#queued * (toMs - fromMs));
      fromMs = toMs;
      bucket += 1;
    }
  }
}

export type StationWire = {
  readonly arrivals: number;
  readonly completions: number;
  readonly dropCount: number;
  readonly failCount: number;
  readonly expiredCount: number;
  readonly killedCount: number;
  readonly startCount: number;
  readonly waitedCount: number;
  readonly heldSumMs: number;
  readonly queueMax: number;
  readonly waits: HistogramWire;
  readonly arrivalsBy: readonly number[];
  readonly dropsBy: readonly number[];
  readonly busyMsBy: readonly number[];
  readonly blockedMsBy: readonly number[];
  readonly queueMsBy: readonly number[];
};

function increment(array: Float64Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by;
}

function addAll(into: Float64Array, from: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i += 1) increment(into, i, from[i] ?? 0);
}
