import type { LedgerEntry } from "../domain/payment.ts";
import { objectList } from "../kernel/object-list.ts";
import { batchOf, type SettlementSpec } from "./bank-spec.ts";
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
  /** When that key was first posted, reversed since then or not; NaN: never. [ms] */
  postedAtMs(streamKey: number, index: number): number;
  /** What stands of a batch of the settlement, by the first posting of each key; 0 without one. */
  batchMinor(batch: number): number;
}

type MutableEntry = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

/** Whether a key may still be asked for, however old its batch. */
export type IsOpen = (streamKey: number, index: number) => boolean;

type Settled = { readonly streamKey: number; readonly index: number; readonly batch: number };

/** A ledger in memory, for the virtual world. Forgets what can no longer be asked for. */
export class MemoryLedger implements Ledger {
  readonly #settlement: SettlementSpec | null;
  readonly #isReconciled: boolean;
  readonly #minorOf = new Map<number, number>();
  /** By how much later credits of a key were of another amount than the first, which is rare. */
  readonly #moreMinor = new KeyedMap<number>();
  /** Taken out of it, and kept until its batch is closed. */
  #settled = objectList<Settled>();
  readonly #entries = new KeyedMap<MutableEntry>();
  readonly #pool = objectList<MutableEntry>();
  /** Credits that stand, whether they were taken out of it or not. */
  standingCount = 0;

  /**
   * @param settlement - Null: there are no batches.
   * @param isReconciled - Whether a finished activation may be asked for until its batch is closed.
   */
  constructor(settlement: SettlementSpec | null = null, isReconciled = false) {
    this.#settlement = settlement;
    this.#isReconciled = isReconciled;
  }

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
      this.#addToBatch(nowMs, amountMinor);
      return "posted";
    }
    if (!Number.isNaN(entry.reversedAtMs)) return "refused";
    if (isProtected) return entry.amountMinor === amountMinor ? "stood" : "other-amount";
    entry.postedCount += 1;
    this.standingCount += 1;
    this.#addToBatch(entry.postedAtMs, amountMinor);
    if (amountMinor !== entry.amountMinor) {
      const moreMinor = (this.#moreMinor.get(streamKey, index) ?? 0) + amountMinor;
      this.#moreMinor.set(streamKey, index, moreMinor - entry.amountMinor);
    }
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
    const moreMinor = this.#moreMinor.get(streamKey, index) ?? 0;
    this.#addToBatch(entry.postedAtMs, -entry.postedCount * entry.amountMinor - moreMinor);
    return "reversed";
  }

  has(streamKey: number, index: number): boolean {
    return (this.#entries.get(streamKey, index)?.postedCount ?? 0) > 0;
  }

  stands(streamKey: number, index: number): boolean {
    const entry = this.#entries.get(streamKey, index);
    return entry !== undefined && entry.postedCount > 0 && Number.isNaN(entry.reversedAtMs);
  }

  postedAtMs(streamKey: number, index: number): number {
    return this.#entries.get(streamKey, index)?.postedAtMs ?? Number.NaN;
  }

  batchMinor(batch: number): number {
    return this.#minorOf.get(batch) ?? 0;
  }

  /** What it knows of an activation that is finished: forgets it, if nobody asks for it any more. */
  take(streamKey: number, index: number): LedgerEntry | undefined {
    const entry = this.#entries.get(streamKey, index);
    if (entry === undefined) return undefined;
    if (this.#isReconciled && this.#settlement !== null && entry.postedCount > 0) {
      const batch = batchOf(this.#settlement, entry.postedAtMs);
      this.#settled.push({ streamKey, index, batch });
    } else this.#forget(streamKey, index);
    return entry; // The caller reads it at once: it is reused by a later posting.
  }

  /** Forgets what was taken out of it of this batch and those before; but what is open stays. */
  forgetThrough(batch: number, isOpen: IsOpen): void {
    this.#settled = this.#settled.filter((it) => {
      if (it.batch > batch || isOpen(it.streamKey, it.index)) return true;
      this.#forget(it.streamKey, it.index);
      return false;
    });
  }

  #forget(streamKey: number, index: number): void {
    const entry = this.#entries.take(streamKey, index);
    if (entry !== undefined) this.#pool.push(entry);
    this.#moreMinor.take(streamKey, index);
  }

  #addToBatch(postedAtMs: number, minor: number): void {
    if (this.#settlement === null) return;
    const batch = batchOf(this.#settlement, postedAtMs);
    this.#minorOf.set(batch, this.batchMinor(batch) + minor);
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
