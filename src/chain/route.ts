import type { ResponseCode } from "../domain/response-code.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import type { CircuitBreaker } from "../policy/circuit-breaker.ts";
import type { CallEnd } from "./call.ts";
import type { Caller } from "./caller.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { Request } from "./request.ts";
import { Stays } from "./stays.ts";

/** One service that a call site may ask, with its own breaker. */
export type Route = {
  readonly service: string;
  readonly caller: Caller;
  readonly breaker: CircuitBreaker | null;
  /** Share of the activations that it gets, added up: a draw below this takes it. */
  readonly shareBelow: number;
  /** Its number of an operation, by the number that the first route has for it. */
  readonly operationOf: readonly number[];
};

/** How a call site chooses among its services. */
export type RouteMode = "weighted" | "failover";

/**
 * Which service a request goes to.
 *
 * Weighted: drawn for the activation, so that asking again reaches the same bank. Failover: the first
 * in order whose breaker lets it out and of which a replica is thought well; after an attempt that
 * surely did nothing, the next. While an attempt is under way, and after one that has posted or of
 * which nobody knows, an activation that posts stays with its bank, also when it is asked for again.
 * A second replica of the caller knows nothing of it: only a sticky balancer brings the merchant back
 * to the one that does.
 */
export class RouteChoice {
  readonly routes: readonly Route[];
  readonly #mode: RouteMode;
  readonly #site: number;
  readonly #counts: PolicyCounts;
  /** Null where nothing can be posted twice. */
  readonly #stays: Stays | null;

  constructor(
    routes: readonly Route[],
    mode: RouteMode,
    posts: boolean,
    seed: string,
    site: string,
    counts: PolicyCounts,
  ) {
    this.routes = routes;
    this.#mode = mode;
    this.#stays = mode === "failover" && posts ? new Stays() : null;
    this.#site = siteKey(seed, `${site}/route`);
    this.#counts = counts;
  }

  begin(request: Request): void {
    request.triedRoutes = 0;
    request.route = 0;
    if (this.#mode !== "weighted" || this.routes.length === 1) return;
    const u = draw(this.#site, request.payment.streamKey, request.payment.index, 0);
    const route = this.routes.findIndex(({ shareBelow }) => u < shareBelow);
    request.route = route < 0 ? this.routes.length - 1 : route;
  }

  /** The route of the next attempt, admitted by its breaker; `undefined` if none lets it out. */
  open(request: Request, nowMs: number): Route | undefined {
    const place = this.#mode === "weighted" ? request.route : this.#stayOf(request);
    if (place >= 0) {
      request.route = place;
      const route = this.routes[place];
      return route?.breaker?.admits(nowMs) === false ? undefined : route;
    }
    return this.#first(request, nowMs, true) ?? this.#first(request, nowMs, false);
  }

  /** An attempt goes out on the route of the request. */
  sent(request: Request): void {
    this.#stays?.sent(request.payment, request.route);
  }

  /** What became of an attempt: exactly once for each `sent`, before `movesOn` is asked. */
  settled(request: Request, end: CallEnd, code: ResponseCode): void {
    this.#stays?.settled(request.payment, end, code);
  }

  /** After a failed try: whether another service is to be asked at once. */
  movesOn(request: Request, end: CallEnd): boolean {
    if (this.#mode !== "failover") return false;
    if (end === "rejected") {
      request.triedRoutes = 0; // Nobody lets it out: a retry begins with the first again.
      return false;
    }
    if (end !== "refused" && !(end === "answered" && request.code === "91")) return false;
    request.triedRoutes |= 1 << request.route;
    if (request.triedRoutes !== 2 ** this.routes.length - 1) return this.#stayOf(request) < 0;
    request.triedRoutes = 0; // All said no: likewise.
    return false;
  }

  /** The place of the only service that this request may go to; -1: it has the choice. */
  #stayOf(request: Request): number {
    return this.#stays?.placeOf(request.payment) ?? -1;
  }

  #first(request: Request, nowMs: number, mustBeWell: boolean): Route | undefined {
    for (let place = 0; place < this.routes.length; place += 1) {
      const route = this.routes[place];
      if (route === undefined || (request.triedRoutes & (1 << place)) !== 0) continue;
      if (mustBeWell && !route.caller.choice.isAnyEligible(nowMs)) continue;
      if (route.breaker?.admits(nowMs) === false) continue;
      if (place > 0) this.#counts.did("failovers", request);
      request.route = place;
      return route;
    }
    return undefined;
  }
}
