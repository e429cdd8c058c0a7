import type { BookState } from "../domain/payment.ts";
import { KeyedMap } from "./keyed-map.ts";
import type { PaymentDetails, PaymentKey } from "./payment.ts";

/**
 * What the operator itself knows of each payment: settlement holds it against the bank's ledger.
 *
 * Its own word (`BookState`) is one thing, what the bank answered to an upload another: the total of a
 * batch goes by the bank's answer, the auditor by the operator's own word.
 */
export interface OperatorBook {
  /**
   * What is known of a payment is not forgotten over a later question that stays open, and what was
   * taken back stays so.
   *
   * @param batch - The batch of the bank that it is in; -1: none was named.
   * @param askedAtMs - When the bank was asked: it has posted nothing before. That of the first time
   *   is kept. [ms]
   */
  write(of: PaymentDetails, state: BookState, batch: number, askedAtMs: number): void;
  /** What is approved of a batch. [minor units] */
  totalMinor(batch: number): number;
  /**
   * What an upload of the batch consists of: all that is approved of it, and all that the bank was
   * asked for between the two instants and of which nobody knows whether it stands.
   */
  toUpload(batch: number, fromMs: number, toMs: number): readonly PaymentDetails[];
  /**
   * What the bank said of one of them.
   *
   * @param batch - Where the credit is; -1: it does not stand.
   * @returns Whether it is a credit that the operator did not know of.
   */
  correct(of: PaymentKey, batch: number, nowMs: number): boolean;
  /** Whether that batch or a later one has anything, or something asked for from then on is open. */
  hasMore(batch: number, fromMs: number): boolean;
  /** A batch is closed; what is open and was asked for before that instant is not uploaded any more. */
  closed(batch: number, openBeforeMs: number): void;
}

type Entry = {
  readonly of: PaymentDetails;
  /** When the bank was asked for it first. [ms] */
  readonly askedAtMs: number;
  /** The operator's own word. */
  state: BookState;
  /** What the bank said instead, where it was asked; null: nothing. */
  corrected: "approved" | "declined" | null;
  batch: number;
  foundAtMs: number;
  /** Its activation is recorded: it is kept for its batch alone. */
  isTaken: boolean;
};

type Batch = { minor: number; readonly entries: Set<Entry> };

/** A book in memory, for the virtual world. It keeps what the reconciliation needs, and no more. */
export class MemoryBook implements OperatorBook {
  readonly #keepsBatches: boolean;
  readonly #entries = new KeyedMap<Entry>();
  readonly #states = new KeyedMap<BookState>();
  readonly #batches = new Map<number, Batch>();
  readonly #open = new Set<Entry>();
  #closedThrough = -1;
  /** Told of a credit that is found when its activation is recorded already. */
  onFound: (streamKey: number, index: number) => void = () => {};

  /** @param keepsBatches - Whether the totals of batches will be asked for. */
  constructor(keepsBatches = false) {
    this.#keepsBatches = keepsBatches;
  }

  write(of: PaymentDetails, state: BookState, batch: number, askedAtMs: number): void {
    const { streamKey, index, merchant, amountMinor } = of;
    const entry = this.#entries.get(streamKey, index);
    const known = entry?.state ?? this.#states.get(streamKey, index);
    if (known === "reversed" || (state === "unknown" && known !== undefined)) return;
    if (!this.#keepsBatches) {
      this.#states.set(streamKey, index, state);
      return;
    }
    if (entry === undefined) {
      const added: Entry = {
        of: { streamKey, index, merchant, amountMinor },
        ...{ askedAtMs, state, corrected: null, batch },
        ...{ foundAtMs: Number.NaN, isTaken: false },
      };
      this.#entries.set(streamKey, index, added);
      this.#place(added);
      return;
    }
    this.#displace(entry);
    entry.state = state;
    entry.corrected = null;
    entry.batch = batch;
    this.#place(entry);
  }

  totalMinor(batch: number): number {
    return this.#batches.get(batch)?.minor ?? 0;
  }

