import { afterEach } from "vitest";
import { openJournals, type SqlJournals } from "../../../mock-bank/ledger/open-journals.ts";
import type { SettlementSpec } from "../../../src/chain/bank-spec.ts";
import { JournalReader } from "../../../src/live/journal-store.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const it of open.splice(0)) it.close();
});

/**
 * The journals in a file, for one replica, closed after the test. Each call is a turn of its own, so
 * that several replicas in one process take turns.
 */
export function openedJournals(
  file: string,
  replica = 1,
  settlement: SettlementSpec | null = null,
): SqlJournals {
  const journals = openJournals(file, replica, settlement);
  open.push(journals);
  const { ledger, book, closings, notices, usedLinks, commit } = journals;
  const kept = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      const said = call(...args);
      commit();
      return said;
    };
  };
  return {
    ...journals,
    ledger: {
      post: kept((...it) => ledger.post(...it)),
      reverse: kept((...it) => ledger.reverse(...it)),
      has: (...it) => ledger.has(...it),
      stands: (...it) => ledger.stands(...it),
      postedAtMs: (...it) => ledger.postedAtMs(...it),
      batchMinor: (batch) => ledger.batchMinor(batch),
    },
    book: {
      write: kept((...it) => book.write(...it)),
      correct: kept((...it) => book.correct(...it)),
      totalMinor: (batch) => book.totalMinor(batch),
      toUpload: (...it) => book.toUpload(...it),
      hasMore: (...it) => book.hasMore(...it),
      closed: (...it) => book.closed(...it),
    },
    closings: { next: () => closings.next(), write: kept((it) => closings.write(it)) },
    notices: { hear: kept((...it) => notices.hear(...it)) },
    usedLinks: { use: kept((...it) => usedLinks.use(...it)) },
  };
}

/** What another process reads of them, closed after the test. */
export function openedReader(file: string): JournalReader {
  const reader = new JournalReader(file);
  open.push(reader);
  return reader;
}
