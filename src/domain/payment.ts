/** What names an activation, and its payment, in every journal and at every hop. */
export interface PaymentKey {
  readonly streamKey: number;
  readonly index: number;
}

/**
 * What an operator wrote down of a payment. `stored`: approved in the bank's name, to be delivered.
 * `reversed`: the bank has answered that it was taken back, or that it will never be posted.
 */
export const bookStates = ["unknown", "approved", "declined", "stored", "reversed"] as const;
export type BookState = (typeof bookStates)[number];

/**
 * What became of the reversal of a payment. `none`: there was no need of one. `listed`: left for
 * people after its last try. `deleted`: forgotten after it, which no terminal should do.
 */
export const reversalStates = ["none", "pending", "acknowledged", "listed", "deleted"] as const;
export type ReversalState = (typeof reversalStates)[number];

/** What a ledger knows of one activation. */
export type LedgerEntry = {
  /** When it was first posted; NaN: never. [ms] */
  readonly postedAtMs: number;
  /** How often it was posted. */
  readonly postedCount: number;
  readonly amountMinor: number;
  /** When it was reversed, or barred from ever being posted; NaN: neither. [ms] */
  readonly reversedAtMs: number;
};
