import { z } from "zod";
import { Factor, PositiveDuration } from "../kernel/units.ts";
import { RollingCount } from "./rolling-count.ts";

export const ThrottleSpec = z.strictObject({
  k: Factor.refine((it) => it >= 1, { error: "expected a factor of at least 1x" })
    .default(2)
    .describe(
      "How many times as many requests are let out as were accepted lately. Default: 2x, as at " +
        "Google.",
    ),
  window: PositiveDuration.default(120_000).describe(
    "How far back it remembers. Default: 2m, as at Google.",
  ),
});
export type ThrottleSpec = z.output<typeof ThrottleSpec>;

/** Of one window: with the default of two minutes, three seconds each. */
const slotCount = 40;

/**
 * A caller that holds back what would be turned away anyway, so that a service that is overloaded
 * need not spend itself on saying no.
 *
 *   share held back = max(0, (requests - k accepts) / (requests + 1))
 *
 * Under lasting overload the service gets about `k` times what it accepts: enough to notice when
 * it can do more again. Requests count *before* they are sent, those held back too. If they
 * counted when they end, a service that hangs would be found out one timeout late.
 *
 * The price is a cold start: with nothing accepted lately, what comes while the first answer is
 * awaited is mostly held back.
 *
 * @see Beyer et al., "Site Reliability Engineering", 2016, chapter 21, client-side throttling.
 */
export class AdaptiveThrottle {
  readonly #k: number;
  readonly #requests: RollingCount;
  readonly #accepts: RollingCount;

  constructor(spec: ThrottleSpec) {
    this.#k = spec.k;
    this.#requests = new RollingCount(spec.window, slotCount);
    this.#accepts = new RollingCount(spec.window, slotCount);
  }

  /** Decides on one request, and counts it. @param u - Drawn for it, strictly between 0 and 1. */
  admits(nowMs: number, u: number): boolean {
    const share = this.rejectShare(nowMs);
    this.#requests.add(nowMs);
    return u >= share;
  }

  /** The service took a request up and answered: a decline of the bank is an answer too. */
  accepted(nowMs: number): void {
    this.#accepts.add(nowMs);
  }

  /** The chance that the next request is held back. [ratio] */
  rejectShare(nowMs: number): number {
    const requests = this.#requests.sum(nowMs);
    const accepts = this.#accepts.sum(nowMs);
    return Math.max(0, (requests - this.#k * accepts) / (requests + 1));
  }
}
