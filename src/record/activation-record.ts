import type { Cause, Ending, Outcome } from "../domain/outcome.ts";
import type { BookState, LedgerEntry, ReversalState } from "../domain/payment.ts";

/** What is recorded of one activation when nothing more can happen to it. */
export type ActivationRecord = {
  streamKey: number;
  /** Its number within its stream. */
  index: number;
  amountMinor: number;
  plannedMs: number;
  ending: Ending;
  /** When the terminal had its final answer, or gave up; NaN if neither. [ms] */
  endedMs: number;
  /** From the planned to the actual first send; NaN if it was not sent, or not measured. [ms] */
  sendLagMs: number;
  toldApproved: boolean;
  toldDeclined: boolean;
  /** It was never to be credited: its link was forged, its code guessed … */
  isBad: boolean;
  /** When it was first credited, by a credit that stands; NaN if none does. [ms] */
  creditedAtMs: number;
  /** How many credits of it stand, in all ledgers. */
  creditCount: number;
  /** When it was first posted, whether it was taken back since then or not; NaN: never. [ms] */
  postedAtMs: number;
  /** When it was taken back, or barred; NaN: neither. [ms] */
  reversedAtMs: number;
  /** When its money is spendable; NaN if no credit stands. [ms] */
  spendableAtMs: number;
  /** The same instant, if it is that of a batch of the settlement; NaN: at once, or never. [ms] */
  batchAtMs: number;
  /** What its terminal did about a payment of which it did not know whether it stood. */
  reversal: ReversalState;
  /** What the operator wrote down of it; `undefined`: nothing. */
  book: BookState | undefined;
  /** When an exchange of totals found a credit that the operator did not know of; NaN: never. [ms] */
  foundAtMs: number;
  /** Whether such an exchange is set up with the bank whose credit stands. */
  isReconciled: boolean;
  /** When the merchant heard of it by a notice; NaN: never. [ms] */
  heardAtMs: number;
  /** Whether what was asked posts a credit at all. */
  posts: boolean;
  attempts: number;
  /** What ended it, if it is lost; where it spent its time beyond the usual, if it is late. */
  cause: Cause;
  lateCause: Cause;
};

/** An empty record, to be filled in. */
export function newActivationRecord(): ActivationRecord {
  return {
    streamKey: 0,
    index: 0,
    amountMinor: 0,
    plannedMs: 0,
    ending: "unfinished",
    endedMs: Number.NaN,
    sendLagMs: Number.NaN,
    toldApproved: false,
    toldDeclined: false,
    isBad: false,
    creditedAtMs: Number.NaN,
    creditCount: 0,
    postedAtMs: Number.NaN,
    reversedAtMs: Number.NaN,
    spendableAtMs: Number.NaN,
    batchAtMs: Number.NaN,
    reversal: "none",
    book: undefined,
    foundAtMs: Number.NaN,
    isReconciled: false,
    heardAtMs: Number.NaN,
    posts: false,
    attempts: 0,
    cause: "communication",
    lateCause: "communication",
  };
}

/** What one service has written down of an activation. */
export type ServiceRecords = {
  readonly entry: LedgerEntry | undefined;
  readonly book: BookState | undefined;
  /** When an upload found its credit; NaN: none did. [ms] */
  readonly foundAtMs: number;
  readonly heardAtMs: number;
  /** When a credit that it posted at this instant is spendable. [ms] */
  readonly spendableAtMs: (postedAtMs: number) => number;
  /** Whether that is in batches, and not at once. */
  readonly settlesInBatches: boolean;
  /** Whether an operator sends it the totals of those batches. */
  readonly isReconciled: boolean;
};

/** Adds up what the services know: call once before the first, then for each. */
export function clearRecords(it: ActivationRecord): void {
  // Where nothing posts, the answer is the credit.
  const isCredited = !it.posts && it.toldApproved;
  it.creditedAtMs = isCredited ? it.endedMs : Number.NaN;
  it.creditCount = 0;
  it.postedAtMs = Number.NaN;
  it.reversedAtMs = Number.NaN;
  it.spendableAtMs = isCredited ? it.endedMs : Number.NaN;
  it.batchAtMs = Number.NaN;
  it.book = undefined;
  it.foundAtMs = Number.NaN;
  it.isReconciled = false;
  it.heardAtMs = Number.NaN;
}

export function addRecords(it: ActivationRecord, of: ServiceRecords): void {
  const { entry, book, heardAtMs } = of;
  it.book ??= book;
  if (!Number.isNaN(of.foundAtMs)) it.foundAtMs = earlier(it.foundAtMs, of.foundAtMs);
  if (!Number.isNaN(heardAtMs)) it.heardAtMs = earlier(it.heardAtMs, heardAtMs);
  if (entry === undefined || !it.posts) return;
  const { postedAtMs, postedCount, reversedAtMs } = entry;
  it.postedAtMs = earlier(it.postedAtMs, postedAtMs);
  if (!Number.isNaN(reversedAtMs)) {
    it.reversedAtMs = earlier(it.reversedAtMs, reversedAtMs);
    return;
  }
  it.creditCount += postedCount;
  it.creditedAtMs = earlier(it.creditedAtMs, postedAtMs);
  it.spendableAtMs = earlier(it.spendableAtMs, of.spendableAtMs(postedAtMs));
  it.isReconciled ||= of.isReconciled;
  if (of.settlesInBatches) it.batchAtMs = it.spendableAtMs;
}

/** The earlier of two instants, of which either may not have been. */
function earlier(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

/** What became of one activation, in short. */
export type EndedActivation = {
  readonly streamKey: number;
  readonly index: number;
  readonly plannedMs: number;
  /** To the end at the terminal; NaN: there was none. [ms] */
  readonly latencyMs: number;
  readonly outcome: Outcome;
};

/**
 * Told of each activation of a run as it is recorded, by stream and number: the same in both worlds.
 * The latency is NaN where the terminal neither had an answer nor gave up. [ms]
 */
export type OnActivation = (
  streamKey: number,
  index: number,
  plannedMs: number,
  latencyMs: number,
  outcome: Outcome,
  /** Of a late or lost one. */
  cause: Cause | null,
  /** From the planned instant to the first credit that stands; NaN: none does. [ms] */
  creditMs: number,
) => void;
