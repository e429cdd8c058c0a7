import assert from "node:assert/strict";
import { z } from "zod";
import { Factor, PositiveCount, PositiveDuration, Share } from "../kernel/units.ts";

/** Limits that both algorithms start from and stay within. */
const bounds = {
  initial: PositiveCount.default(20).describe(
    "Limit at the start. Default: 20, as in Netflix concurrency-limits.",
  ),
  min: PositiveCount.default(20).describe(
    "The limit never falls below. Default: 20, as in Netflix concurrency-limits.",
  ),
  max: PositiveCount.default(200).describe(
    "The limit never rises above. Default: 200, as in Netflix concurrency-limits.",
  ),
};
type Bounds = { readonly initial: number; readonly min: number; readonly max: number };

function checkBounds({ initial, min, max }: Bounds, context: z.RefinementCtx): void {
  const custom = (path: string[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if (min > max) custom(["min"], "expected a min of at most max");
  else if (initial < min || initial > max) {
    custom(["initial"], "expected an initial limit between min and max");
  }
}

const GradientOptions = z
  .strictObject({
    ...bounds,
    tolerance: Factor.refine((it) => it >= 1, { error: "expected a factor from 1x" })
      .default(1.5)
      .describe(
        "Times may grow to this many times their long-term mean before the limit falls. " +
          "Default: 1.5x, as in Gradient2.",
      ),
    smoothing: Share.refine((it) => it > 0, { error: "expected a share above 0%" })
      .default(0.2)
      .describe(
        "How far the limit moves towards each new estimate. Default: 20%, as in Gradient2.",
      ),
    longWindow: PositiveCount.default(600).describe(
      "Requests in the long-term mean, an exponential one. Default: 600, as in Gradient2.",
    ),
    queue: PositiveCount.default(4).describe(
      "Requests that the limit leaves to wait; it rises by them. Default: 4, as in Gradient2.",
    ),
  })
  .superRefine(checkBounds)
  .describe("The limit falls when requests take longer than they used to (Netflix Gradient2).");
type GradientOptions = z.output<typeof GradientOptions>;

const AimdOptions = z
  .strictObject({
    ...bounds,
    backoff: Share.refine((it) => it >= 0.5 && it < 1, {
      error: "expected a share from 50% to below 100%",
    })
      .default(0.9)
      .describe("What remains of the limit after a failure. Default: 90%, as in AIMDLimit."),
    above: PositiveDuration.default(5_000).describe(
      "A request that takes longer counts as failed. Default: 5 s, as in AIMDLimit.",
    ),
  })
  .superRefine(checkBounds)
  .describe("The limit rises by one with each success and falls by a share with each failure.");
type AimdOptions = z.output<typeof AimdOptions>;

/** How many requests one replica works on at once, learnt from how long they take. */
export const AdaptiveLimitSpec = z
  .strictObject({ gradient: GradientOptions.optional(), aimd: AimdOptions.optional() })
  .refine((it) => it.gradient === undefined || it.aimd === undefined, {
    error: "expected at most one of gradient, aimd",
  })
  .transform(({ gradient, aimd }) =>
    aimd === undefined
      ? ({ kind: "gradient", options: gradient ?? GradientOptions.parse({}) } as const)
      : ({ kind: "aimd", options: aimd } as const),
  )
  .describe(
    "Limits how many requests one replica works on at once; more are turned away. " +
      "Default: gradient.",
  );
export type AdaptiveLimitSpec = z.output<typeof AdaptiveLimitSpec>;

/**
 * Admits requests up to a limit that follows the health of what serves them. In-flight requests are
 * counted here; how the limit follows is one of two algorithms of Netflix concurrency-limits.
 */
export class AdaptiveLimit {
  readonly #algorithm: Gradient | Aimd;
  #limit: number;
  #inFlight = 0;

  constructor(spec: AdaptiveLimitSpec) {
    this.#limit = spec.options.initial;
    this.#algorithm = spec.kind === "aimd" ? new Aimd(spec.options) : new Gradient(spec.options);
  }

  /** A whole number. More than this may be in flight just after it fell. */
  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Admits if below the limit, and counts it in flight; exactly one `leave` or `withdraw` follows. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#limit) return false;
    this.#inFlight += 1;
    return true;
  }

  /**
   * One ended. The limit is learnt from its time, and from how many were in flight with it.
   *
   * @param dropped - It failed: it timed out, or was shed further on.
   */
  leave(rttMs: number, dropped: boolean): void {
    this.#limit = this.#algorithm.next(this.#limit, rttMs, this.#inFlight, dropped);
    this.withdraw();
  }

  /** One gave up its place, and nothing is learnt from it. */
  withdraw(): void {
    if (this.#inFlight === 0) assert.fail("more left than entered");
    this.#inFlight -= 1;
  }
}

const warmUpCount = 10;

/**
 * Gradient2 of Netflix concurrency-limits. With the mean time of the last requests over the time of
 * this one as a slope between ½ and 1:
 *
 *   estimate = limit × min(1, max(½, tolerance × longMs / rttMs)) + queue
 *   limit    = limit × (1 − smoothing) + estimate × smoothing, between min and max
 *
 * Taken over: the long-term mean with its warm-up and its quicker fall after an overload, and that
 * nothing is learnt while under half of the limit is in use. Not taken over: the window that can
 * gather requests before they are learnt from; each counts at once. In use is what is so at the
 * end of the request, not at its start. The original leaves it to the caller to ignore what was
 * refused at once; here what failed quicker than the mean is ignored.
 */
class Gradient {
  readonly #options: GradientOptions;
  /** Weight of a request in the long-term mean: that of an exponential mean over so many. */
  readonly #weight: number;
  /** With its fraction; the limit is its whole part. */
  #estimate: number;
  #longMs = 0;
  #sampleCount = 0;

  constructor(options: GradientOptions) {
    this.#options = options;
    this.#weight = 2 / (options.longWindow + 1);
    this.#estimate = options.initial;
  }

  next(limit: number, rttMs: number, inFlight: number, dropped: boolean): number {
    if (dropped && (this.#sampleCount === 0 || rttMs < this.#longMs)) return limit;
    const longMs = this.#learn(rttMs);
    const estimate = this.#estimate;
    if (inFlight < estimate / 2) return limit;
    const { min, max, tolerance, smoothing, queue } = this.#options;
    const bearableMs = tolerance * longMs;
    const slope = rttMs <= bearableMs ? 1 : Math.max(0.5, bearableMs / rttMs);
    const aim = estimate * slope + queue;
    const smoothed = estimate * (1 - smoothing) + aim * smoothing;
    this.#estimate = Math.max(min, Math.min(max, smoothed));
    return Math.floor(this.#estimate);
  }

  /** The long-term mean with this request in it: plain over the first ten, then exponential. */
  #learn(rttMs: number): number {
    const isWarm = this.#sampleCount === warmUpCount;
    if (!isWarm) this.#sampleCount += 1;
    const weight = isWarm ? this.#weight : 1 / this.#sampleCount;
    const longMs = this.#longMs + (rttMs - this.#longMs) * weight;
    // After a long overload the mean would take as long to come down by itself.
    this.#longMs = longMs > 2 * rttMs ? longMs * 0.95 : longMs;
    return longMs;
  }
}

/**
 * AIMDLimit of Netflix concurrency-limits: one more after a success while at least half of the limit
 * is in use, `backoff` times as many after a failure or a request that took longer than `above`.
 */
class Aimd {
  readonly #options: AimdOptions;

  constructor(options: AimdOptions) {
    this.#options = options;
  }

  next(limit: number, rttMs: number, inFlight: number, dropped: boolean): number {
    const { min, max, backoff, above } = this.#options;
    let next = limit;
    if (dropped || rttMs > above) next = Math.floor(limit * backoff);
    else if (inFlight * 2 >= limit) next = limit + 1;
    return Math.max(min, Math.min(max, next));
  }
}
