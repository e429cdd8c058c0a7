import type { SettlementSpec } from "../../src/chain/bank-spec.ts";
import type { Journals } from "../../src/chain/journals.ts";
import { openJournal } from "../../src/live/journal-store.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqlBook } from "./sql-book.ts";
import { SqlClosings } from "./sql-closings.ts";
import { SqlLedger } from "./sql-ledger.ts";
import { SqlNotices } from "./sql-notices.ts";
import { SqlUsedLinks } from "./sql-used-links.ts";

export type SqlJournals = Journals & {
  /** Calls `then` when all that was written up to now is kept for good. */
  readonly afterCommit: (then: () => void) => void;
  /** Keeps what was written up to now at once, and not at the end of the turn. */
  readonly commit: () => void;
  readonly close: () => void;
};

/**
 * Opens the journals of a service for one of its replicas. Whatever a killed process wrote is there.
 *
 * @param replica - Written beside each transfer: who made it.
 * @param settlement - Of the service; null: its credits are in no batches.
 */
export function openJournals(
  file: string,
  replica: number,
  settlement: SettlementSpec | null = null,
): SqlJournals {
  const database = openJournal(file);
  const commit = new GroupCommit(database);
  return {
    ledger: new SqlLedger(database, replica, commit, settlement),
    book: new SqlBook(database, commit),
    closings: new SqlClosings(database, commit),
    notices: new SqlNotices(database, commit),
    usedLinks: new SqlUsedLinks(database, commit),
    commit: () => commit.flush(),
    afterCommit: (then) => commit.after(then),
    close: () => {
      commit.flush();
      database.close();
    },
  };
}
