import type { Credentials } from "../domain/credentials.ts";
import { type MessageType, repeated } from "../domain/message-type.ts";
import type { Cause } from "../domain/outcome.ts";
import { verdictOf } from "../domain/response-code.ts";
import { type Clock, type FixedDelay, noTicket } from "../kernel/clock.ts";
import { buildDistribution, type Distribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { objectList } from "../kernel/object-list.ts";
import { AdaptiveThrottle } from "../policy/throttle.ts";
import { laterAttempt } from "./attempt.ts";
import { BulkheadLine } from "./bulkhead-line.ts";
import type { Call, CallMaker, CallOwner, CallResult } from "./call.ts";
import type { CallPolicies } from "./call-policies.ts";
import { Hedging } from "./hedging.ts";
import type { Life } from "./life.ts";
import type { Payment } from "./payment.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import { Request, RequestEvent } from "./request.ts";
import { Retrying, tryKey } from "./retrying.ts";
import type { Route, RouteChoice } from "./route.ts";

export type CallSiteParts = {
  /** Where it is, such as `operator.forward`; draws are keyed by it. */
  readonly name: string;
  readonly seed: string;
  readonly clock: Clock;
  readonly routes: RouteChoice;
  readonly policies: CallPolicies;
  /** Longest time for all attempts together; `Infinity`: none. It does not travel. [ms] */
  readonly limitMs: number;
  /** What a call suffers from that is not answered in time. */
  readonly silenceCause: Cause;
  readonly counts: PolicyCounts;
  readonly life: Life;
};

/**
 * The policies of a caller around its attempts.
 *
 *   call -> throttle -> route (breaker, failover) -> bulkhead -> attempt -> the owner is told
 *              ^                                                   |  \-> hedge: a second attempt
 *              \------------- back-off, if the budget pays --------/
 *
 * What one attempt came to is settled with every policy that let it out, exactly once.
 */
export class CallSite implements CallMaker {
  readonly #clock: Clock;
  readonly #routes: RouteChoice;
  /** How long all attempts together may take; null: for ever. */
  readonly #limit: FixedDelay | null;
  readonly #silenceCause: Cause;
  readonly #counts: PolicyCounts;
  readonly #life: Life;
  readonly #deadline: Distribution | null;
  readonly #retrying: Retrying | null;
  readonly #bulkhead: BulkheadLine | null;
  readonly #hedging: Hedging | null;
  readonly #throttle: AdaptiveThrottle | null;
  readonly #deadlineSite: number;
  readonly #throttleSite: number;
  readonly #pool = objectList<Request>();
  /** What the last failed attempt suffered from: a call that is rejected is so because of it. */
  #lastCause: Cause;

  constructor(parts: CallSiteParts) {
    const { name, seed, policies } = parts;
    const { deadline, retry, bulkhead, hedge, throttle } = policies;
    this.#clock = parts.clock;
    this.#routes = parts.routes;
    this.#limit =
      parts.limitMs === Number.POSITIVE_INFINITY ? null : parts.clock.fixed(parts.limitMs);
    this.#silenceCause = parts.silenceCause;
    this.#lastCause = parts.silenceCause;
    this.#counts = parts.counts;
    this.#life = parts.life;
    this.#deadline = deadline === undefined ? null : buildDistribution(deadline);
    this.#retrying = retry === undefined ? null : new Retrying(retry, seed, name, parts.counts);
    this.#bulkhead = bulkhead === undefined ? null : new BulkheadLine(bulkhead);
    this.#hedging = hedge === undefined ? null : new Hedging(parts.clock, hedge);
    this.#throttle = throttle === undefined ? null : new AdaptiveThrottle(throttle);
    this.#deadlineSite = siteKey(seed, `${name}/deadline`);
    this.#throttleSite = siteKey(seed, `${name}/throttle`);
  }

  call(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): Request {
    const nowMs = this.#clock.nowMs();
    const request = this.#pool.pop() ?? new Request(this);
    request.begin(owner, payment, operation, attempt, nowMs, shown, messageType);
    request.deadlineMs = this.#deadlineOf(request, nowMs, deadlineMs);
    request.limitTimer =
      this.#limit === null ? noTicket : this.#limit.after(request, RequestEvent.limit);
    this.#retrying?.began(nowMs);
    this.#hedging?.began();
    this.#routes.begin(request);
    this.#try(request);
    return request;
  }

  fired(request: Request, kind: number): void {
    if (this.#life.isOver) return;
    if (kind === RequestEvent.again) this.#try(request);
    else if (kind === RequestEvent.hedge) this.#hedgeNow(request);
    else if (kind === RequestEvent.limit) {
      if (request.calls.length > 0) this.#hedging?.observed(request);
      this.#counts.tracer?.note(request, "limitOver", this.#limit?.delayMs);
      this.#end(request, "timeout");
    } else if (kind === RequestEvent.noPlace) this.#rejectedForPlace(request);
    else if (request.end === "timeout") this.#end(request, "timeout");
    else this.#failed(request, "rejected", false);
  }

  /** One attempt of a request came to its end. */
  attemptEnded(request: Request, result: CallResult): void {
    const nowMs = this.#clock.nowMs();
    const call = takeCall(request, result);
    if (call === undefined) return;
    const isAnswered = call.end === "answered";
    const isRetriable = isAnswered && verdictOf(call.code) === "retriable";
    const failed = !isAnswered || isRetriable;
    this.#settle(request, call, failed, nowMs);
    if (!failed) {
      if (call.isHedge) this.#counts.did("hedgesWon", request);
      this.#hedging?.observed(request);
      this.#take(request, call);
      this.#end(request, "answered");
      return;
    }
    this.#lastCause = this.#causeOf(call);
    if (request.calls.length > 0) return; // A hedge may still bring the answer.
    this.#hedging?.observed(request);
    this.#take(request, call);
    this.#failed(request, call.end, isRetriable);
  }

  #deadlineOf(request: Request, nowMs: number, inheritedMs: number): number {
    if (this.#deadline === null) return inheritedMs;
    const { payment, attempt } = request;
    const u = draw(this.#deadlineSite, payment.streamKey, payment.index, attempt);
    const ownMs = drawMs(this.#deadline, u);
    return Math.min(inheritedMs, nowMs + ownMs);
  }

  /** Sends the next attempt, if the policies let it out. Never tells the owner from within. */
  #try(request: Request): void {
    const nowMs = this.#clock.nowMs();
    if (this.#isTooLate(request, nowMs)) return;
    if (this.#throttle !== null) {
      const { streamKey, index } = request.payment;
      const u = draw(this.#throttleSite, streamKey, index, tryKey(request));
      if (!this.#throttle.admits(nowMs, u)) {
        this.#counts.did("throttled", request);
        this.#reject(request, "rejected");
        return;
      }
    }
    if (this.#bulkhead?.tryEnter() === false) this.#waitForPlace(request, this.#bulkhead);
    else if (!this.#sendFirst(request)) this.#leaveBulkhead();
  }

  /** It has its place in the bulkhead. @returns Whether it was sent; if not, the place is free. */
  #sendFirst(request: Request): boolean {
    const nowMs = this.#clock.nowMs();
    if (this.#isTooLate(request, nowMs)) return false;
    const before = request.route;
    const route = this.#routes.open(request, nowMs);
    // What was just tried is a replica of the service before.
    if (request.route !== before) request.lastReplica = -1;
    if (route === undefined) {
      this.#counts.did("breakerRejected", request);
      this.#reject(request, "rejected");
      return false;
    }
    this.#send(request, route, false);
    this.#hedging?.schedule(request);
    return true;
  }

  #send(request: Request, route: Route, isHedge: boolean): void {
    const key = attemptKey(request);
    const { messageType } = request;
    const type = request.sentCount === 0 ? messageType : repeated(messageType);
    request.sentCount += 1;
    if (!isHedge) {
      request.tryCount += 1;
      request.triedMs = this.#clock.nowMs();
    }
    this.#counts.attempted();
    this.#routes.sent(request);
    const call = route.caller.callAvoiding(
      request,
      request.payment,
      route.operationOf[request.operation] ?? request.operation,
      key,
      request.deadlineMs,
      request.lastReplica,
      request.shown,
      type,
    );
    call.generation = route.breaker?.generation ?? 0;
    call.isHedge = isHedge;
    request.lastReplica = call.replica;
    request.calls.push(call);
  }

  #hedgeNow(request: Request): void {
    request.hedgeTimer = noTicket;
    if (request.calls.length === 0) return;
    const route = this.#routes.routes[request.route];
    if (route === undefined || this.#hedging?.pays() === false) return;
    const nowMs = this.#clock.nowMs();
    if (request.deadlineMs <= nowMs || route.breaker?.admits(nowMs) === false) return;
    if (this.#bulkhead !== null && !this.#bulkhead.tryEnter()) {
      route.breaker?.withdrawn(route.breaker.generation);
      return;
    }
    request.hedgeCount += 1;
    this.#counts.did("hedges", request);
    this.#send(request, route, true);
    this.#hedging?.schedule(request);
  }

  /** Accounts for one attempt with every policy that let it out. */
  #settle(request: Request, call: Call, failed: boolean, nowMs: number): void {
    const elapsedMs = nowMs - call.sentMs;
    this.#routes.routes[request.route]?.breaker?.settled(call.generation, failed, elapsedMs, nowMs);
    this.#routes.settled(request, call.end, call.code);
    if (!failed) this.#throttle?.accepted(nowMs);
    this.#leaveBulkhead();
  }

  /** Stops waiting for an attempt that is under way. */
  #abandon(request: Request, call: Call, isTimeout: boolean): void {
    const nowMs = this.#clock.nowMs();
    const breaker = this.#routes.routes[request.route]?.breaker;
    if (isTimeout) breaker?.settled(call.generation, true, nowMs - call.sentMs, nowMs);
    else breaker?.withdrawn(call.generation);
    this.#routes.settled(request, "timeout", call.code);
    call.caller.abandon(call, isTimeout);
    this.#leaveBulkhead();
  }

  /** To cut an array costs more than to look at its length, and nearly always nothing is left. */
  #abandonAll(request: Request, isTimeout: boolean): void {
    for (const call of request.calls) this.#abandon(request, call, isTimeout);
    request.calls.length = 0;
  }

  #failed(request: Request, end: CallResult["end"], isRetriable: boolean): void {
    // A hedge was meant for the try that is over: the next one waits anew, or there is none.
    this.#hedging?.cancel(request);
    if (this.#routes.movesOn(request, end)) {
      this.#try(request);
      return;
    }
    const nowMs = this.#clock.nowMs();
    const waitMs = this.#retrying?.failed(request, end, isRetriable, nowMs) ?? -1;
    if (waitMs < 0) this.#end(request, end);
    else request.timer = this.#clock.timer(nowMs + waitMs, request, RequestEvent.again);
  }

  /** Whether its deadline has passed: then nothing is sent, and the owner hears that time was up. */
  #isTooLate(request: Request, nowMs: number): boolean {
    if (request.deadlineMs > nowMs) return false;
    this.#counts.did("tooLate", request);
    this.#reject(request, "timeout");
    return true;
  }

  /** Ends an attempt that was not sent; the owner hears of it as an event of its own. */
  #reject(request: Request, end: "rejected" | "timeout"): void {
    request.end = end;
    request.cause = this.#lastCause;
    request.timer = this.#clock.timer(this.#clock.nowMs(), request, RequestEvent.rejected);
  }

  #waitForPlace(request: Request, bulkhead: BulkheadLine): void {
    if (bulkhead.wait(request)) {
      const untilMs = Math.min(this.#clock.nowMs() + bulkhead.waitMs, request.deadlineMs);
      request.timer = this.#clock.timer(untilMs, request, RequestEvent.noPlace);
      this.#counts.tracer?.note(request, "waitsForPlace");
      return;
    }
    this.#counts.did("bulkheadRejected", request);
    this.#reject(request, "rejected");
  }

  #rejectedForPlace(request: Request): void {
    this.#bulkhead?.quit(request);
    if (this.#isTooLate(request, this.#clock.nowMs())) return;
    this.#counts.did("bulkheadRejected", request);
    request.cause = this.#lastCause;
    this.#failed(request, "rejected", false);
  }

  /** Gives a place back, and sends the first of those who wait for one that a breaker lets out. */
  #leaveBulkhead(): void {
    for (;;) {
      const next = this.#bulkhead?.leave();
      if (next === undefined) return;
      this.#clock.cancel(next.timer);
      if (this.#sendFirst(next)) return;
    }
  }

  /** Takes over what an attempt came to. */
  #take(request: Request, call: Call): void {
    request.end = call.end;
    request.code = call.code;
    request.cause = call.cause;
    request.batch = call.batch;
    request.wasLost = call.isLost;
    const nowMs = this.#clock.nowMs();
    if (call.end === "answered") {
      request.ownMs += call.ownMs;
      request.downstreamMs += call.downstreamMs;
      request.betweenMs += call.betweenMs;
    } else if (!call.isLost) request.downstreamMs += nowMs - call.sentMs;
  }

  #causeOf(call: Call): Cause {
    if (call.cause !== null) return call.cause;
    if (call.isLost && call.caller.isTerminal) return "network";
    const isSlow = call.end === "timeout" && !call.isLost;
    return isSlow ? this.#silenceCause : "communication";
  }

  #end(request: Request, end: CallResult["end"]): void {
    request.end = end;
    this.#clock.cancel(request.timer);
    this.#hedging?.cancel(request);
    this.#clock.cancel(request.limitTimer);
    if (request.isWaiting) this.#bulkhead?.quit(request);
    request.wasLost = request.isLost;
    if (request.calls.length > 0) this.#abandonAll(request, end === "timeout");
    const owner = request.owner;
    request.owner = null;
    owner?.callEnded(request);
    this.#pool.push(request);
  }
}

/** Takes an attempt that has ended from those under way; `undefined`: it is none of them. */
function takeCall({ calls }: Request, ended: CallResult): Call | undefined {
  if (calls.length === 1 && calls[0] === ended) return calls.pop(); // As nearly always.
  const place = calls.indexOf(ended as Call);
  return place < 0 ? undefined : calls.splice(place, 1)[0];
}

/** The attempt under which the next request goes out; the first keeps the number of the call. */
function attemptKey({ attempt, sentCount }: Request): number {
  return sentCount === 0 ? attempt : laterAttempt(attempt, sentCount);
}
