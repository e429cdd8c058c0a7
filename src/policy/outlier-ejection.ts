import { z } from "zod";
import { PositiveCount, PositiveDuration, Share } from "../kernel/units.ts";
import { FailureShares, outlierShareKeys } from "./outlier-share.ts";

/**
 * When a caller leaves a replica alone for a while, by the answers that it got from each.
 *
 * The numbers are the defaults of Envoy's `outlier_detection`. Of its rules Envoy has `deviation`
 * switched on and `failures` off; here each of the two is on where it is written.
 */
export const OutlierEjectionSpec = z
  .strictObject({
    consecutive: PositiveCount.default(5).describe(
      "Failures in a row that eject a replica at once. Default: 5, as in Envoy.",
    ),
    base: PositiveDuration.default(30_000).describe(
      "Length of the first ejection, twice that for the second, and so on; each `interval` without " +
        "ejection takes one step back. Default: 30s, as in Envoy.",
    ),
    max: PositiveDuration.default(300_000).describe(
      "No ejection lasts longer. Default: 300s, as in Envoy.",
    ),
    most: Share.default(0.1).describe(
      "Share of the replicas that may be ejected at once; one always may, unless it is the last. " +
        "Default: 10%, as in Envoy.",
    ),
    ...outlierShareKeys,
  })
  .refine((it) => it.max >= it.base, { error: "expected a max of at least base", path: ["max"] });
export type OutlierEjectionSpec = z.output<typeof OutlierEjectionSpec>;

/**
 * Outlier ejection (passive health checks): a replica that fails while others answer is left alone
 * for a while, each time longer. Failures in a row eject at once; shares of failures are judged at
 * the end of each interval, in the order of the replicas.
 *
 * Where it differs from Envoy: a replica comes back at its very instant, not at the next sweep, and
 * with all its counts at 0. The last one is never ejected, for then nobody could be asked. And one
 * may be ejected whatever `most` says, which newer Envoys do only under `always_eject_one_host`.
 */
export class OutlierEjection {
  /** 1: may be asked. A live view, true for the instant of the last `refresh` or `ended`. */
  readonly admitted: Uint8Array;
  /** Ejections so far. */
  ejectedCount = 0;
  readonly #consecutiveCount: number;
  readonly #intervalMs: number;
  readonly #baseMs: number;
  readonly #maxMs: number;
  /** How many may be out at once. */
  readonly #outMostCount: number;
  /** The multiple of `base` from which `max` holds; it does not grow further. */
  readonly #timesMost: number;
  #outCount = 0;
  /** Failures in a row, by replica. */
  readonly #row: Int32Array;
  /** By what `base` was multiplied last, by replica. */
  readonly #times: Int32Array;
  /** When the replica comes back, or came back last. [ms] */
  readonly #returnMs: Float64Array;
  #nextReturnMs = Number.POSITIVE_INFINITY;
  readonly #shares: FailureShares;
  readonly #outliers: Uint8Array;
  /** When the interval ends; `Infinity` where nobody looks at intervals. */
  #sweepMs: number;

  constructor(spec: OutlierEjectionSpec, replicaCount: number) {
    const { failures, deviation } = spec;
    this.#consecutiveCount = spec.consecutive;
    this.#intervalMs = spec.interval;
    this.#baseMs = spec.base;
    this.#maxMs = spec.max;
    // A share of a number may come out a last bit too low: 29 % of 100.
    const shareCount = Math.floor(spec.most * replicaCount + 1e-9);
    this.#outMostCount = Math.min(Math.max(1, shareCount), replicaCount - 1);
    this.#timesMost = Math.ceil(spec.max / spec.base);
    this.admitted = new Uint8Array(replicaCount).fill(1);
    this.#row = new Int32Array(replicaCount);
    this.#times = new Int32Array(replicaCount);
    this.#returnMs = new Float64Array(replicaCount);
    this.#shares = new FailureShares(failures, deviation, replicaCount);
    this.#outliers = new Uint8Array(replicaCount);
    const looksAtShares = failures !== undefined || deviation !== undefined;
    this.#sweepMs = looksAtShares ? spec.interval : Number.POSITIVE_INFINITY;
  }

  /** When the next ejected one comes back, `Infinity` if none is out. [ms] */
  get nextReturnMs(): number {
    return this.#nextReturnMs;
  }

  /** Accounts for one request to a replica. What an ejected one still answers does not count. */
  ended(replica: number, failed: boolean, nowMs: number): void {
    this.refresh(nowMs);
    if (this.admitted[replica] === 0) return;
    this.#shares.record(replica, failed);
    const row = failed ? (this.#row[replica] as number) + 1 : 0;
    const isTooLong = row >= this.#consecutiveCount;
    // Where enough are out already, it takes as many failures again until the next try.
    this.#row[replica] = isTooLong ? 0 : row;
    if (isTooLong) this.#eject(replica, nowMs);
  }

  /** Ends the interval if it is time, and brings back whose time has come. Call before reading. */
  refresh(nowMs: number): void {
    if (nowMs >= this.#sweepMs) {
      // Intervals that passed since then are empty, for nothing was recorded: one has to be judged.
      this.#bringBack(this.#sweepMs);
      this.#shares.judge(this.#outliers);
      for (let replica = 0; replica < this.#outliers.length; replica += 1) {
        if (this.#outliers[replica] === 1) this.#eject(replica, this.#sweepMs);
      }
      this.#sweepMs = (Math.floor(nowMs / this.#intervalMs) + 1) * this.#intervalMs;
    }
    this.#bringBack(nowMs);
  }

  #eject(replica: number, nowMs: number): void {
    if (this.#outCount >= this.#outMostCount) return;
    // Each interval since the last return takes back one step of the multiple.
    const backMs = nowMs - (this.#returnMs[replica] as number);
    const kept = (this.#times[replica] as number) - Math.floor(backMs / this.#intervalMs);
    const times = Math.min(Math.max(0, kept) + 1, this.#timesMost);
    const returnMs = nowMs + Math.min(this.#baseMs * times, this.#maxMs);
    this.#times[replica] = times;
    this.#returnMs[replica] = returnMs;
    this.#nextReturnMs = Math.min(this.#nextReturnMs, returnMs);
    this.#row[replica] = 0;
    this.#shares.forget(replica);
    this.admitted[replica] = 0;
    this.#outCount += 1;
    this.ejectedCount += 1;
  }

  #bringBack(nowMs: number): void {
    if (nowMs < this.#nextReturnMs) return;
    this.#nextReturnMs = Number.POSITIVE_INFINITY;
    for (let replica = 0; replica < this.admitted.length; replica += 1) {
      if (this.admitted[replica] === 1) continue;
      const returnMs = this.#returnMs[replica] as number;
      if (returnMs > nowMs) {
        this.#nextReturnMs = Math.min(this.#nextReturnMs, returnMs);
      } else {
        this.admitted[replica] = 1;
        this.#outCount -= 1;
      }
    }
  }
}
