import type { ReversalState } from "../domain/payment.ts";
import { verdictOf } from "../domain/response-code.ts";
import type { Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { CallOwner, CallResult } from "./call.ts";
import type { ReversalSpec } from "./reversal-spec.ts";
import type { Session } from "./session.ts";

/** Tries of a reversal are numbered from here, clear of the taps and the retries of a payment. */
const firstTry = 2_000;

/**
 * Takes a payment back of which its terminal does not know whether it stands.
 *
 *   written down -> 0400 -> acknowledged
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
    this.#session.reversal = "pending";
    this.#session.terminals.counts.add("reversals");
    this.#session.held();
    this.#send();
  }

  fire(): void {
    this.#send();
  }

  callEnded(call: CallResult): void {
    const { counts, clock } = this.#session.terminals;
    if (call.end === "answered" && verdictOf(call.code) !== "retriable") {
      this.#end("acknowledged");
    } else if (this.#tryCount < this.#spec.tries) {
      clock.after(this.#spec.every, this, 0);
    } else if (this.#spec.exhausted === "list") {
      counts.add("reversalsListed");
      this.#end("listed");
    } else {
      counts.add("reversalsDeleted");
      this.#end("deleted");
    }
  }

  #send(): void {
    const { terminals, index, merchant, amountMinor } = this.#session;
    this.#tryCount += 1;
    if (this.#tryCount > 1) terminals.counts.add("reversalsRepeated");
    terminals.maker.call(
      this,
      this.#session,
      terminals.reversalOperation,
      terminals.streamKey,
      index,
      laterAttempt(0, firstTry + this.#tryCount),
      merchant,
      amountMinor,
      Number.POSITIVE_INFINITY,
    );
  }

  #end(state: ReversalState): void {
    this.#session.reversal = state;
    this.#session.released();
  }
}
