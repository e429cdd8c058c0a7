import { describe, expect, it } from "vitest";
import { createJournal } from "../../src/live/journal-store.ts";
import { openedJournals, openedReader } from "../mock-bank/ledger/opened.ts";
import { scratchFile } from "../support/scratch-file.ts";

describe("JournalReader", () => {
  it("finds nothing in new journals", () => {
    const file = scratchFile();
    createJournal(file);
    const reader = openedReader(file);
    expect(reader.ledgerEntry(1, 1)).toBe(undefined);
    expect(reader.bookState(1, 1)).toBe(undefined);
    expect(reader.heardAtMs(1, 1)).toBe(Number.NaN);
    expect(reader.standing()).toEqual({ count: 0, amountMinor: 0 });
    expect(reader.trialBalance()).toEqual({
      debitMinor: 0,
      creditMinor: 0,
      accounts: 0,
      transfers: 0,
    });
  });

  it("reads what is written after it was opened", () => {
    const file = scratchFile();
    const { ledger } = openedJournals(file);
    const reader = openedReader(file);
    ledger.post(1, 1, 9, 500, 10.25, true);
    expect(reader.ledgerEntry(1, 1)).toEqual({
      postedAtMs: 10.25,
      postedCount: 1,
      amountMinor: 500,
      reversedAtMs: Number.NaN,
    });
    ledger.reverse(1, 1, 20);
    expect(reader.ledgerEntry(1, 1)?.reversedAtMs).toBe(20);
  });

  it("adds the books up: by account, and by what stands", () => {
    const file = scratchFile();
    const { ledger } = openedJournals(file);
    ledger.post(1, 1, 7, 500, 0, true);
    ledger.post(1, 2, 8, 300, 0, true);
    ledger.post(1, 3, 8, 40, 0, true);
    ledger.post(1, 4, 9, 1_000, 0, true);
    ledger.reverse(1, 3, 0);
    ledger.reverse(1, 4, 0);
    ledger.reverse(1, 5, 0); // A bar: it moves nothing.
    const reader = openedReader(file);
    expect(reader.standing()).toEqual({ count: 2, amountMinor: 800 });
    expect(reader.trialBalance()).toEqual({
      debitMinor: 800,
      creditMinor: 800,
      accounts: 4,
      transfers: 6,
    });
  });
});
