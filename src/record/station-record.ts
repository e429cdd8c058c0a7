import type { Buckets } from "./buckets.ts";
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
  // The bucket in which time is now, and its integrals so far: most levels change within one.
  #bucket = 0;
  #bucketEndMs: number;
  #busyMs = 0;
  #blockedMs = 0;
  #queueMs = 0;

  /** @param durationMs - Length of the traffic. */
  constructor(buckets: Buckets, durationMs: number) {
    this.#buckets = buckets;
    this.#endMs = durationMs;
    this.#bucketEndMs = Math.min(buckets.bucketMs, durationMs);
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
    this.#flush();
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
    if (nowMs >= this.#bucketEndMs) this.#advance(nowMs);
    if (nowMs < this.#bucketEndMs) increment(by, this.#bucket, 1);
  }

  /** The levels held since the last change: spread over the buckets that they touch. */
  #integrate(nowMs: number): void {
    if (nowMs >= this.#bucketEndMs) this.#advance(nowMs);
    const lengthMs = nowMs - this.#sinceMs;
    if (lengthMs <= 0) return;
    this.#sinceMs = nowMs;
    this.#busyMs += this.#busy * lengthMs;
    this.#blockedMs += this.#held * lengthMs;
    this.#queueMs += this.#queued * lengthMs;
  }

  /** Ends the buckets before that of `nowMs`; after the traffic there is none, and nothing adds up. */
  #advance(nowMs: number): void {
    const { bucketMs } = this.#buckets;
    while (nowMs >= this.#bucketEndMs && this.#sinceMs < this.#endMs) {
      const lengthMs = this.#bucketEndMs - this.#sinceMs;
      this.#sinceMs = this.#bucketEndMs;
      increment(this.busyMsBy, this.#bucket, this.#busyMs + this.#busy * lengthMs);
      increment(this.blockedMsBy, this.#bucket, this.#blockedMs + this.#held * lengthMs);
      increment(this.queueMsBy, this.#bucket, this.#queueMs + this.#queued * lengthMs);
      this.#busyMs = 0;
      this.#blockedMs = 0;
      this.#queueMs = 0;
      this.#bucket += 1;
      this.#bucketEndMs = Math.min((this.#bucket + 1) * bucketMs, this.#endMs);
    }
    if (this.#sinceMs >= this.#endMs) this.#sinceMs = Number.POSITIVE_INFINITY;
  }

  /** Puts the integrals of the bucket in which time is now where the others are. */
  #flush(): void {
    if (this.#bucket >= this.#buckets.count) return;
    increment(this.busyMsBy, this.#bucket, this.#busyMs);
    increment(this.blockedMsBy, this.#bucket, this.#blockedMs);
    increment(this.queueMsBy, this.#bucket, this.#queueMs);
    this.#busyMs = 0;
    this.#blockedMs = 0;
    this.#queueMs = 0;
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
