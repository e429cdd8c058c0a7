import type { Buckets } from "./buckets.ts";
import { type HistogramWire, TimeHistogram } from "./histogram.ts";
import type { StillThere } from "./station-laws.ts";

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
  // NaN until the constructor sets them: a field that is whole for long, and then is not, changes the
  // layout of the record, and with it all code that was compiled for the old one is thrown away.
  /** Spent in the queue by those who left it unserved. */
  lostWaitMs = Number.NaN;
  /** Service of those who were killed in it. */
  cutMs = Number.NaN;
  /** The integrals of the busy workers and the queue after the traffic, until the run is over. */
  busyDrainMs = Number.NaN;
  queueDrainMs = Number.NaN;
  queueMax = 0;
  waits: TimeHistogram;
  readonly arrivalsBy: Float64Array;
  readonly dropsBy: Float64Array;
  /** Worker-milliseconds and request-milliseconds in each bucket. */
  readonly busyMsBy: Float64Array;
  readonly blockedMsBy: Float64Array;
  readonly queueMsBy: Float64Array;
  /** Requests that wait as each bucket ends. */
  readonly queueEndBy: Float64Array;
  readonly #buckets: Buckets;
  readonly #endMs: number;
  #sinceMs = 0;
  #busy = 0;
  #held = 0;
  #queued = 0;
  #delayed = 0;
  /** Sums of the instants at which those began who are being served, and came who wait. */
  #startedAtSumMs = 0;
  #queuedAtSumMs = 0;
  #drainSinceMs = Number.NaN;
  // The bucket in which time is now, and what it has so far: most that happens is in one and the same.
  #bucket = 0;
  #bucketEndMs = Number.NaN;
  #arrivals = 0;
  #busyMs = 0;
  #blockedMs = 0;
  #queueMs = 0;

  /** @param durationMs - Length of the traffic. */
  constructor(buckets: Buckets, durationMs: number) {
    this.#buckets = buckets;
    this.#endMs = durationMs;
    this.#drainSinceMs = durationMs;
    this.lostWaitMs = 0;
    this.cutMs = 0;
    this.busyDrainMs = 0;
    this.queueDrainMs = 0;
    this.#bucketEndMs = Math.min(buckets.bucketMs, durationMs);
    this.waits = new TimeHistogram();
    this.arrivalsBy = new Float64Array(buckets.count);
    this.dropsBy = new Float64Array(buckets.count);
    this.busyMsBy = new Float64Array(buckets.count);
    this.blockedMsBy = new Float64Array(buckets.count);
    this.queueMsBy = new Float64Array(buckets.count);
    this.queueEndBy = new Float64Array(buckets.count);
  }

  /** What comes after the traffic has no bucket, here and below: it counts in the totals alone. */
  arrived(nowMs: number): void {
    this.arrivals += 1;
    this.#queuedAtSumMs += nowMs;
    if (nowMs >= this.#bucketEndMs) this.#advance(nowMs);
    if (nowMs < this.#bucketEndMs) this.#arrivals += 1;
  }

  delayed(nowMs: number, change: 1 | -1): void {
    this.#delayed += change;
    this.#queuedAtSumMs -= change * nowMs;
  }

  dropped(nowMs: number, waitMs: number): void {
    this.dropCount += 1;
    this.#leftUnserved(nowMs, waitMs);
    if (nowMs >= this.#bucketEndMs) this.#advance(nowMs);
    if (nowMs < this.#bucketEndMs) increment(this.dropsBy, this.#bucket, 1);
  }

  failed(nowMs: number): void {
    this.failCount += 1;
    this.#queuedAtSumMs -= nowMs;
  }

  expired(nowMs: number, waitMs: number): void {
    this.expiredCount += 1;
    this.#leftUnserved(nowMs, waitMs);
  }

  killed(nowMs: number, count: number): void {
    const { waitMs, heldMs } = this.stillThere(nowMs);
    this.killedCount += count;
    this.lostWaitMs += waitMs;
    this.cutMs += heldMs;
    this.#delayed = 0;
    this.#queuedAtSumMs = 0;
    this.#startedAtSumMs = 0;
  }

  started(nowMs: number, waitMs: number): void {
    this.startCount += 1;
    this.#queuedAtSumMs -= nowMs - waitMs;
    this.#startedAtSumMs += nowMs;
    if (waitMs > 0) this.waitedCount += 1;
    this.waits.record(waitMs);
  }

  completed(nowMs: number, heldMs: number): void {
    this.completions += 1;
    this.heldSumMs += heldMs;
    this.#startedAtSumMs -= nowMs - heldMs;
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

  /** Who is at the station at `nowMs`, and how long they have waited and been served. */
  stillThere(nowMs: number): StillThere {
    return {
      atMs: nowMs,
      delayedCount: this.#delayed,
      queuedCount: this.#queued,
      busyCount: this.#busy,
      waitMs: this.#queued * nowMs - this.#queuedAtSumMs,
      heldMs: this.#busy * nowMs - this.#startedAtSumMs,
    };
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
    if (other instanceof StationRecord) {
      this.lostWaitMs += other.lostWaitMs;
      this.cutMs += other.cutMs;
      this.busyDrainMs += other.busyDrainMs;
      this.queueDrainMs += other.queueDrainMs;
    }
    this.queueMax = Math.max(this.queueMax, other.queueMax);
    this.waits.add(
      other.waits instanceof TimeHistogram ? other.waits : TimeHistogram.fromWire(other.waits),
    );
    addAll(this.arrivalsBy, other.arrivalsBy);
    addAll(this.dropsBy, other.dropsBy);
    addAll(this.busyMsBy, other.busyMsBy);
    addAll(this.blockedMsBy, other.blockedMsBy);
    addAll(this.queueMsBy, other.queueMsBy);
    addAll(this.queueEndBy, other.queueEndBy);
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
      queueEndBy: [...this.queueEndBy],
    };
  }

  /**
   * Takes out all that was recorded up to `nowMs`; from there on it begins anew. Levels go on. What
   * is at the station counts where it leaves: pieces add up to the whole.
   */
  cut(nowMs: number): StationRecord {
    this.close(nowMs);
    const piece = new StationRecord(this.#buckets, this.#endMs);
    piece.add(this);
    this.arrivals = 0;
    this.completions = 0;
    this.dropCount = 0;
    this.failCount = 0;
    this.expiredCount = 0;
    this.killedCount = 0;
    this.startCount = 0;
    this.waitedCount = 0;
    this.heldSumMs = 0;
    this.lostWaitMs = 0;
    this.cutMs = 0;
    this.busyDrainMs = 0;
    this.queueDrainMs = 0;
    this.queueMax = this.#queued;
    this.waits = new TimeHistogram();
    for (const by of [this.arrivalsBy, this.dropsBy]) by.fill(0);
    for (const by of [this.busyMsBy, this.blockedMsBy, this.queueMsBy]) by.fill(0);
    this.queueEndBy.fill(0);
    return piece;
  }

  #leftUnserved(nowMs: number, waitMs: number): void {
    this.lostWaitMs += waitMs;
    this.#queuedAtSumMs -= nowMs - waitMs;
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

  /** Ends the buckets before that of `nowMs`; after the traffic there is none. */
  #advance(nowMs: number): void {
    const { bucketMs } = this.#buckets;
    while (nowMs >= this.#bucketEndMs && this.#sinceMs < this.#endMs) {
      const lengthMs = this.#bucketEndMs - this.#sinceMs;
      this.#sinceMs = this.#bucketEndMs;
      increment(this.busyMsBy, this.#bucket, this.#busyMs + this.#busy * lengthMs);
      increment(this.blockedMsBy, this.#bucket, this.#blockedMs + this.#held * lengthMs);
      increment(this.queueMsBy, this.#bucket, this.#queueMs + this.#queued * lengthMs);
      increment(this.arrivalsBy, this.#bucket, this.#arrivals);
      this.queueEndBy[this.#bucket] = this.#queued;
      this.#arrivals = 0;
      this.#busyMs = 0;
      this.#blockedMs = 0;
      this.#queueMs = 0;
      this.#bucket += 1;
      this.#bucketEndMs = Math.min((this.#bucket + 1) * bucketMs, this.#endMs);
    }
    if (this.#sinceMs < this.#endMs) return;
    this.#sinceMs = Number.POSITIVE_INFINITY;
    const lengthMs = nowMs - this.#drainSinceMs;
    if (lengthMs <= 0) return;
    this.#drainSinceMs = nowMs;
    this.busyDrainMs += this.#busy * lengthMs;
    this.queueDrainMs += this.#queued * lengthMs;
  }

  /** Puts what the bucket in which time is now has where the others are. */
  #flush(): void {
    if (this.#bucket >= this.#buckets.count) return;
    increment(this.arrivalsBy, this.#bucket, this.#arrivals);
    increment(this.busyMsBy, this.#bucket, this.#busyMs);
    increment(this.blockedMsBy, this.#bucket, this.#blockedMs);
    increment(this.queueMsBy, this.#bucket, this.#queueMs);
    this.#arrivals = 0;
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
  readonly queueEndBy: readonly number[];
};

function increment(array: Float64Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by;
}

function addAll(into: Float64Array, from: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i += 1) increment(into, i, from[i] ?? 0);
}
