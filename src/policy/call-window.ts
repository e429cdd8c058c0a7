import { RollingCount } from "./rolling-count.ts";

/** What the last calls came to. The counts are kept as calls come and go, never added up anew. */
export interface CallWindow {
  /** The counts are those of this instant, until the next call. */
  record(failed: boolean, slow: boolean, nowMs: number): void;
  /** Forgets every call. */
  clear(): void;
  readonly callCount: number;
  readonly failedCount: number;
  /** Calls may be both failed and slow. */
  readonly slowCount: number;
}

const failedBit = 1;
const slowBit = 2;

/** The last `size` calls, however long ago they were. */
export class CountWindow implements CallWindow {
  callCount = 0;
  failedCount = 0;
  slowCount = 0;
  /** One byte a call, in a ring: the bits say what it came to. */
  readonly #calls: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#calls = new Uint8Array(size);
  }

  record(failed: boolean, slow: boolean): void {
    const calls = this.#calls;
    const oldest = calls[this.#next] as number;
    if (this.callCount < calls.length) this.callCount += 1;
    // A place that no call has taken yet holds no bits, so there is nothing to take away.
    this.failedCount += (failed ? 1 : 0) - (oldest & failedBit);
    this.slowCount += (slow ? 1 : 0) - ((oldest & slowBit) >> 1);
    calls[this.#next] = (failed ? failedBit : 0) | (slow ? slowBit : 0);
    this.#next = this.#next + 1 === calls.length ? 0 : this.#next + 1;
  }

  clear(): void {
    this.#calls.fill(0);
    this.#next = 0;
    this.callCount = 0;
    this.failedCount = 0;
    this.slowCount = 0;
  }
}

/** As in opossum; resilience4j has one bucket a second. */
const bucketCount = 10;

/**
 * The calls of the last `lengthMs`, in ten buckets. The oldest bucket is dropped whole when a new
 * one begins, so the window reaches back between nine and ten tenths of its length.
 */
export class TimeWindow implements CallWindow {
  callCount = 0;
  failedCount = 0;
  slowCount = 0;
  readonly #lengthMs: number;
  #calls: RollingCount;
  #failed: RollingCount;
  #slow: RollingCount;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
    this.#calls = new RollingCount(lengthMs, bucketCount);
    this.#failed = new RollingCount(lengthMs, bucketCount);
    this.#slow = new RollingCount(lengthMs, bucketCount);
  }

  record(failed: boolean, slow: boolean, nowMs: number): void {
    this.#calls.add(nowMs);
    if (failed) this.#failed.add(nowMs);
    if (slow) this.#slow.add(nowMs);
    this.callCount = this.#calls.sum(nowMs);
    this.failedCount = this.#failed.sum(nowMs);
    this.slowCount = this.#slow.sum(nowMs);
  }

  clear(): void {
    this.#calls = new RollingCount(this.#lengthMs, bucketCount);
    this.#failed = new RollingCount(this.#lengthMs, bucketCount);
    this.#slow = new RollingCount(this.#lengthMs, bucketCount);
    this.callCount = 0;
    this.failedCount = 0;
    this.slowCount = 0;
  }
}
