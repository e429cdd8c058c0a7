import type { ClosingState } from "../domain/closing.ts";
import { type Clock, seldom, type Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import { cutOffMs, type SettlementSpec } from "./bank-spec.ts";
import { BatchUpload, firstTry } from "./batch-upload.ts";
import type { CallMaker, CallOwner, CallResult } from "./call.ts";
import type { Closings } from "./closings.ts";
import type { Life } from "./life.ts";
import type { OperatorBook } from "./operator-book.ts";
import { forEver, Payment, type PaymentDetails } from "./payment.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { ReconciliationSpec } from "./reconciliation-spec.ts";
import type { Routine } from "./routine.ts";

export type ReconcilerParts = {
  readonly spec: ReconciliationSpec;
  /** Of the bank: when its batches are cut off. */
  readonly settlement: SettlementSpec;
  /** Totals have no activation: they are keyed by this and by the number of their batch. */
  readonly streamKey: number;
  readonly clock: Clock;
  readonly maker: CallMaker;
  /** Numbers of the bank's operations. */
  readonly totalsOperation: number;
  readonly uploadOperation: number;
  readonly book: OperatorBook;
  readonly closings: Closings;
  readonly counts: PolicyCounts;
  readonly life: Life;
};

/** What is known of the batch that is being closed. */
type Progress = {
  readonly batch: number;
  readonly totalMinor: number;
  readonly totalsSentAtMs: number;
  /** Tries of the totals in a row that nobody answered; and in all, by which they are numbered. */
  tryCount: number;
  sentCount: number;
  hasUploaded: boolean;
  uploadedCount: number;
  foundCount: number;
  foundMinor: number;
};

/**
 * Closes the batches of a bank, one after the other, by messages.
 *
 *   cut-off + after -> totals (0500) -> 00: agreed
 *                        ^  |    \-> 95: upload (0320 each) -> totals again -> 00, or 95: differs
 *                pause --/  \-> no answer after all tries: unanswered
 *
 * A bank that is down at a cut-off closes it late, and those behind it later still. Each closing is
 * written down when it is over: who comes after a kill begins anew with the batch that was not.
 */
export class Reconciler implements Routine, Timed, CallOwner {
  readonly parts: ReconcilerParts;
  #now: Progress | null = null;

  constructor(parts: ReconcilerParts) {
    this.parts = parts;
  }

  start(): void {
    this.#waitForNext();
  }

  /** 1 while a batch that has something is not closed: a run waits for it. */
  get pendingCount(): number {
    const { book, closings, settlement } = this.parts;
    if (this.#now !== null) return 1;
    const next = closings.next();
    return book.hasMore(next, cutOffMs(settlement, next - 1)) ? 1 : 0;
  }

  /** A cut-off, or the end of a pause. */
  fire(): void {
    if (this.parts.life.isOver) return;
    if (this.#now === null) this.#begin();
    else this.#send(this.#now);
  }

  /** The totals were answered, or nobody answered them. */
  callEnded(result: CallResult): void {
    const { life, clock, spec } = this.parts;
    const now = this.#now;
    if (life.isOver || now === null) return;
    const { code } = result;
    if (result.end === "answered" && code === "00") {
      this.#close(now, now.hasUploaded ? "agreedAfterUpload" : "agreed");
    } else if (result.end === "answered" && code === "95") {
      if (now.hasUploaded) this.#close(now, "differs");
      else this.#upload(now);
    } else if (now.tryCount < spec.tries) clock.after(spec.pause, this, seldom);
    else this.#close(now, "unanswered");
  }

  /** The bank's word about one payment of the upload. @param batch - -1: it does not stand. */
  corrected(of: PaymentDetails, batch: number): void {
    const { book, clock, counts } = this.parts;
    const now = this.#now;
    if (now === null || !book.correct(of, batch, clock.nowMs())) return;
    counts.did("creditsFound", { payment: of });
    now.foundCount += 1;
    now.foundMinor += of.amountMinor;
  }

  /** The upload is through: what the book has now is sent. */
  uploaded(): void {
    if (this.#now !== null) this.#send(this.#now);
  }

  #waitForNext(): void {
    const { clock, closings, settlement, spec } = this.parts;
    const dueMs = cutOffMs(settlement, closings.next()) + spec.after;
    clock.at(Math.max(clock.nowMs(), dueMs), this, seldom);
  }

  #begin(): void {
    const { book, clock, closings, counts } = this.parts;
    const batch = closings.next();
    counts.add("totals");
    this.#now = {
      ...{ batch, totalMinor: book.totalMinor(batch), totalsSentAtMs: clock.nowMs() },
      ...{ tryCount: 0, sentCount: 0, hasUploaded: false },
      ...{ uploadedCount: 0, foundCount: 0, foundMinor: 0 },
    };
    this.#send(this.#now);
  }

  #send(now: Progress): void {
    const { maker, totalsOperation, streamKey, book, counts } = this.parts;
    now.tryCount += 1;
    now.sentCount += 1;
    if (now.tryCount > 1) counts.add("totalsRepeated");
    const totals = new Payment(streamKey, now.batch, 0, book.totalMinor(now.batch));
    const attempt = laterAttempt(0, firstTry + now.sentCount);
    maker.call(this, totals, totalsOperation, attempt, forEver, null, "0500");
  }

  #upload(now: Progress): void {
    const { book, settlement, counts } = this.parts;
    counts.add("totalsDiffered");
    now.hasUploaded = true;
    now.tryCount = 0;
    const toMs = cutOffMs(settlement, now.batch);
    const fromMs = cutOffMs(settlement, now.batch - 2);
    const payments = book.toUpload(now.batch, fromMs, toMs);
    now.uploadedCount = payments.length;
    new BatchUpload(this, now.batch, payments).start();
  }

  #close(now: Progress, state: ClosingState): void {
    const { book, clock, closings, settlement } = this.parts;
    const { batch, totalMinor, totalsSentAtMs, uploadedCount, foundCount, foundMinor } = now;
    const closedAtMs = state === "unanswered" ? null : clock.nowMs();
    const times = { totalMinor, totalsSentAtMs, closedAtMs };
    this.#now = null;
    // What was asked for in this batch's time may still be on its way: the next upload asks again.
    book.closed(batch, cutOffMs(settlement, batch - 1));
    closings.write({ batch, state, ...times, uploadedCount, foundCount, foundMinor });
    this.#waitForNext();
  }
}
