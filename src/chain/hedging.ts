import { type Clock, noTicket } from "../kernel/clock.ts";
import { HedgeBudget, HedgeDelay, type HedgeSpec } from "../policy/hedge.ts";
import { type Request, RequestEvent } from "./request.ts";

/** When the requests of a call site are hedged: the delay, learnt or given, and the budget. */
export class Hedging {
  readonly #clock: Clock;
  readonly #extra: number;
  readonly #delay: HedgeDelay;
  readonly #budget: HedgeBudget | null;

  constructor(clock: Clock, { after, extra, budget }: HedgeSpec) {
    this.#clock = clock;
    this.#extra = extra;
    this.#delay = new HedgeDelay(after);
    this.#budget = budget === undefined ? null : new HedgeBudget(budget);
  }

  /** A new request: the budget grows with each. */
  began(): void {
    this.#budget?.request();
  }

  /** Sets the time at which a second attempt is due, if the request may have another. */
  schedule(request: Request): void {
    const afterMs = this.#delay.afterMs();
    if (request.hedgeCount >= this.#extra || afterMs === Number.POSITIVE_INFINITY) return;
    request.hedgeTimer = this.#clock.timer(
      this.#clock.nowMs() + afterMs,
      request,
      RequestEvent.hedge,
    );
  }

  /** Whether the budget pays for one more attempt. */
  pays(): boolean {
    return this.#budget?.spend() ?? true;
  }

  /** The try that it was meant for is over. */
  cancel(request: Request): void {
    this.#clock.cancel(request.hedgeTimer);
    request.hedgeTimer = noTicket;
  }

  /** Learns how long a try took from its first attempt on, whichever attempt brought the answer. */
  observed({ triedMs }: Request): void {
    this.#delay.observed(this.#clock.nowMs() - triedMs);
  }
}
