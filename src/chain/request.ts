import type { Credentials } from "../domain/credentials.ts";
import type { MessageType } from "../domain/message-type.ts";
import { noTicket, type Ticket, type Timed } from "../kernel/clock.ts";
import type { Waiter } from "../policy/waiting-line.ts";
import { AnswerParts } from "./answer.ts";
import type { Call, CallEnd, CallOwner, CallResult } from "./call.ts";
import type { CallSite } from "./call-site.ts";
import { noPayment, type Payment } from "./payment.ts";

export const RequestEvent = { rejected: 0, again: 1, hedge: 2, limit: 3, noPlace: 4 } as const;

/** One call under policies, from its first attempt to its end. Pooled by its call site. */
export class Request extends AnswerParts implements Timed, CallOwner, CallResult, Waiter {
  readonly site: CallSite;
  owner: CallOwner | null = null;
  // What is asked.
  payment = noPayment;
  operation = 0;
  attempt = 0;
  shown: Credentials | null = null;
  messageType: MessageType | null = null;
  deadlineMs = Number.POSITIVE_INFINITY;
  // How it goes.
  sentMs = Number.NaN;
  /** Attempts sent so far; the number of the next. */
  sentCount = 0;
  /** When the first attempt of the present try went out; hedges follow it. [ms] */
  triedMs = Number.NaN;
  /** Attempts that count against the retry's limit. */
  tryCount = 0;
  hedgeCount = 0;
  route = 0;
  /** Services that were tried and surely did nothing, as bits; see `RouteChoice`. */
  triedRoutes = 0;
  lastReplica = -1;
  waitMs = Number.NaN;
  /** Attempts under way: the first, and those that hedge it. */
  readonly calls: Call[] = [];
  timer: Ticket = noTicket;
  hedgeTimer: Ticket = noTicket;
  limitTimer: Ticket = noTicket;
  // Its place in the line for the bulkhead.
  nextWaiter: Waiter | null = null;
  previousWaiter: Waiter | null = null;
  lane = 0;
  isWaiting = false;
  // What came of it.
  end: CallEnd = "answered";
  wasLost = false;

  constructor(site: CallSite) {
    super();
    this.site = site;
  }

  begin(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    nowMs: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): void {
    this.owner = owner;
    this.payment = payment;
    this.operation = operation;
    this.attempt = attempt;
    this.shown = shown;
    this.messageType = messageType;
    this.sentMs = nowMs;
    this.sentCount = 0;
    this.tryCount = 0;
    this.hedgeCount = 0;
    this.lastReplica = -1;
    this.waitMs = 0;
    this.wasLost = false;
    this.cause = null;
    this.ownMs = 0;
    this.downstreamMs = 0;
    this.betweenMs = 0;
    this.batch = -1;
  }

  /** While an attempt is under way, what has become of that one. */
  get isLost(): boolean {
    return this.calls.at(-1)?.isLost ?? this.wasLost;
  }

  fire(kind: number): void {
    this.site.fired(this, kind);
  }

  callEnded(result: CallResult): void {
    this.site.attemptEnded(this, result);
  }
}
