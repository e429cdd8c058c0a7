import { describe, expect, it } from "vitest";
import { MemoryLedger } from "../../src/chain/ledger.ts";
import { MemoryBook } from "../../src/chain/operator-book.ts";

const paid = (index: number) => ({ streamKey: 7, index, merchant: index, amountMinor: 100 });
const everyMs = 1_000;

/** How many payments a book still has anything of: their activations are recorded. */
function keptOf(book: MemoryBook, count: number): number {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return indexes.filter((index) => book.take(7, index) !== undefined).length;
}

describe("a book in memory, of finished activations", () => {
  it("keeps nothing where nobody asks for batches", () => {
    const book = new MemoryBook();
    book.write(paid(0), "approved", 3, 10);
    expect([book.take(7, 0), book.take(7, 0)]).toEqual(["approved", undefined]);
    expect([book.totalMinor(3), book.toUpload(3, 0, 9_999), book.hasMore(0, 0)]).toEqual([
      ...[0, [], false],
    ]);
  });

  it("keeps a payment until its batch is closed, and what is open for one batch more", () => {
    const book = new MemoryBook(true);
    book.write(paid(0), "approved", 0, 10);
    book.write(paid(1), "unknown", -1, 20);
    book.write(paid(2), "declined", -1, 30);
    for (const index of [0, 1, 2]) book.take(7, index);
    expect(keptOf(book, 3), "a decline is forgotten at once").toBe(2);
    book.closed(0, 0);
    expect(keptOf(book, 3)).toBe(1);
    expect(book.isOpen(7, 1)).toBe(true);
    book.closed(1, everyMs);
    expect(keptOf(book, 3)).toBe(0);
  });

  it("tells of what is found after its activation was recorded, and of nothing else", () => {
    const book = new MemoryBook(true);
    const found: number[] = [];
    book.onFound = (_, index) => found.push(index);
    for (const index of [0, 1]) book.write(paid(index), "unknown", -1, 10);
    book.take(7, 0);
    for (const index of [0, 1]) expect(book.correct(paid(index), 0, 50)).toBe(true);
    expect(found).toEqual([0]);
    expect(book.foundAtMs(7, 1), "for the record to come").toBe(50);
    expect(book.take(7, 1), "the operator's own word").toBe("unknown");
    expect(book.totalMinor(0)).toBe(200);
  });

  it("adds nothing to a batch that is closed", () => {
    const book = new MemoryBook(true);
    book.closed(0, 0);
    book.write(paid(0), "approved", 0, 10);
    expect([book.totalMinor(0), book.hasMore(0, 9_999)]).toEqual([0, false]);
    book.take(7, 0);
    expect(keptOf(book, 1)).toBe(0);
  });
});

describe("a ledger in memory whose batches are reconciled", () => {
  it("answers for a finished activation until its batch is closed and nobody asks", () => {
    const ledger = new MemoryLedger({ every: everyMs, takes: 0 }, true);
    for (const index of [0, 1, 2]) ledger.post(7, index, 1, 100, index * 600, true);
    for (const index of [0, 1, 2]) ledger.take(7, index);
    ledger.forgetThrough(0, (_, index) => index === 1);
    expect([0, 1, 2].map((index) => ledger.stands(7, index))).toEqual([false, true, true]);
    expect([ledger.batchMinor(0), ledger.batchMinor(1)], "sums stay").toEqual([200, 100]);
    ledger.forgetThrough(1, () => false);
    expect([0, 1, 2].map((index) => ledger.stands(7, index))).toEqual([false, false, false]);
  });
});
