import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openLedger, SqlLedger } from "../../mock-bank/sql-ledger.ts";
import { MemoryLedger } from "../../src/chain/ledger.ts";
import { bankScenario, closeAfterTest, configOf } from "./bank-under-test.ts";
import { scratchFile } from "./standalone-bank.ts";

function open(file: string, replica = 1): SqlLedger {
  const ledger = new SqlLedger(file, replica);
  closeAfterTest(async () => ledger.close());
  return ledger;
}

/** The rows as another program sees them. */
function rowsOf(file: string): unknown[] {
  const database = new Database(file);
  const sql = "SELECT stream, number, amount_minor, credited_at_ms, replica FROM postings";
  const rows = database.prepare(sql).raw().all();
  database.close();
  return rows;
}

describe("SqlLedger", () => {
  it("posts a credit once, and keeps what was posted first", () => {
    const file = scratchFile();
    const ledger = open(file);
    expect(ledger.has(1, 2)).toBe(false);
    expect(ledger.post(1, 2, 500, 10.25)).toBe(true);
    expect(ledger.post(1, 2, 900, 20)).toBe(false);
    expect(ledger.has(1, 2)).toBe(true);
    expect(rowsOf(file)).toEqual([[1, 2, 500, 10.25, 1]]);
  });

  it("tells keys apart by stream and by number", () => {
    const file = scratchFile();
    const ledger = open(file);
    expect([ledger.post(1, 2, 5, 0), ledger.post(2, 1, 5, 0), ledger.post(1, 1, 5, 0)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([ledger.has(1, 2), ledger.has(2, 2)]).toEqual([true, false]);
  });

  it("is one ledger for all replicas of a bank", () => {
    const file = scratchFile();
    const [first, second] = [open(file, 1), open(file, 2)];
    expect(first.post(1, 1, 5, 0)).toBe(true);
    expect(second.has(1, 1)).toBe(true);
    expect(second.post(1, 1, 5, 0)).toBe(false);
    expect(second.post(1, 2, 5, 0)).toBe(true);
    expect(first.has(1, 2)).toBe(true);
    expect(rowsOf(file)).toEqual([
      [1, 1, 5, 0, 1],
      [1, 2, 5, 0, 2],
    ]);
  });

  it.each([
    { why: "nothing", key: [0, 0], amount: 0 },
    { why: "the smallest stream", key: [-(2 ** 31), 0], amount: 1 },
    { why: "the largest stream", key: [2 ** 31 - 1, 1], amount: 1 },
    { why: "a 32-bit number", key: [1, 2 ** 32 - 1], amount: 1 },
    { why: "the largest number and amount", key: [1, 2 ** 53 - 1], amount: 2 ** 53 - 1 },
    {
      why: "the widest key a header can carry",
      key: [-9_999_999_999, 999_999_999_999_999],
      amount: 1,
    },
  ] as const)("holds $why to the last digit", ({ key: [stream, number], amount }) => {
    const file = scratchFile();
    const ledger = open(file);
    expect(ledger.post(stream, number, amount, 0)).toBe(true);
    expect(ledger.post(stream, number, amount, 0)).toBe(false);
    expect(ledger.has(stream, number)).toBe(true);
    if (number > 0) expect(ledger.has(stream, number - 1)).toBe(false);
    expect(rowsOf(file)).toEqual([[stream, number, amount, 0, 1]]);
  });

  it("stands after it was closed and opened again", () => {
    const file = scratchFile();
    const before = new SqlLedger(file, 1);
    before.post(7, 7, 7, 7);
    before.close();
    const after = open(file);
    expect(after.has(7, 7)).toBe(true);
    expect(after.post(7, 7, 7, 7)).toBe(false);
  });
});

describe("openLedger", () => {
  it("takes a durable ledger where a stage posts", () => {
    const ledger = openLedger(configOf(bankScenario(), "bank", scratchFile()));
    expect(ledger).toBeInstanceOf(SqlLedger);
    if (ledger instanceof SqlLedger) ledger.close();
  });

  it("writes no file where nothing posts", () => {
    const text = bankScenario().replace(", posts: true", "");
    expect(openLedger(configOf(text, "bank", "/nowhere/ledger.db"))).toBeInstanceOf(MemoryLedger);
  });
});
