import type { UsedLinks } from "../domain/credentials.ts";
import type { SettlementSpec } from "./bank-spec.ts";
import { type Closings, MemoryClosings } from "./closings.ts";
import { KeyedMap } from "./keyed-map.ts";
import { type Ledger, MemoryLedger } from "./ledger.ts";
import { MemoryBook, type OperatorBook } from "./operator-book.ts";

/** Which merchants heard of their credit through a notice. */
export interface NoticeBook {
  hear(streamKey: number, index: number, nowMs: number): void;
}

/** All that one service writes down for good; its replicas share it, and it outlives them. */
export type Journals = {
  readonly ledger: Ledger;
  readonly book: OperatorBook;
  readonly closings: Closings;
  readonly notices: NoticeBook;
  readonly usedLinks: UsedLinks;
};

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

/** What the journals of a service need to know of it. */
export type JournalTerms = {
  /** Null: it does not settle in batches. */
  readonly settlement: SettlementSpec | null;
  /** Whether another service sends it the totals of batches. */
  readonly isReconciled: boolean;
  /** Whether it sends totals itself. */
  readonly reconciles: boolean;
};

const plain: JournalTerms = { settlement: null, isReconciled: false, reconciles: false };

/** Empty journals of one service, in memory. */
export function memoryJournals({ settlement, isReconciled, reconciles } = plain) {
  return {
    ledger: new MemoryLedger(settlement, isReconciled),
    book: new MemoryBook(reconciles),
    closings: new MemoryClosings(),
    notices: new MemoryNotices(),
    usedLinks: new MemoryUsedLinks(),
  } satisfies Journals;
}
