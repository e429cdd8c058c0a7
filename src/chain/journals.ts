import type { UsedLinks } from "../domain/credentials.ts";
import type { BookState } from "../domain/payment.ts";
import { KeyedMap } from "./keyed-map.ts";
import { type Ledger, MemoryLedger } from "./ledger.ts";

/** What the operator itself knows of each payment: settlement holds it against the bank's ledger. */
export interface OperatorBook {
  write(streamKey: number, index: number, amountMinor: number, state: BookState): void;
}

/** Which merchants heard of their credit through a notice. */
export interface NoticeBook {
  hear(streamKey: number, index: number, nowMs: number): void;
}

/** All that one service writes down for good; its replicas share it, and it outlives them. */
export type Journals = {
  readonly ledger: Ledger;
  readonly book: OperatorBook;
  readonly notices: NoticeBook;
  readonly usedLinks: UsedLinks;
};

/** In memory, for the virtual world. */
export class MemoryBook implements OperatorBook {
  readonly #states = new KeyedMap<BookState>();

  write(streamKey: number, index: number, _amountMinor: number, state: BookState): void {
    // What is known of a payment is not forgotten over a later question that stays open.
    const known = this.#states.get(streamKey, index);
    if (state === "unknown" && known !== undefined) return;
    this.#states.set(streamKey, index, state);
  }

  take(streamKey: number, index: number): BookState | undefined {
    return this.#states.take(streamKey, index);
  }
}

export class MemoryNotices implements NoticeBook {
  readonly #heardAtMs = new KeyedMap<number>();

  hear(streamKey: number, index: number, nowMs: number): void {
    if (this.#heardAtMs.get(streamKey, index) === undefined) {
      this.#heardAtMs.set(streamKey, index, nowMs);
    }
  }

  /** When it was heard of first; NaN: never. Forgets it. [ms] */
  take(streamKey: number, index: number): number {
    return this.#heardAtMs.take(streamKey, index) ?? Number.NaN;
  }
}

/** Stream of the nonces that were used before the run began: replayed links carry one of them. */
export const usedBeforeStream = -1;

export class MemoryUsedLinks implements UsedLinks {
  readonly #users = new KeyedMap<{ readonly streamKey: number; readonly index: number }>();

  use(nonceStream: number, nonceIndex: number, streamKey: number, index: number): boolean {
    if (nonceStream === usedBeforeStream) return false;
    const user = this.#users.get(nonceStream, nonceIndex);
    if (user !== undefined) return user.streamKey === streamKey && user.index === index;
    this.#users.set(nonceStream, nonceIndex, { streamKey, index });
    return true;
  }

  /** Nobody will ask for the link of this activation any more. */
  forget(streamKey: number, index: number): void {
    this.#users.take(streamKey, index);
  }
}

export type MemoryJournals = ReturnType<typeof memoryJournals>;

/** Empty journals of one service, in memory. */
export function memoryJournals() {
  return {
    ledger: new MemoryLedger(),
    book: new MemoryBook(),
    notices: new MemoryNotices(),
    usedLinks: new MemoryUsedLinks(),
  } satisfies Journals;
}
