import { verdictOf } from "../domain/response-code.ts";
import type { Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { CallOwner, CallResult } from "./call.ts";
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
 * What answers at all has dealt with it: 25, there is no such original, is as good as a yes, for the
 * bank then refuses the original if it still comes.
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
    if (call.end === "answered" && verdictOf(call.code) !== "retriable") {
      counts.tracer?.note(session, "reversalAcknowledged", undefined, call.code);
      this.#end("acknowledged");
    } else if (this.#tryCount < this.#spec.tries) {
      counts.tracer?.note(session, "reversalPauses", this.#spec.every);
      clock.after(this.#spec.every, this, 0);
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
    const { terminals, index, merchant, amountMinor } = session;
    this.#tryCount += 1;
    if (this.#tryCount > 1) terminals.counts.did("reversalsRepeated", session, this.#tryCount);
    terminals.maker.call(
      this,
      session,
      terminals.reversalOperation,
      terminals.streamKey,
      index,
      laterAttempt(0, firstTry + this.#tryCount),
      merchant,
      amountMinor,
      Number.POSITIVE_INFINITY,
      null,
      this.#tryCount === 1 ? "0420" : "0421",
    );
  }

  #end(state: ReversalLine["state"]): void {
    this.#enter(state);
    this.#session.released();
  }

  #enter(state: ReversalLine["state"]): void {
    const { terminals, index, merchant, amountMinor } = this.#session;
    this.#session.reversal = state;
    terminals.reversals?.write({
      ...{ stream: terminals.streamName, number: index, merchant, amountMinor },
      ...{ atMs: terminals.clock.nowMs(), state, tries: this.#tryCount },
    });
  }
}
