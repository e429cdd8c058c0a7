import { verdictOf } from "../domain/response-code.ts";
import { type Clock, seldom, type Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { NoticesSpec } from "./bank-spec.ts";
import type { CallMaker, CallOwner, CallResult } from "./call.ts";
import type { ForwardStore, StoredRequest } from "./forward-store.ts";
import { signedNotice } from "./identity.ts";
import type { Life } from "./life.ts";
import { forEver, type PaymentKey } from "./payment.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { Routine } from "./routine.ts";
import type { Visit } from "./visit.ts";

/** Tries of a notice are numbered from here, clear of everything that is asked for the activation. */
const firstTry = 3_000;

export type NotifierParts = {
  readonly spec: NoticesSpec;
  readonly clock: Clock;
  readonly maker: CallMaker;
  /** Number of the operation that takes notices. */
  readonly operation: number;
  readonly store: ForwardStore;
  /** Whether the ledger has such a credit. */
  readonly hasPosted: (of: PaymentKey) => boolean;
  readonly counts: PolicyCounts;
  readonly life: Life;
};

/**
 * Tells merchants of their credit, each by a schedule of its own, until a try is acknowledged; what
 * no try brought is listed. Written down before the first try, so that a killed process loses none:
 * its successor begins the schedule anew, and a merchant may hear twice.
 */
export class Notifier implements Routine {
  readonly parts: NotifierParts;

  constructor(parts: NotifierParts) {
    this.parts = parts;
  }

  /** A new process goes on with what the last one left. */
  start(): void {
    const { store, hasPosted } = this.parts;
    for (const request of store.pending()) {
      // Its process may have died between the two: then there is no credit to tell of.
      if (hasPosted(request.payment)) new Notice(this, request).wait();
      else store.remove(request);
    }
  }

  /** Notices that are neither acknowledged nor listed. */
  get pendingCount(): number {
    return this.parts.store.size;
  }

  /** Takes up the notice of a credit that this visit has just posted. */
  tell(visit: Visit): void {
    const { store, operation, counts } = this.parts;
    const payment = visit.payment.copy();
    const request = store.add({ payment, operation, attempt: 0, messageType: null });
    payment.trail?.held();
    counts.did("notices", request);
    new Notice(this, request).wait();
  }
}

/** One notice on its way. */
class Notice implements Timed, CallOwner {
  readonly #notifier: Notifier;
  readonly #request: StoredRequest;
  #tryCount = 0;

  constructor(notifier: Notifier, request: StoredRequest) {
    this.#notifier = notifier;
    this.#request = request;
  }

  /** Waits for its next try, or is listed after the last. */
  wait(): void {
    const { spec, clock, counts } = this.#notifier.parts;
    const waitMs = spec.schedule[this.#tryCount];
    if (waitMs === undefined) {
      counts.did("noticesListed", this.#request);
      this.#end();
    } else {
      counts.tracer?.note(this.#request, "noticeWaits", waitMs);
      clock.after(waitMs, this, seldom);
    }
  }

  fire(): void {
    const { maker, life, counts, clock } = this.#notifier.parts;
    if (life.isOver) return;
    this.#tryCount += 1;
    if (this.#tryCount > 1) counts.did("noticesRepeated", this.#request, this.#tryCount);
    const { operation, payment } = this.#request;
    const attempt = laterAttempt(0, firstTry + this.#tryCount);
    const shown = signedNotice(payment.streamKey, payment.index, clock.nowMs());
    maker.call(this, payment, operation, attempt, forEver, shown, null);
  }

  callEnded(result: CallResult): void {
    const { life, counts } = this.#notifier.parts;
    if (life.isOver) return;
    const isHeard = result.end === "answered" && verdictOf(result.code) === "approved";
    if (isHeard) {
      counts.tracer?.note(this.#request, "noticeTaken");
      this.#end();
    } else this.wait();
  }

  #end(): void {
    this.#notifier.parts.store.remove(this.#request);
    this.#request.payment.trail?.released();
  }
}
