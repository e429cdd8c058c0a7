import Database from "libsql";
import { describe, expect, it } from "vitest";
import { type Ledger, MemoryLedger } from "../../../src/chain/ledger.ts";
import { scratchFile } from "../../support/scratch-file.ts";
import { openedJournals, openedReader } from "./opened.ts";

const post = (amountMinor: number) => (it: Ledger) => it.post(1, 2, 9, amountMinor, 10.25, true);
const postAgain = (amountMinor: number) => (it: Ledger) =>
  it.post(1, 2, 9, amountMinor, 20.5, false);
const reverse = (it: Ledger) => it.reverse(1, 2, 30.75);
const has = (it: Ledger) => it.has(1, 2);
const stands = (it: Ledger) => it.stands(1, 2);

const cases = [
  { why: "nothing is there at first", does: [has, stands], hears: [false, false] },
  {
    why: "a credit is posted once",
    does: [post(5), post(5), has, stands],
    hears: ["posted", "stood", true, true],
  },
  {
    why: "a key stands for one amount",
    does: [post(5), post(6), post(5)],
    hears: ["posted", "other-amount", "stood"],
  },
  {
    why: "without protection each request posts",
    does: [postAgain(5), postAgain(6), postAgain(5), post(5), post(6)],
    hears: ["posted", "posted", "posted", "stood", "other-amount"],
  },
  {
    why: "a reversal takes the credit back, once",
    does: [post(5), reverse, reverse, has, stands],
    hears: ["posted", "reversed", "again", true, false],
  },
  {
    why: "a reversal takes back all that was posted",
    does: [postAgain(5), postAgain(6), reverse, reverse, stands],
    hears: ["posted", "posted", "reversed", "again", false],
  },
  {
    why: "what was reversed is not posted again",
    does: [post(5), reverse, post(5), post(6), postAgain(5), has, stands],
    hears: ["posted", "reversed", "refused", "refused", "refused", true, false],
  },
  {
    why: "a reversal that comes first keeps the credit out",
    does: [reverse, reverse, post(5), postAgain(5), has, stands],
    hears: ["unknown", "unknown", "refused", "refused", false, false],
  },
] as const;

describe("SqlLedger", () => {
  it.each(cases)("answers as the ledger in memory: $why", ({ does, hears }) => {
    const file = scratchFile();
    const { ledger } = openedJournals(file);
    const memory = new MemoryLedger();
    expect(does.map((ask) => ask(memory))).toEqual(hears);
    expect(does.map((ask) => ask(ledger))).toEqual(hears);
    expect(openedReader(file).ledgerEntry(1, 2)).toEqual(memory.take(1, 2));
  });

  it("tells keys apart by stream and by number", () => {
    const { ledger } = openedJournals(scratchFile());
    ledger.post(1, 2, 9, 5, 0, true);
    ledger.reverse(2, 2, 0);
    expect([ledger.has(1, 2), ledger.has(2, 1), ledger.has(1, 1)]).toEqual([true, false, false]);
    expect(ledger.post(2, 1, 9, 5, 0, true)).toBe("posted");
    expect([ledger.stands(1, 2), ledger.stands(2, 1), ledger.stands(2, 2)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is one ledger for all replicas of a bank", () => {
    const file = scratchFile();
    const [first, second] = [openedJournals(file, 1).ledger, openedJournals(file, 2).ledger];
    expect(first.post(1, 1, 9, 5, 0, true)).toBe("posted");
    expect([second.has(1, 1), second.stands(1, 1)]).toEqual([true, true]);
    expect(second.post(1, 1, 9, 5, 0, true)).toBe("stood");
    expect(second.reverse(1, 1, 0)).toBe("reversed");
    expect([first.has(1, 1), first.stands(1, 1)]).toEqual([true, false]);
    expect(first.post(1, 1, 9, 5, 0, true)).toBe("refused");
    expect(second.reverse(1, 2, 0)).toBe("unknown");
    expect(first.post(1, 2, 9, 5, 0, true)).toBe("refused");
  });

  it("writes down who gave what to whom, and takes back by the opposite", () => {
    const file = scratchFile();
    const { ledger } = openedJournals(file, 3);
    ledger.post(1, 1, 9, 500, 10.25, true);
    ledger.post(1, 1, 9, 700, 11, false);
    ledger.reverse(1, 1, 20.5);
    ledger.reverse(1, 2, 30);
    const database = new Database(file);
    const rows = database.prepare("SELECT * FROM transfers ORDER BY at_ms, sequence").raw().all();
    database.close();
    expect(rows).toEqual([
      [1, 1, "credit", 0, "payers", "merchant:9", 500, 10.25, 3],
      [1, 1, "credit", 1, "payers", "merchant:9", 700, 11, 3],
      [1, 1, "reversal", 0, "merchant:9", "payers", 500, 20.5, 3],
      [1, 1, "reversal", 1, "merchant:9", "payers", 700, 20.5, 3],
      [1, 2, "bar", 0, "payers", "payers", 0, 30, 3],
    ]);
  });

  it.each([
    { why: "nothing", key: [0, 0], amount: 0 },
    { why: "the smallest stream", key: [-(2 ** 31), 0], amount: 1 },
    { why: "the largest stream", key: [2 ** 31 - 1, 1], amount: 1 },
    { why: "a 32-bit number", key: [1, 2 ** 32 - 1], amount: 1 },
    { why: "the largest number and amount", key: [1, 2 ** 53 - 1], amount: 2 ** 53 - 1 },
    { why: "the widest key of a header", key: [-9_999_999_999, 999_999_999_999_999], amount: 1 },
  ] as const)("holds $why to the last digit", ({ key: [stream, number], amount }) => {
    const file = scratchFile();
    const { ledger } = openedJournals(file);
    expect(ledger.post(stream, number, 2 ** 31, amount, 0, true)).toBe("posted");
    expect(ledger.post(stream, number, 2 ** 31, amount, 0, true)).toBe("stood");
    const reader = openedReader(file);
    expect(reader.ledgerEntry(stream, number)?.amountMinor).toBe(amount);
    expect(reader.ledgerEntry(stream, number + 1)).toBe(undefined);
    if (number > 0) expect(ledger.has(stream, number - 1)).toBe(false);
    expect(ledger.reverse(stream, number, 0)).toBe("reversed");
    expect(reader.standing()).toEqual({ count: 0, amountMinor: 0 });
  });

  it("refuses what is no amount instead of losing it", () => {
    const { ledger } = openedJournals(scratchFile());
    expect(() => ledger.post(1, 1, 9, Number.NaN, 0, true)).toThrow();
    expect(ledger.has(1, 1)).toBe(false);
  });
});

describe("the table of transfers", () => {
  it.each([
    { why: "changes a row", sql: "UPDATE transfers SET amount_minor = 1" },
    { why: "deletes a row", sql: "DELETE FROM transfers" },
  ])("lets nobody in who $why", ({ sql }) => {
    const file = scratchFile();
    openedJournals(file).ledger.post(1, 1, 9, 5, 0, true);
    const database = new Database(file);
    expect(() => database.exec(sql)).toThrow(/never/);
    database.close();
    expect(openedReader(file).standing()).toEqual({ count: 1, amountMinor: 5 });
  });
});
