import { confirmsReversal } from "../domain/response-code.ts";
import { seldom, type Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { CallOwner, CallResult } from "./call.ts";
import { forEver } from "./payment.ts";
import type { ReversalLine } from "./reversal-journal.ts";
import type { ReversalSpec } from "./reversal-spec.ts";
import type { Session } from "./session.ts";

/** Tries of a reversal are numbered from here, clear of the taps and the retries of a payment. */
const firstTry = 2_000;

/**
 * Takes a payment back of which its terminal does not know whether it stands.
 *
 *   written down -> 0420 -> acknowledged
 *        pause, 0421 <-\--> after the last try: listed for people (or deleted, if the scenario says so)
 *
 * A decline is no acknowledgement: who turns a reversal away at its door has taken nothing back.
 */
export class Reversing implements CallOwner, Timed {
  readonly #session: Session;
  readonly #spec: ReversalSpec;
  #tryCount = 0;

  constructor(session: Session, spec: ReversalSpec) {
    this.#session = session;
    this.#spec = spec;
  }

  /** From here on it is written down: the session is not finished before it is dealt with. */
  start(): void {
    this.#enter("pending");
    this.#session.terminals.counts.did("reversals", this.#session);
    this.#session.held();
    this.#send();
  }

  fire(): void {
    this.#send();
  }

  callEnded(call: CallResult): void {
    const session = this.#session;
    const { counts, clock } = session.terminals;
    if (call.end === "answered" && confirmsReversal(call.code)) {
      counts.tracer?.note(session, "reversalAcknowledged", undefined, call.code);
      this.#end("acknowledged");
    } else if (this.#tryCount < this.#spec.tries) {
      counts.tracer?.note(session, "reversalPauses", this.#spec.every);
      clock.after(this.#spec.every, this, seldom);
    } else if (this.#spec.exhausted === "list") {
      counts.did("reversalsListed", session);
      this.#end("listed");
    } else {
      counts.did("reversalsDeleted", session);
      this.#end("deleted");
    }
  }

  #send(): void {
    const session = this.#session;
    const { terminals, payment } = session;
    this.#tryCount += 1;
    if (this.#tryCount > 1) terminals.counts.did("reversalsRepeated", session, this.#tryCount);
    const attempt = laterAttempt(0, firstTry + this.#tryCount);
    const type = this.#tryCount === 1 ? "0420" : "0421";
    const { maker, reversalOperation } = terminals;
    maker.call(this, payment, reversalOperation, attempt, forEver, null, type);
  }

  #end(state: ReversalLine["state"]): void {
    this.#enter(state);
    this.#session.released();
  }

  #enter(state: ReversalLine["state"]): void {
    const { terminals, payment } = this.#session;
    const { index, merchant, amountMinor } = payment;
    this.#session.reversal = state;
    terminals.reversals?.write({
      ...{ stream: terminals.streamName, number: index, merchant, amountMinor },
      ...{ atMs: terminals.clock.nowMs(), state, tries: this.#tryCount },
    });
  }
}
