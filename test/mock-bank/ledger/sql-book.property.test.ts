import { expect, it } from "vitest";
import { openJournals } from "../../../mock-bank/ledger/open-journals.ts";
import { MemoryBook, type OperatorBook } from "../../../src/chain/operator-book.ts";
import type { PaymentDetails } from "../../../src/chain/payment.ts";
import { bookStates } from "../../../src/domain/payment.ts";
import { JournalReader } from "../../../src/live/journal-store.ts";
import { fc } from "../../support/property.ts";
import { scratchFile } from "../../support/scratch-file.ts";

const indexes = [0, 1, 2, 3];
const batch = fc.integer({ min: -1, max: 2 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    index: fc.constantFrom(...indexes),
    replica: fc.nat({ max: 1 }),
    state: fc.constantFrom(...bookStates),
    batch,
  }),
  fc.record({
    kind: fc.constant("correct" as const),
    index: fc.constantFrom(...indexes),
    replica: fc.nat({ max: 1 }),
    batch,
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const payment = (index: number): PaymentDetails => {
  return { streamKey: -7, index, merchant: 10 + index, amountMinor: 2 ** index };
};

// Goal: nobody can tell the book in SQLite from the one in memory, and the total of a batch is that
// of what an upload of it would bring. Method: two replicas, each with a connection of its own, and a
// book in memory hear the same random writes and corrections; after each all questions are compared.
it("says what the book in memory says, whichever replica is asked", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 30 }), (steps) => {
      const file = scratchFile();
      const replicas = [openJournals(file, 1), openJournals(file, 2)];
      const reader = new JournalReader(file);
      const memory = new MemoryBook(true);
      steps.forEach((it, atMs) => {
        const said = play(it, memory, atMs);
        const replica = replicas[it.replica];
        expect(replica && play(it, replica.book, atMs)).toBe(said);
        replica?.commit(); // The other one's turn.
        const [one, other] = replicas.map(({ book }) => answersOf(book));
        expect(one).toEqual(answersOf(memory));
        expect(other).toEqual(one);
        reached.add(`${it.kind} ${said}`);
        for (const { sum } of one ?? []) reached.add(sum > 0 ? "a batch" : "no batch");
      });
      for (const index of indexes) {
        expect(reader.foundAtMs(-7, index)).toBe(memory.foundAtMs(-7, index));
        expect(reader.bookState(-7, index)).toBe(memory.take(-7, index));
      }
      for (const it of [...replicas, reader]) it.close();
    }),
    { numRuns: 60 },
  );
  expect([...reached].toSorted()).toEqual([
    "a batch",
    "correct false",
    "correct true",
    "no batch",
    "write undefined",
  ]);
});

function play(it: Step, book: OperatorBook, atMs: number): unknown {
  if (it.kind === "write") return book.write(payment(it.index), it.state, it.batch, atMs);
  return book.correct(payment(it.index), it.batch, atMs);
}

/** All that can be asked of a book, but in no order. */
function answersOf(book: OperatorBook) {
  return [0, 1, 2].map((batch) => {
    const [from, to] = [batch * 5, batch * 5 + 7];
    const all = book.toUpload(batch, from, to).toSorted((a, b) => a.index - b.index);
    const sum = book.totalMinor(batch);
    const settled = book.toUpload(batch, 0, 0).reduce((total, it) => total + it.amountMinor, 0);
    expect(sum).toBe(settled);
    return { all, sum, hasMore: [book.hasMore(batch, from), book.hasMore(batch, 1_000)] };
  });
}
