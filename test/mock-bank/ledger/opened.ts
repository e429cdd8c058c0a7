import { afterEach } from "vitest";
import { openJournals, type SqlJournals } from "../../../mock-bank/ledger/open-journals.ts";
import { JournalReader } from "../../../src/live/journal-store.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const it of open.splice(0)) it.close();
});

/** The journals in a file, for one replica, closed after the test. */
export function openedJournals(file: string, replica = 1): SqlJournals {
  const journals = openJournals(file, replica);
  open.push(journals);
  return journals;
}

/** What another process reads of them, closed after the test. */
export function openedReader(file: string): JournalReader {
  const reader = new JournalReader(file);
  open.push(reader);
  return reader;
}
