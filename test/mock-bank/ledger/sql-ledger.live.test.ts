import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../src/domain/payment.ts";
import { createJournal } from "../../../src/live/journal-store.ts";
import { scratchFile } from "../../support/scratch-file.ts";
import { openedJournals, openedReader } from "./opened.ts";
import { race, startReplica } from "./replica-process.ts";

const keyCount = 4_000;

describe("a ledger between processes", () => {
  it("closes a key for good, however credits and reversals race", async () => {
    const file = scratchFile();
    createJournal(file);
    // One posts, one reverses, one does both; who does which changes with the key.
    const answers = await race<string[]>(
      file,
      keyCount,
      `((role) => [
        role === 1 ? "" : ledger.post(1, i, i % 50, 5, i, true),
        role === 0 ? "" : ledger.reverse(1, i, i),
      ])((i + replica) % 3)`,
    );
    const reader = openedReader(file);
    const endings = Array.from({ length: keyCount }, (_, key) => {
      const heard = answers.flatMap((it) => it[key] ?? []);
      return endingOf(heard, reader.ledgerEntry(1, key));
    });
    expect(endings.filter((it) => typeof it !== "string")).toEqual([]);
    expect(new Set(endings)).toEqual(new Set(["barred", "reversed"])); // It went both ways.
    expect(reader.standing()).toEqual({ count: 0, amountMinor: 0 });
    expect(reader.trialBalance()).toMatchObject({ debitMinor: 0, creditMinor: 0 });
  });

  it("posts each credit once when processes race for it", async () => {
    const file = scratchFile();
    createJournal(file);
    const answers = await race<string>(file, keyCount, "ledger.post(1, i, i % 50, 5, i, true)");
    const postedCounts = Array.from(
      { length: keyCount },
      (_, key) => answers.filter((it) => it[key] === "posted").length,
    );
    expect(postedCounts.filter((it) => it !== 1)).toEqual([]);
    expect(new Set(answers.flat())).toEqual(new Set(["posted", "stood"]));
    const reader = openedReader(file);
    const amountMinor = 5 * keyCount;
    expect(reader.standing()).toEqual({ count: keyCount, amountMinor });
    expect(reader.trialBalance()).toEqual({
      debitMinor: amountMinor,
      creditMinor: amountMinor,
      accounts: 51,
      transfers: keyCount,
    });
  });

  it("loses no unprotected posting to a race", async () => {
    const file = scratchFile();
    createJournal(file);
    const answers = await race<string>(file, 1_000, "ledger.post(1, i, 9, 5, i, false)");
    expect(new Set(answers.flat())).toEqual(new Set(["posted"]));
    expect(openedReader(file).standing()).toEqual({ count: 3_000, amountMinor: 15_000 });
  });

  // A killed process leaves its log behind; the next one goes on with it, and is killed in turn.
  it("keeps all that killed processes had said was posted, and goes on", async () => {
    const file = scratchFile();
    let nextKey = 0;
    for (let life = 1; life <= 4; life += 1) {
      const from = nextKey;
      const { child, lines } = startReplica(
        file,
        life,
        `for (let i = ${from}; ; i += 1) {
           ledger.post(1, i, i % 50, 5, i, true);
           if (i % 5 === 0) ledger.reverse(1, i, i);
           await committed();
           say(String(i));
         }`,
      );
      for await (const line of lines) {
        expect(line).toBe(String(nextKey));
        nextKey += 1;
        if (nextKey === from + 1_500) child.kill("SIGKILL"); // What was said until then still comes.
      }
      if (child.signalCode === null) await once(child, "exit");
      expect(child.signalCode).toBe("SIGKILL");
      expect(nextKey).toBeGreaterThanOrEqual(from + 1_500);
    }
    const { ledger } = openedJournals(file);
    const keys = Array.from({ length: nextKey }, (_, key) => key);
    expect(keys.filter((key) => !ledger.has(1, key))).toEqual([]);
    expect(keys.filter((key) => ledger.stands(1, key) !== key % 5 > 0)).toEqual([]);
    const reader = openedReader(file);
    const { count, amountMinor } = reader.standing();
    const { debitMinor, creditMinor } = reader.trialBalance();
    expect([amountMinor, debitMinor, creditMinor]).toEqual([5 * count, 5 * count, 5 * count]);
    expect(ledger.post(1, 1, 1, 5, 0, true)).toBe("stood");
    expect(ledger.post(2, 1, 1, 5, 0, true)).toBe("posted");
  });
});

/** What became of a key that two posted and two reversed; what was heard and found if it is wrong. */
function endingOf(heard: readonly unknown[], entry: LedgerEntry | undefined): unknown {
  const counts = ["posted", "reversed", "again", "unknown", "refused", "stood"].map(
    (answer) => heard.filter((it) => it === answer).length,
  );
  const isClosed = entry !== undefined && !Number.isNaN(entry.reversedAtMs);
  switch (`${counts} ${isClosed} ${entry?.postedCount}`) {
    case "0,0,0,2,2,0 true 0":
      return "barred";
    case "1,1,1,0,1,0 true 1":
    case "1,1,1,0,0,1 true 1":
      return "reversed";
    default:
      return { heard, entry };
  }
}
