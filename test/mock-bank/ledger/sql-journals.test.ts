import { describe, expect, it } from "vitest";
import { MemoryNotices, MemoryUsedLinks, usedBeforeStream } from "../../../src/chain/journals.ts";
import { MemoryBook } from "../../../src/chain/operator-book.ts";
import type { Closing } from "../../../src/domain/closing.ts";
import type { BookState } from "../../../src/domain/payment.ts";
import { scratchFile } from "../../support/scratch-file.ts";
import { openedJournals, openedReader } from "./opened.ts";

describe("SqlBook", () => {
  const cases: { why: string; writes: BookState[]; reads: BookState | undefined }[] = [
    { why: "nothing is known of what was not written", writes: [], reads: undefined },
    { why: "an open question is written down", writes: ["unknown"], reads: "unknown" },
    { why: "an answer closes a question", writes: ["unknown", "declined"], reads: "declined" },
    {
      why: "a later question does not open it again",
      writes: ["approved", "unknown"],
      reads: "approved",
    },
    { why: "what was stored is delivered", writes: ["stored", "approved"], reads: "approved" },
    { why: "the last answer counts", writes: ["approved", "declined"], reads: "declined" },
    { why: "what is taken back stays so", writes: ["reversed", "approved"], reads: "reversed" },
    { why: "an approved one is taken back", writes: ["approved", "reversed"], reads: "reversed" },
  ];
  it.each(cases)("writes as the book in memory: $why", ({ writes, reads }) => {
    const file = scratchFile();
    const { book } = openedJournals(file);
    const memory = new MemoryBook();
    const payment = { streamKey: 1, index: 2, merchant: 3, amountMinor: 500 };
    for (const state of writes) {
      book.write(payment, state, -1, 7);
      memory.write(payment, state, -1, 7);
    }
    expect(memory.take(1, 2)).toBe(reads);
    expect(openedReader(file).bookState(1, 2)).toBe(reads);
    expect(openedReader(file).bookState(2, 1)).toBe(undefined);
  });
});

describe("SqlNotices", () => {
  it("keeps the first time that a notice was heard", () => {
    const file = scratchFile();
    const [first, second] = [openedJournals(file, 1).notices, openedJournals(file, 2).notices];
    const memory = new MemoryNotices();
    first.hear(1, 2, 10.25);
    second.hear(1, 2, 5);
    memory.hear(1, 2, 10.25);
    memory.hear(1, 2, 5);
    const reader = openedReader(file);
    expect([reader.heardAtMs(1, 2), memory.take(1, 2)]).toEqual([10.25, 10.25]);
    expect([reader.heardAtMs(2, 1), memory.take(2, 1)]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("SqlUsedLinks", () => {
  const cases = [
    {
      why: "a link is used by one activation",
      nonce: [1, 2],
      by: [
        [1, 2],
        [3, 4],
      ],
      says: [true, false],
    },
    {
      why: "who used it may ask again",
      nonce: [1, 2],
      by: [
        [1, 2],
        [1, 2],
      ],
      says: [true, true],
    },
    {
      why: "a stream differs",
      nonce: [1, 2],
      by: [
        [3, 4],
        [5, 4],
      ],
      says: [true, false],
    },
    {
      why: "a number differs",
      nonce: [1, 2],
      by: [
        [3, 4],
        [3, 5],
      ],
      says: [true, false],
    },
    {
      why: "an old link is used already",
      nonce: [usedBeforeStream, 0],
      by: [
        [1, 2],
        [1, 2],
      ],
      says: [false, false],
    },
  ] as const;
  it.each(cases)("answers as those in memory: $why", ({ nonce: [stream, index], by, says }) => {
    const file = scratchFile();
    const memory = new MemoryUsedLinks();
    expect(by.map(([by, number]) => memory.use(stream, index, by, number))).toEqual(says);
    // Each asks another replica.
    expect(
      by.map(([by, number], i) =>
        openedJournals(file, i + 1).usedLinks.use(stream, index, by, number),
      ),
    ).toEqual(says);
  });
});

describe("SqlClosings", () => {
  const closing: Closing = {
    ...{ batch: 0, state: "agreed", totalMinor: 500, totalsSentAtMs: 65.5, closedAtMs: 66.25 },
    ...{ uploadedCount: 0, foundCount: 0, foundMinor: 0 },
  };

  it("are there for the process that comes next, as they were written", () => {
    const file = scratchFile();
    const before = openedJournals(file);
    expect(before.closings.next()).toBe(0);
    const unanswered: Closing = { ...closing, batch: 1, state: "unanswered", closedAtMs: null };
    for (const it of [closing, unanswered]) before.closings.write(it);
    expect(openedJournals(file, 2).closings.next()).toBe(2);
    expect(openedReader(file).closings()).toEqual([closing, unanswered]);
  });

  it("are written once for each batch", () => {
    const { closings } = openedJournals(scratchFile());
    closings.write(closing);
    expect(() => closings.write(closing)).toThrow("UNIQUE");
  });
});
