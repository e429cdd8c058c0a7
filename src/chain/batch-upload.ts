import { seldom, type Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { CallOwner, CallResult } from "./call.ts";
import { forEver, Payment, type PaymentDetails } from "./payment.ts";
import type { Reconciler } from "./reconciler.ts";

/** Tries of totals and uploads are numbered from here, clear of all else that is asked for a key. */
export const firstTry = 6_000;

/** The payments of one batch, sent to the bank one by one, a few at once. */
export class BatchUpload {
  readonly reconciler: Reconciler;
  readonly batch: number;
  readonly #payments: readonly PaymentDetails[];
  #sentCount = 0;
  #underWay = 0;

  constructor(reconciler: Reconciler, batch: number, payments: readonly PaymentDetails[]) {
    this.reconciler = reconciler;
    this.batch = batch;
    this.#payments = payments;
  }

  start(): void {
    if (this.#payments.length === 0) this.reconciler.uploaded();
    else this.#sendMore();
  }

  /** One payment is through, whether it was answered or not. */
  ended(): void {
    this.#underWay -= 1;
    this.#sendMore();
    if (this.#underWay === 0) this.reconciler.uploaded();
  }

  #sendMore(): void {
    while (this.#underWay < this.reconciler.parts.spec.atOnce) {
      const payment = this.#payments[this.#sentCount];
      if (payment === undefined) return;
      this.#sentCount += 1;
      this.#underWay += 1;
      const item = new Item(this, Payment.of(payment));
      this.reconciler.parts.counts.did("uploads", item);
      item.send();
    }
  }
}

/** One payment of an upload. */
class Item implements CallOwner, Timed {
  readonly payment: Payment;
  readonly #upload: BatchUpload;
  #tryCount = 0;

  constructor(upload: BatchUpload, payment: Payment) {
    this.#upload = upload;
    this.payment = payment;
  }

  fire(): void {
    if (!this.#upload.reconciler.parts.life.isOver) this.send();
  }

  send(): void {
    const { maker, uploadOperation, spec, counts } = this.#upload.reconciler.parts;
    this.#tryCount += 1;
    if (this.#tryCount > 1) {
      counts.did("uploadsRepeated", this, this.#tryCount);
    }
    // An open payment may be in the upload of the next batch too.
    const number = firstTry + (this.#upload.batch % batchesApart) * spec.tries + this.#tryCount;
    const attempt = laterAttempt(0, number);
    maker.call(this, this.payment, uploadOperation, attempt, forEver, null, "0320");
  }

  callEnded(result: CallResult): void {
    const { reconciler, batch } = this.#upload;
    const { life, clock, spec } = reconciler.parts;
    if (life.isOver) return;
    const answer = result.end === "answered" ? result.code : null;
    if (answer === "00") {
      // A bank of the user's own may name none: then it is the one that was asked about.
      reconciler.corrected(this.payment, result.batch < 0 ? batch : result.batch);
    } else if (answer === "25") reconciler.corrected(this.payment, -1);
    else if (this.#tryCount < spec.tries) {
      clock.after(spec.pause, this, seldom);
      return;
    }
    this.#upload.ended();
  }
}

/** A payment is in the uploads of two batches at most: they need no more numbers than these. */
const batchesApart = 1_000;
