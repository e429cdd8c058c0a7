import type { Credentials } from "../domain/credentials.ts";
import type { MessageType } from "../domain/message-type.ts";
import type { Cause } from "../domain/outcome.ts";
import type { BookState } from "../domain/payment.ts";
import { confirmsReversal, type ResponseCode, verdictOf } from "../domain/response-code.ts";
import { noTicket, type Ticket, type Timed } from "../kernel/clock.ts";
import type { Waiter } from "../policy/waiting-line.ts";
import { AnswerParts } from "./answer.ts";
import type { CallOwner, CallResult } from "./call.ts";
import type { Operation } from "./operation.ts";
import { noPayment } from "./payment.ts";
import type { Replica } from "./replica.ts";
import type { Station } from "./station.ts";
import { surelyPostedNothing } from "./stays.ts";

/** Who asked for a visit, and gets its answer. The visit is reused as soon as this returns. */
export interface Asker {
  replied(visit: Visit): void;
  /** The replica was killed: no answer can come. */
  hungUp(): void;
}

export const VisitEvent = { doorDelayOver: 0, stageDelayOver: 1, served: 2, expired: 3 } as const;

/** One request inside a replica: it goes from station to station and ends in an answer. Pooled. */
export class Visit extends AnswerParts implements Timed, CallOwner, Waiter {
  readonly replica: Replica;
  asker: Asker | null = null;
  /** Null: it only asks whether the replica is well. */
  operation: Operation | null = null;
  // What is asked.
  payment = noPayment;
  attempt = 0;
  shown: Credentials | null = null;
  /** Handed on to the calls that this visit makes; null: a plain request. */
  messageType: MessageType | null = null;
  /** After this instant nobody waits for the answer; `Infinity`: somebody does. [ms] */
  deadlineMs = Number.POSITIVE_INFINITY;
  // Where it is.
  step = 0;
  station: Station | null = null;
  arrivedMs = Number.NaN;
  queuedMs = Number.NaN;
  startedMs = Number.NaN;
  callMs = Number.NaN;
  /** The end of its wait if that has a deadline, or of its service where that may freeze. */
  timer: Ticket = noTicket;
  servedMs = Number.NaN;
  /** Here, or in a service that this one called, its credit was posted or may have been. */
  mayHavePosted = false;
  /** Holds a place under the replica's adaptive limit. */
  isLimited = false;
  /** Place among those present in the replica, and among those served at the station. */
  presentSlot = -1;
  servingSlot = -1;
  // Its place in a waiting line.
  nextWaiter: Waiter | null = null;
  previousWaiter: Waiter | null = null;
  lane = 0;
  isWaiting = false;

  constructor(replica: Replica) {
    super();
    this.replica = replica;
  }

  fire(kind: number): void {
    if (this.replica.life.isOver) return;
    if (kind === VisitEvent.served) this.station?.served(this);
    else if (kind === VisitEvent.stageDelayOver) this.station?.delayOver(this);
    else if (kind === VisitEvent.expired) this.station?.expired(this);
    else this.replica.begin(this);
  }

  /** The downstream call of the stage that this visit is in came to an end. */
  callEnded(call: CallResult): void {
    if (this.replica.life.isOver) return;
    const elapsedMs = this.replica.clock.nowMs() - call.sentMs;
    this.callMs += elapsedMs;
    if (call.end === "answered") {
      this.downstreamMs += call.ownMs + call.downstreamMs;
      this.betweenMs += elapsedMs - call.ownMs - call.downstreamMs;
    } else if (call.isLost) this.betweenMs += elapsedMs;
    else this.downstreamMs += elapsedMs;
    const { station } = this;
    station?.callEnded(this);
    const downstream = station?.downstreamOf(this) ?? null;
    const isPayment = downstream?.posts === true;
    if (isPayment && !surelyPostedNothing(call.end, call.code)) this.mayHavePosted = true;
    const isAnswered = call.end === "answered";
    const verdict = isAnswered ? verdictOf(call.code) : "retriable";
    const isStored = verdict === "retriable" && station?.store(this) === true;
    if (isPayment && !isStored) {
      this.#book(verdict === "retriable" ? "unknown" : verdict, call);
    }
    if (isAnswered && confirmsReversal(call.code) && downstream?.reverses === true)
      this.#book("reversed", call);
    if (verdict === "approved" || isStored) this.replica.leaveStage(this);
    else if (verdict === "declined") this.fail(call.code, call.cause);
    else if (isAnswered) this.fail(call.code, call.cause);
    else {
      const isBankSlow = call.end === "timeout" && !call.isLost;
      const cause = isBankSlow ? "bank-delay" : "communication";
      const rejectedFor = call.end === "rejected" ? call.cause : null;
      this.fail(call.end === "timeout" ? "68" : "91", rejectedFor ?? cause);
    }
  }

  #book(state: BookState, { batch, sentMs }: CallResult): void {
    const { book, tracer } = this.replica;
    book.write(this.payment, state, batch, sentMs);
    tracer?.note(this, "booked", undefined, state);
  }

  /**
   * Ends the visit with a code that does not approve. 91 says that nobody was there to do anything,
   * and the caller may go to another bank: who may have posted already says 68 instead.
   */
  fail(code: ResponseCode, cause: Cause | null): void {
    this.code = code === "91" && this.mayHavePosted ? "68" : code;
    this.cause = cause;
    this.replica.reply(this);
  }
}
