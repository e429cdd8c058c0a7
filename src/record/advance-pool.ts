import type { ActivationRecord } from "./activation-record.ts";

/** Lends to merchants whose money is stuck for longer than `afterMs`, for a share of it. */
export type AdvanceTerms = { readonly afterMs: number; readonly feeRatio: number };

/** The pool is watched in so many equal steps from the start of the run to its end. */
const stepCount = 20_000;

/**
 * The contingency: money that is lent while a merchant waits for theirs.
 *
 * Lent at `afterMs` after the activation was due, if it is neither credited and spendable nor
 * refused by then, and the run still goes on; returned when its money is spendable, or when the terminal learns that it failed.
 * Each loan counts from the step in which it begins to the end of the one in which it is returned,
 * so the peak is never too low.
 */
export class AdvancePool {
  count = 0;
  lentMinor = 0;
  feesMinor = 0;
  outstandingMinor = 0;
  readonly #terms: AdvanceTerms;
  readonly #endMs: number;
  readonly #stepMs: number;
  readonly #changes = new Float64Array(stepCount + 1);

  /** @param endMs - End of the run, its drain included. */
  constructor(terms: AdvanceTerms, endMs: number) {
    this.#terms = terms;
    this.#endMs = endMs;
    this.#stepMs = endMs / stepCount;
  }

  add(it: ActivationRecord): void {
    const { afterMs, feeRatio } = this.#terms;
    const fromMs = it.plannedMs + afterMs;
    const stands = it.creditCount > 0;
    const untilMs = stands ? it.spendableAtMs : it.endedMs;
    if (it.isBad || untilMs <= fromMs || fromMs >= this.#endMs) return;
    this.count += 1;
    this.lentMinor += it.amountMinor;
    this.feesMinor += Math.round(it.amountMinor * feeRatio);
    // The terminal neither heard nor gave up, and no credit stands: nobody returns it.
    if (Number.isNaN(untilMs)) this.outstandingMinor += it.amountMinor;
    this.#change(Math.floor(fromMs / this.#stepMs), it.amountMinor);
    if (!Number.isNaN(untilMs)) this.#change(Math.ceil(untilMs / this.#stepMs), -it.amountMinor);
  }

  /** Most that was lent at once, and since when. */
  peak(): { readonly minor: number; readonly atMs: number | null } {
    let lent = 0;
    let minor = 0;
    let atMs: number | null = null;
    this.#changes.forEach((change, step) => {
      lent += change;
      if (lent <= minor) return;
      minor = lent;
      atMs = Math.round(step * this.#stepMs);
    });
    return { minor, atMs };
  }

  /** What comes after the end is returned after it: the last step stands for all of that. */
  #change(step: number, minor: number): void {
    const at = Math.min(Math.max(step, 0), stepCount);
    this.#changes[at] = (this.#changes[at] ?? 0) + minor;
  }
}
