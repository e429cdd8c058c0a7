import type { Cause } from "../domain/outcome.ts";
import type { ResponseCode } from "../domain/response-code.ts";
import { noTicket, type Ticket, type Timed } from "../kernel/clock.ts";
import type { Caller } from "./caller.ts";
import type { Visit } from "./visit.ts";

/** How a call ended for who made it. `refused` and `broken`: surely no answer will come. */
export type CallEnd = "answered" | "timeout" | "refused" | "broken";

/** Who made a call, and is told once how it ended. */
export interface CallOwner {
  callEnded(call: Call): void;
}

/** Counts the calls that may still change what becomes of an activation. */
export interface Trail {
  callOpened(): void;
  /** Nothing of the call is under way any more: no message, no work, nobody waiting. */
  callClosed(call: Call): void;
}

export const CallEvent = { askArrives: 0, answerArrives: 1, timeout: 2 } as const;

/**
 * One request to one replica, from the caller's side: what is asked, and what came of it.
 *
 * It lives until its owner has stopped waiting and nothing of it is under way, so that an answer
 * that comes after the timeout still finds its place. Pooled by its caller.
 */
export class Call implements Timed {
  readonly caller: Caller;
  owner: CallOwner | null = null;
  trail: Trail | null = null;
  // What is asked.
  operation = 0;
  streamKey = 0;
  index = 0;
  attempt = 0;
  merchant = 0;
  amountMinor = 0;
  replica = 0;
  // How it goes.
  sentMs = 0;
  isUnderWay = false;
  isLost = false;
  timer: Ticket = noTicket;
  /** Waiting for `answerArrives`: how the transport ended. */
  brokeAs: CallEnd = "answered";
  // What came of it.
  end: CallEnd = "answered";
  hasAnswer = false;
  code: ResponseCode = "00";
  cause: Cause | null = null;
  /** Time in the called service itself, in those it called, and between them. [ms] */
  ownMs = 0;
  downstreamMs = 0;
  betweenMs = 0;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  fire(kind: number): void {
    if (kind === CallEvent.askArrives) this.caller.transport.send(this);
    else if (kind === CallEvent.answerArrives) this.caller.arrived(this);
    else this.caller.timedOut(this);
  }

  /** The server's side is done with the visit that this call asked for. */
  replied(visit: Visit): void {
    this.answer(visit.code, visit.cause, visit.ownMs, visit.downstreamMs, visit.betweenMs);
  }

  /** An answer left the server. It still has to travel. */
  answer(
    code: ResponseCode,
    cause: Cause | null,
    ownMs: number,
    downstreamMs: number,
    betweenMs: number,
  ): void {
    this.hasAnswer = true;
    this.code = code;
    this.cause = cause;
    this.ownMs = ownMs;
    this.downstreamMs = downstreamMs;
    this.betweenMs = betweenMs;
    this.caller.travelBack(this);
  }

  /** The transport failed: no answer can come. */
  broke(as: "refused" | "broken"): void {
    this.brokeAs = as;
    this.caller.travelBack(this);
  }
}

/** Carries a call to its replica; ends in `call.answer`, `call.broke`, or never. */
export interface Transport {
  send(call: Call): void;
}