  toUpload(batch: number, fromMs: number, toMs: number): readonly PaymentDetails[] {
    const open = [...this.#open].filter((it) => it.askedAtMs >= fromMs && it.askedAtMs < toMs);
    return [...(this.#batches.get(batch)?.entries ?? []), ...open].map((it) => it.of);
  }

  correct({ streamKey, index }: PaymentKey, batch: number, nowMs: number): boolean {
    const entry = this.#entries.get(streamKey, index);
    if (entry === undefined) return false;
    const isOpen = this.#open.has(entry);
    // What is open stays so: it may be on its way. What was taken back meanwhile stays so too.
    if (!isOpen && !isApproved(entry)) return false;
    if (isOpen && batch < 0) return false;
    const isFound = entry.state === "unknown" && entry.corrected === null;
    this.#displace(entry);
    entry.corrected = batch < 0 ? "declined" : "approved";
    entry.batch = batch;
    if (isFound) entry.foundAtMs = nowMs;
    this.#place(entry);
    if (isFound && entry.isTaken) this.onFound(streamKey, index);
    this.#forgetIfDone(entry);
    return isFound;
  }

  hasMore(batch: number, fromMs: number): boolean {
    for (const number of this.#batches.keys()) if (number >= batch) return true;
    for (const { askedAtMs } of this.#open) if (askedAtMs >= fromMs) return true;
    return false;
  }

  closed(batch: number, openBeforeMs: number): void {
    this.#closedThrough = batch;
    const done = [...this.#open].filter((it) => it.askedAtMs < openBeforeMs);
    const settled = this.#batches.get(batch)?.entries ?? [];
    this.#batches.delete(batch);
    for (const entry of done) this.#open.delete(entry);
    for (const entry of [...settled, ...done]) this.#forgetIfDone(entry);
  }

  /** Whether nobody knows of it, and it may still be uploaded. */
  isOpen(streamKey: number, index: number): boolean {
    const entry = this.#entries.get(streamKey, index);
    return entry !== undefined && this.#open.has(entry);
  }

  /** When an upload found the credit; NaN: none did. [ms] */
  foundAtMs(streamKey: number, index: number): number {
    return this.#entries.get(streamKey, index)?.foundAtMs ?? Number.NaN;
  }

  /** The operator's own word on an activation that is finished, which it then forgets. */
  take(streamKey: number, index: number): BookState | undefined {
    const entry = this.#entries.get(streamKey, index);
    if (entry === undefined) return this.#states.take(streamKey, index);
    entry.isTaken = true;
    this.#forgetIfDone(entry);
    return entry.state;
  }

  #place(entry: Entry): void {
    if (isApproved(entry)) {
      if (entry.batch <= this.#closedThrough) return;
      let batch = this.#batches.get(entry.batch);
      if (batch === undefined) {
        batch = { minor: 0, entries: new Set() };
        this.#batches.set(entry.batch, batch);
      }
      batch.entries.add(entry);
      batch.minor += entry.of.amountMinor;
    } else if (entry.corrected === null && isUncertain(entry.state)) this.#open.add(entry);
  }

  #displace(entry: Entry): void {
    this.#open.delete(entry);
    const batch = this.#batches.get(entry.batch);
    if (batch?.entries.delete(entry) === true) batch.minor -= entry.of.amountMinor;
    if (batch?.entries.size === 0) this.#batches.delete(entry.batch);
  }

  #forgetIfDone(entry: Entry): void {
    if (!entry.isTaken || this.#open.has(entry)) return;
    if (this.#batches.get(entry.batch)?.entries.has(entry) === true) return;
    this.#entries.take(entry.of.streamKey, entry.of.index);
  }
}

function isApproved({ state, corrected }: Entry): boolean {
  return (corrected ?? state) === "approved";
}

/** Whether it may stand, as far as the operator knows. */
function isUncertain(state: BookState): boolean {
  return state === "unknown" || state === "stored";
}
