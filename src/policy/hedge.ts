import { z } from "zod";
import { PositiveCount, parseDurationMs, roundMs, Share } from "../kernel/units.ts";
import { TokenBucket } from "./token-bucket.ts";

const expectedAfter = "expected a duration such as 2s, or a quantile from p50 to p99.9";

/** A fixed wait [ms], or a quantile of the caller's own recent answer times. [ratio] */
type HedgeAfter = number | { readonly quantile: number };

const After = z
  .string({ error: () => expectedAfter })
  .regex(/^(?:p[5-9]\d(?:\.\d)?|(?:[\d.]+(?:us|ms|s|m|h|d))+)$/, { error: () => expectedAfter })
  .transform((text, context): HedgeAfter => {
    const [, percent] = /^p([5-9]\d(?:\.\d)?)$/.exec(text) ?? [];
    if (percent !== undefined) {
      return { quantile: Number((Number(percent) / 100).toPrecision(15)) };
    }
    const ms = parseDurationMs(text);
    if (ms !== undefined && ms > 0 && Number.isFinite(ms)) return ms;
    context.addIssue({ code: "custom", message: expectedAfter });
    return z.NEVER;
  });

const HedgeBudgetSpec = z.strictObject({
  share: Share.default(0.05).describe(
    "Extra attempts allowed for each request. Default: 5%, what hedging after the p95 needs.",
  ),
  burst: PositiveCount.default(10).describe(
    "Extra attempts that can be saved up. Default: 10, our own choice.",
  ),
});
type HedgeBudgetSpec = z.output<typeof HedgeBudgetSpec>;

/**
 * A second attempt while the first is under way; the first answer counts. It cuts the tail that
 * one slow replica makes, and adds load where all are slow: hence the budget. It asks for a credit
 * twice, which is safe under one idempotency key alone; elsewhere hedge questions, not payments.
 *
 * @see Dean & Barroso, "The Tail at Scale", CACM 56(2), 2013.
 */
export const HedgeSpec = z.strictObject({
  after: After.default(2_000).describe(
    "An extra attempt goes out if no answer came for so long: a duration, or p95 for that " +
      "quantile of the caller's own recent answer times. Default: 2s, as in Polly.",
  ),
  extra: z
    .int({ error: () => "expected a whole number from 1 to 3" })
    .min(1, { error: () => "expected a whole number from 1 to 3" })
    .max(3, { error: () => "expected a whole number from 1 to 3" })
    .default(1)
    .describe("Extra attempts at most, each `after` later than the last. Default: 1, as in Polly."),
  budget: HedgeBudgetSpec.optional().describe(
    "Bounds the extra attempts by the requests. Absent: no bound.",
  ),
});
export type HedgeSpec = z.output<typeof HedgeSpec>;

const rememberedCount = 1_000;
const firstEstimateCount = 50;
const estimateEveryCount = 100;

/**
 * When to hedge. A quantile is taken of the last 1000 answer times, first after 50 of them, then
 * after every 100: exact, repeatable, and cheap enough, for the sort is shared by 100 calls.
 *
 * Hedging changes no quantile up to the one that it waits for, so the estimate may be fed with
 * answers that were hedged and does not drift. Leaving out those that never came would shorten it.
 */
export class HedgeDelay {
  #afterMs: number;
  readonly #quantile: number;
  /** A ring of the last answer times; empty if the wait is fixed. [ms] */
  readonly #elapsedMs: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #untilEstimate = firstEstimateCount;

  constructor(after: HedgeSpec["after"]) {
    const isFixed = typeof after === "number";
    this.#afterMs = isFixed ? after : Number.POSITIVE_INFINITY;
    this.#quantile = isFixed ? 0 : after.quantile;
    this.#elapsedMs = new Float64Array(isFixed ? 0 : rememberedCount);
    this.#sorted = new Float64Array(this.#elapsedMs.length);
  }

  /** How long to wait for an answer before hedging; `Infinity` while too few are known. [ms] */
  afterMs(): number {
    return this.#afterMs;
  }

  /** How long one call took, those that timed out included. [ms] */
  observed(elapsedMs: number): void {
    const ring = this.#elapsedMs;
    if (ring.length === 0) return;
    ring[this.#count % ring.length] = elapsedMs;
    this.#count += 1;
    this.#untilEstimate -= 1;
    if (this.#untilEstimate > 0) return;
    this.#untilEstimate = estimateEveryCount;
    this.#estimate();
  }

  /** The smallest time that the quantile's share of the answers did not exceed. */
  #estimate(): void {
    const count = Math.min(this.#count, this.#elapsedMs.length);
    this.#sorted.set(this.#elapsedMs);
    const sorted = this.#sorted.subarray(0, count).sort();
    const rank = Math.ceil(this.#quantile * count - 1e-9);
    this.#afterMs = roundMs(sorted[rank - 1] as number);
  }
}

/** Lets through `burst` extra attempts and then a share of the requests. */
export class HedgeBudget {
  readonly #bucket: TokenBucket;
  /** The bucket's clock: it ticks once a request, a thousand ticks to its second. */
  #requestCount = 0;

  constructor(spec: HedgeBudgetSpec) {
    this.#bucket = new TokenBucket(spec.share * 1_000, spec.burst);
  }

  /** Once for each request, whether it will be hedged or not. */
  request(): void {
    this.#requestCount += 1;
  }

  /** Once for each extra attempt that is wanted. @returns Whether it may go out. */
  spend(): boolean {
    return this.#bucket.take(this.#requestCount);
  }
}
