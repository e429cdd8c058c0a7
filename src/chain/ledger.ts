import type { LedgerEntry } from "../domain/payment.ts";
import { KeyedMap } from "./keyed-map.ts";

/** What posting came to. `refused`: a reversal of that key was there first. */
export type Posted = "posted" | "stood" | "other-amount" | "refused";
/** What a reversal came to. `unknown`: nothing stood under that key; it is remembered. */
export type Reversed = "reversed" | "again" | "unknown";

/** Where a bank writes credits, and takes them back. One for all replicas of a service. */
export interface Ledger {
  /**
   * Posts the credit of one activation, once: asking again changes nothing.
   *
   * @param isProtected - False: there is no idempotency, and asking again posts again.
   */
  post(
    streamKey: number,
    index: number,
    merchant: number,
    amountMinor: number,
    nowMs: number,
    isProtected: boolean,
  ): Posted;
  /** Takes the credit of one activation back, or sees to it that it is never posted. */
  reverse(streamKey: number, index: number, nowMs: number): Reversed;
  /** Whether a credit was posted under that key, reversed since then or not. */
  has(streamKey: number, index: number): boolean;
  /** Whether a credit stands under that key: posted, and not reversed. */
  stands(streamKey: number, index: number): boolean;
}

type MutableEntry = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

/** A ledger in memory, for the virtual world. Forgets what can no longer be asked for. */
export class MemoryLedger implements Ledger {
  readonly #entries = new KeyedMap<MutableEntry>();
  readonly #pool: MutableEntry[] = [];
  /** Credits that stand, whether they were taken out of it or not. */
  standingCount = 0;

  post(
    streamKey: number,
    index: number,
    _merchant: number,
    amountMinor: number,
    nowMs: number,
    isProtected: boolean,
  ): Posted {
    const entry = this.#entries.get(streamKey, index);
    if (entry === undefined) {
      this.standingCount += 1;
      this.#entries.set(streamKey, index, this.#newEntry(nowMs, 1, amountMinor, Number.NaN));
      return "posted";
    }
    if (!Number.isNaN(entry.reversedAtMs)) return "refused";
    if (isProtected) return entry.amountMinor === amountMinor ? "stood" : "other-amount";
    entry.postedCount += 1;
    this.standingCount += 1;
    return "posted";
  }

  reverse(streamKey: number, index: number, nowMs: number): Reversed {
    const entry = this.#entries.get(streamKey, index);
    if (entry === undefined) {
      this.#entries.set(streamKey, index, this.#newEntry(Number.NaN, 0, 0, nowMs));
      return "unknown";
    }
    if (!Number.isNaN(entry.reversedAtMs)) return entry.postedCount > 0 ? "again" : "unknown";
    entry.reversedAtMs = nowMs;
    this.standingCount -= entry.postedCount;
    return "reversed";
  }

  has(streamKey: number, index: number): boolean {
    return (this.#entries.get(streamKey, index)?.postedCount ?? 0) > 0;
  }

  stands(streamKey: number, index: number): boolean {
    const entry = this.#entries.get(streamKey, index);
    return entry !== undefined && entry.postedCount > 0 && Number.isNaN(entry.reversedAtMs);
  }

  /** What it knows of an activation of which nothing more can be asked: forgets it. */
  take(streamKey: number, index: number): LedgerEntry | undefined {
    const entry = this.#entries.take(streamKey, index);
    if (entry !== undefined) this.#pool.push(entry);
    return entry; // The caller reads it at once: it is reused by a later posting.
  }

  #newEntry(
    postedAtMs: number,
    postedCount: number,
    amountMinor: number,
    reversedAtMs: number,
  ): MutableEntry {
    const entry = this.#pool.pop();
    if (entry === undefined) return { postedAtMs, postedCount, amountMinor, reversedAtMs };
    entry.postedAtMs = postedAtMs;
    entry.postedCount = postedCount;
    entry.amountMinor = amountMinor;
    entry.reversedAtMs = reversedAtMs;
    return entry;
  }
}
