import { z } from "zod";
import { PositiveCount, Rate } from "../kernel/units.ts";

export const RateLimitSpec = z.strictObject({
  rate: Rate.refine((it) => it > 0, { error: "expected a rate above 0, such as 100/s" }).describe(
    "Requests let in per second in the long run; those beyond are turned away.",
  ),
  burst: PositiveCount.optional().describe(
    "Requests let in at once after a pause. Absent: what one second brings, as in Guava, at least 1.",
  ),
});
export type RateLimitSpec = z.output<typeof RateLimitSpec>;

/** The limit at a server's door, full at first. */
export function buildRateLimit(spec: RateLimitSpec): TokenBucket {
  return new TokenBucket(spec.rate, spec.burst ?? Math.max(1, Math.floor(spec.rate)));
}

/** Forgives the last bits of rate × time, so that a token is there at the instant it is due. */
const hair = 1e-9;

/**
 * Tokens drop into a bucket at a steady rate and spill over when it is full; each request takes
 * one or is turned away. In any time t no more than burst + rate t pass.
 *
 *   level = burst - taken + rate × (now - the instant when it was last full)
 *
 * Adding up small refills would add up their rounding too. This counts what was taken since the
 * bucket was last full, a whole number, so the level has one rounding, however long it is empty.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #fullMs = 0;
  /** Tokens taken since `fullMs`. */
  #taken = 0;

  /** Starts full. @param burst - How many tokens it holds, at least 1. */
  constructor(ratePerSecond: number, burst: number) {
    this.#perMs = ratePerSecond / 1_000;
    this.#burst = burst;
  }

  /** Takes a token if there is one. @param nowMs - Never decreases. */
  take(nowMs: number): boolean {
    const refilled = (nowMs - this.#fullMs) * this.#perMs;
    if (this.#taken === 0 || refilled >= this.#taken) {
      this.#fullMs = nowMs;
      this.#taken = 1;
      return true;
    }
    if (this.#taken + 1 > this.#burst + refilled + hair) return false;
    this.#taken += 1;
    return true;
  }
}
