import type { ReversalState } from "../domain/payment.ts";

/** One change of the state of a reversal, as its terminal writes it down. */
export type ReversalLine = {
  /** Of the activation: its stream and its number in it. */
  readonly stream: string;
  readonly number: number;
  readonly merchant: number;
  readonly amountMinor: number;
  /** When it came into this state. [ms of the run] */
  readonly atMs: number;
  readonly state: Exclude<ReversalState, "none">;
  /** How often it was sent up to then. */
  readonly tries: number;
};

/** What terminals keep of their reversals, whatever becomes of their process. */
export interface ReversalJournal {
  /** Returns when the line is kept: only then does the reversal leave. */
  write(line: ReversalLine): void;
}
