import { draw, siteKey } from "../kernel/draw.ts";
import { Backoff } from "../policy/backoff.ts";
import { type RetrySpec, retriesOn } from "../policy/retry.ts";
import { RetryBudget } from "../policy/retry-budget.ts";
import { laterAttempt } from "./attempt.ts";
import type { CallEnd } from "./call.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { Request } from "./request.ts";

/** Whether a call that failed is tried again, and after how long. */
export class Retrying {
  readonly #spec: RetrySpec;
  readonly #backoff: Backoff;
  readonly #budget: RetryBudget | null;
  readonly #site: number;
  readonly #counts: PolicyCounts;

  /** @param site - The call site, such as `operator.forward`; draws are keyed by it. */
  constructor(spec: RetrySpec, seed: string, site: string, counts: PolicyCounts) {
    this.#spec = spec;
    this.#backoff = new Backoff(spec.backoff);
    this.#budget = spec.budget === undefined ? null : new RetryBudget(spec.budget);
    this.#site = siteKey(seed, `${site}/backoff`);
    this.#counts = counts;
  }

  /** Once for each call: what retries may cost is a share of these. */
  began(nowMs: number): void {
    this.#budget?.deposit(nowMs);
  }

  /**
   * A try has failed.
   *
   * @returns The wait before the next, which the budget has paid for; -1: there is none. [ms]
   */
  failed(request: Request, end: CallEnd, isRetriable: boolean, nowMs: number): number {
    // A try that was never sent counts too, or a caller that rejects would ask for ever.
    if (end === "rejected") request.tryCount += 1;
    if (request.tryCount >= this.#spec.attempts) return -1;
    if (!retriesOn(this.#spec, end, isRetriable)) return -1;
    const u = draw(this.#site, request.payment.streamKey, request.payment.index, tryKey(request));
    const waitMs = this.#backoff.nextMs(request.tryCount, request.waitMs, u);
    if (nowMs + waitMs >= request.deadlineMs) return -1;
    if (this.#budget?.withdraw(nowMs) === false) {
      this.#counts.did("budgetSpent", request);
      return -1;
    }
    request.waitMs = waitMs;
    this.#counts.did("retries", request, waitMs);
    return waitMs;
  }
}

/** The number of a try, sent or not, for what is drawn before it is sent or after it failed. */
export function tryKey({ attempt, tryCount }: Request): number {
  return tryCount === 0 ? attempt : laterAttempt(attempt, tryCount);
}
