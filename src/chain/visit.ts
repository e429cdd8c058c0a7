import type { Cause } from "../domain/outcome.ts";
import { type ResponseCode, verdictOf } from "../domain/response-code.ts";
import type { Timed } from "../kernel/clock.ts";
import type { Call, CallOwner, Trail } from "./call.ts";
import type { Operation } from "./operation.ts";
import type { Replica } from "./replica.ts";
import type { Station } from "./station.ts";

/** Who asked for a visit, and gets its answer. The visit is reused as soon as this returns. */
export interface Asker {
  replied(visit: Visit): void;
}

export const VisitEvent = { doorDelayOver: 0, stageDelayOver: 1, served: 2 } as const;

/** One request inside a replica: it goes from station to station and ends in an answer. Pooled. */
export class Visit implements Timed, CallOwner {
  readonly replica: Replica;
  asker: Asker | null = null;
  /** Handed on to the calls that this visit makes. */
  trail: Trail | null = null;
  operation: Operation | null = null;
  // What is asked.
  streamKey = 0;
  index = 0;
  attempt = 0;
  merchant = 0;
  amountMinor = 0;
  // Where it is.
  step = 0;
  station: Station | null = null;
  arrivedMs = 0;
  queuedMs = 0;
  startedMs = 0;
  callMs = 0;
  // What comes of it.
  code: ResponseCode = "00";
  cause: Cause | null = null;
  ownMs = 0;
  downstreamMs = 0;
  betweenMs = 0;

  constructor(replica: Replica) {
    this.replica = replica;
  }

  fire(kind: number): void {
    if (kind === VisitEvent.served) this.station?.served(this);
    else if (kind === VisitEvent.stageDelayOver) this.station?.join(this);
    else this.replica.begin(this);
  }

  /** The downstream call of the stage that this visit is in came to an end. */
  callEnded(call: Call): void {
    const elapsedMs = this.replica.clock.nowMs() - call.sentMs;
    this.callMs += elapsedMs;
    if (call.end === "answered") {
      this.downstreamMs += call.ownMs + call.downstreamMs;
      this.betweenMs += elapsedMs - call.ownMs - call.downstreamMs;
    } else if (call.isLost) this.betweenMs += elapsedMs;
    else this.downstreamMs += elapsedMs;
    this.station?.callEnded(this);
    if (call.end !== "answered") {
      const isBankSlow = call.end === "timeout" && !call.isLost;
      this.fail(call.end === "timeout" ? "68" : "91", isBankSlow ? "bank-delay" : "communication");
    } else if (verdictOf(call.code) === "approved") this.replica.leaveStage(this);
    else this.fail(call.code, call.cause);
  }

  /** Ends the visit with a code that does not approve. */
  fail(code: ResponseCode, cause: Cause | null): void {
    this.code = code;
    this.cause = cause;
    this.replica.reply(this);
  }
}
