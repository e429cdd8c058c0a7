import { expect, it } from "vitest";
import { openJournals } from "../../../mock-bank/ledger/open-journals.ts";
import { type Ledger, MemoryLedger } from "../../../src/chain/ledger.ts";
import { JournalReader } from "../../../src/live/journal-store.ts";
import { fc } from "../../support/property.ts";
import { scratchFile } from "../../support/scratch-file.ts";

const streams = [-7, 3];
const indexes = [0, 1, 2];
const key = { stream: fc.constantFrom(...streams), index: fc.constantFrom(...indexes) };
/** Three batches within the shortest run; steps come a millisecond apart. */
const settlement = { every: 7, takes: 0 };
const replica = fc.nat({ max: 1 });

const step = fc.oneof(
  fc.record({
    kind: fc.constant("post" as const),
    ...key,
    replica,
    amountMinor: fc.integer({ min: 1, max: 2 }),
    isProtected: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("reverse", "has", "stands", "postedAtMs", "batchMinor"),
    ...key,
    replica,
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

// Goal: nobody can tell the ledger in SQLite from the one in memory. Method: two replicas, each
// with a connection of its own, and a ledger in memory hear the same random requests; every answer
// and what stands in the end are compared, and the books are added up from the entries.
it("answers as the ledger in memory, whichever replica is asked", () => {
  const reached = new Set<unknown>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      const file = scratchFile();
      const replicas = [openJournals(file, 1, settlement), openJournals(file, 2, settlement)];
      const reader = new JournalReader(file);
      const memory = new MemoryLedger(settlement);
      steps.forEach((it, place) => {
        const atMs = place + 1;
        const answer = play(it, memory, atMs);
        const replica = replicas[it.replica];
        expect(replica && play(it, replica.ledger, atMs)).toBe(answer);
        replica?.commit(); // The other one's turn.
        const isNumber = typeof answer === "number";
        reached.add(`${it.kind} ${isNumber ? Math.sign(answer) : answer}`);
      });
      compareEntries(reader, memory);
      for (const it of [...replicas, reader]) it.close();
    }),
    { numRuns: 60 },
  );
  expect([...reached].toSorted()).toEqual([
    "batchMinor 0",
    "batchMinor 1",
    "has false",
    "has true",
    "post other-amount",
    "post posted",
    "post refused",
    "post stood",
    "postedAtMs 1",
    "postedAtMs NaN",
    "reverse again",
    "reverse reversed",
    "reverse unknown",
    "stands false",
    "stands true",
  ]);
});

function play(it: Step, ledger: Ledger, atMs: number): unknown {
  const { stream, index } = it;
  switch (it.kind) {
    case "post":
      return ledger.post(stream, index, index, it.amountMinor, atMs, it.isProtected);
    case "reverse":
      return ledger.reverse(stream, index, atMs);
    case "postedAtMs":
      return ledger.postedAtMs(stream, index);
    case "batchMinor":
      return ledger.batchMinor(index);
    case "has":
      return ledger.has(stream, index);
    default:
      return ledger.stands(stream, index);
  }
}

function compareEntries(reader: JournalReader, memory: MemoryLedger): void {
  let standingCount = 0;
  for (const stream of streams) {
    for (const index of indexes) {
      const entry = memory.take(stream, index);
      expect(reader.ledgerEntry(stream, index)).toEqual(entry);
      if (entry !== undefined && Number.isNaN(entry.reversedAtMs)) {
        standingCount += entry.postedCount;
      }
    }
  }
  const { debitMinor, creditMinor } = reader.trialBalance();
  expect(debitMinor).toBe(creditMinor);
  expect(reader.standing()).toEqual({ count: standingCount, amountMinor: creditMinor });
}
