import type { Credentials } from "../domain/credentials.ts";
import type { MessageType } from "../domain/message-type.ts";
import { noTicket, type Ticket, type Timed } from "../kernel/clock.ts";
import { type Answer, AnswerParts } from "./answer.ts";
import type { Caller } from "./caller.ts";
import { noPayment, type Payment } from "./payment.ts";
import type { Visit } from "./visit.ts";

/**
 * How a call ended for who made it. `refused` and `broken`: surely no answer will come. `rejected`:
 * the caller's own policies (breaker, bulkhead, throttle) did not let it out.
 */
export type CallEnd = "answered" | "timeout" | "refused" | "broken" | "rejected";

/** What a call came to, as its owner sees it: one attempt, or several under a policy. */
export interface CallResult extends Answer {
  readonly end: CallEnd;
  /** Instant of the first attempt. [ms] */
  readonly sentMs: number;
  /** A message of it was lost on the way, so that no answer came. */
  readonly isLost: boolean;
}

/** Who made a call, and is told once how it ended. */
export interface CallOwner {
  callEnded(result: CallResult): void;
}

/** Something through which calls can be made: a caller, or the policies in front of several. */
export interface CallMaker {
  /**
   * Sends one request. `owner.callEnded` follows exactly once, but never from within this call.
   *
   * @param deadlineMs - Nobody waits for the answer after this instant; `Infinity`: somebody does.
   * @param shown - What the request shows of who sends it; null: nothing.
   * @param messageType - What it is, if it is no plain request; null: it is one.
   * @returns The owner's until `callEnded`; it is reused afterwards.
   */
  call(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): CallResult;
}

/** Counts what may still change what becomes of an activation. */
export interface Trail {
  callOpened(): void;
  /** Nothing of the call is under way any more: no message, no work, nobody waiting. */
  callClosed(call: Call): void;
  /** Something else of the activation is under way: a copy of a message, a stored request. */
  held(): void;
  released(): void;
}

export const CallEvent = { askArrives: 0, answerArrives: 1, timeout: 2 } as const;

/**
 * One request to one replica, from the caller's side: what is asked, and what came of it.
 *
 * It lives until its owner has stopped waiting and nothing of it is under way, so that an answer
 * that comes after the timeout still finds its place. Pooled by its caller.
 */
export class Call extends AnswerParts implements Timed, CallResult {
  readonly caller: Caller;
  owner: CallOwner | null = null;
  // What is asked.
  payment = noPayment;
  operation = 0;
  attempt = 0;
  shown: Credentials | null = null;
  messageType: MessageType | null = null;
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Who is asked; -1: nobody, for its deadline had passed. */
  replica = 0;
  /** Whether its replica is judged by it. Health checks have a judge of their own, and a sole one none. */
  isJudged = false;
  // How it goes.
  sentMs = Number.NaN;
  /** It is on its way without delay: who makes it has not got hold of it yet. */
  isBeingSent = false;
  isUnderWay = false;
  isLost = false;
  timer: Ticket = noTicket;
  /** State of the circuit breaker that let it out. */
  generation = 0;
  /** What the transport knows it by while it is under way; -1: nothing. */
  ticket = -1;
  /** It was sent while another attempt was under way. */
  isHedge = false;
  /** Waiting for `answerArrives`: how the transport ended. */
  brokeAs: "answered" | "refused" | "broken" = "answered";
  // What came of it.
  end: CallEnd = "answered";
  hasAnswer = false;

  constructor(caller: Caller) {
    super();
    this.caller = caller;
  }

  fire(kind: number): void {
    if (kind === CallEvent.askArrives) this.caller.transport.send(this);
    else if (kind === CallEvent.answerArrives) this.caller.arrived(this);
    else this.caller.timedOut(this);
  }

  /** The server's side is done with the visit that this call asked for. */
  replied(visit: Visit): void {
    this.answer(visit);
  }

  /** An answer left the server. It still has to travel. */
  answer(answer: Answer): void {
    this.hasAnswer = true;
    this.keep(answer);
    this.caller.travelBack(this);
  }

  /** The replica was killed while it worked on this. */
  hungUp(): void {
    this.broke("broken");
  }

  /** The transport failed: no answer can come. */
  broke(as: "refused" | "broken"): void {
    this.brokeAs = as;
    this.caller.travelBack(this);
  }

  /** A message of it will never arrive, and nobody who waits for it can know. */
  vanish(): void {
    this.caller.vanish(this);
  }

  /** A message of it will never arrive. */
  lose(): void {
    this.caller.lose(this);
  }
}

/** Carries a call to its replica; ends in `call.answer`, `call.broke`, `call.lose`, or never. */
export interface Transport {
  send(call: Call): void;
  /** The caller no longer waits: a transport that holds a connection for the answer may let it go. */
  abandon?(call: Call): void;
}
