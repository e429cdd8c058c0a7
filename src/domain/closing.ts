/**
 * How the totals of a batch ended, the best first. `agreed`: the bank had the same total.
 * `agreedAfterUpload`: it had it when the batch had been uploaded. `differs`: not even then.
 * `unanswered`: no try to send the totals was answered.
 */
export const closingStates = ["agreed", "agreedAfterUpload", "differs", "unanswered"] as const;
export type ClosingState = (typeof closingStates)[number];

/** What the exchange of totals over one batch came to. Instants in ms of the run. */
export type Closing = {
  /** Batch `n` holds what was posted from `n * every` on, and before the next. */
  readonly batch: number;
  readonly state: ClosingState;
  /** What the operator had first. [minor units] */
  readonly totalMinor: number;
  /** When its totals went out first. */
  readonly totalsSentAtMs: number;
  /** When the bank answered them last; null: it did not. */
  readonly closedAtMs: number | null;
  /** Payments that were uploaded one by one. */
  readonly uploadedCount: number;
  /** Of them: credits that the operator did not know of before. */
  readonly foundCount: number;
  readonly foundMinor: number;
};
