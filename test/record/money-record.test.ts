import { describe, expect, it } from "vitest";
import type { Closing } from "../../src/domain/closing.ts";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { MoneyRecord } from "../../src/record/money-record.ts";
import { auditRuleNames, Money } from "../../src/record/money-result.ts";
import { activation } from "./activations.ts";

const never = Number.NaN;
const endMs = 100_000;
const unposted = { postedAtMs: never, creditedAtMs: never, spendableAtMs: never, creditCount: 0 };
const reversed = { creditedAtMs: never, spendableAtMs: never, creditCount: 0, reversedAtMs: 90 };
const untold = { toldApproved: false, ending: "timedOut" } as const;

function recordOf(...changes: readonly Partial<ActivationRecord>[]): MoneyRecord {
  const record = new MoneyRecord({ advance: null, endMs });
  for (const change of changes) record.add(activation(change));
  return record;
}

const nothing = recordOf().toMoney();

describe("the books", () => {
  it("are empty at first, and fit their schema", () => {
    expect(Money.parse(nothing)).toEqual(nothing);
    expect(nothing).toMatchObject({ postedCount: 0, operatorMinor: 0, examples: [] });
    expect(Object.keys(nothing.violations).sort()).toEqual([...auditRuleNames].sort());
    expect("advance" in nothing).toBe(false);
  });

  it.each<{ why: string; change: Partial<ActivationRecord>; counts: object }>([
    {
      why: "a credit that all know of",
      change: {},
      counts: {
        ...{ postedCount: 1, postedMinor: 8_600, operatorCount: 1, operatorMinor: 8_600 },
        ...{ reversedCount: 0, reconciledCount: 0, heardCount: 0, inconsistentCount: 0 },
      },
    },
    {
      why: "a credit that was taken back",
      change: { ...reversed, ...untold, reversal: "acknowledged", book: "unknown" },
      counts: {
        ...{ postedCount: 1, reversedCount: 1, reversedMinor: 8_600, barredCount: 0 },
        ...{ operatorCount: 0, reconciledCount: 0, pendingCount: 0, inconsistentCount: 0 },
        reversals: { pending: 0, acknowledged: 1, listed: 0, deleted: 0 },
      },
    },
    {
      why: "a payment that was barred before it came",
      change: {
        ...unposted,
        ...untold,
        reversal: "acknowledged",
        reversedAtMs: 90,
        book: "unknown",
      },
      counts: { postedCount: 0, barredCount: 1, reversedCount: 0 },
    },
    {
      why: "a credit that the operator did not know of until settlement",
      change: { ...untold, book: "unknown", batchAtMs: 60_000 },
      counts: {
        ...{ operatorCount: 0, reconciledCount: 1, reconciledMinor: 8_600, unmatchedCount: 0 },
        inconsistentCount: 0,
      },
    },
    {
      why: "a credit that the operator did not know of, and no settlement finds",
      change: { ...untold, book: undefined },
      counts: { operatorCount: 0, reconciledCount: 0, unmatchedCount: 1, inconsistentCount: 1 },
    },
    {
      why: "a payment that the operator stored",
      change: { book: "stored" },
      counts: { operatorCount: 1, reconciledCount: 0 },
    },
    {
      why: "a credit of which a notice told",
      change: { ...untold, heardAtMs: 500 },
      counts: { heardCount: 1, inconsistentCount: 0 },
    },
    {
      why: "a credit whose reversal is left for people",
      change: { ...untold, reversal: "listed" },
      counts: {
        pendingCount: 1,
        reversals: { pending: 0, acknowledged: 0, listed: 1, deleted: 0 },
      },
    },
    {
      why: "a reversal that is left for people, and nothing stands",
      change: { ...unposted, ...untold, reversal: "listed", book: "unknown" },
      counts: { pendingCount: 0, postedCount: 0 },
    },
    {
      why: "nothing of what posts nothing",
      change: { ...unposted, posts: false },
      counts: nothing,
    },
  ])("say of $why what each side has", ({ change, counts }) => {
    expect(recordOf(change).toMoney()).toMatchObject(counts);
  });

  it("measure from the plan to spendable money, and from the posting to one word of all", () => {
    const it = { plannedMs: 20, postedAtMs: 80, spendableAtMs: 5_020, endedMs: 1_080 };
    const money = recordOf(it).toMoney();
    expect(money.spendableMs).toMatchObject({ count: 1, mean: 5_000 });
    expect(money.consistentMs).toMatchObject({ count: 1, mean: 1_000 });
  });

  it("say when money is spendable only of credits that stand", () => {
    expect(recordOf({ ...reversed, ...untold }).toMoney().spendableMs.count).toBe(0);
  });
});

describe("a batch of the settlement", () => {
  it("holds what the ledger has, and of that what the operator knows of", () => {
    const { batches } = recordOf(
      { batchAtMs: 2_000, amountMinor: 10 },
      { batchAtMs: 1_000, amountMinor: 20, book: "stored" },
      { batchAtMs: 2_000, amountMinor: 40, book: "unknown" },
      { amountMinor: 80 },
    ).toMoney();
    expect(batches).toEqual([
      { atMs: 1_000, bankCount: 1, bankMinor: 20, operatorCount: 1, operatorMinor: 20 },
      { atMs: 2_000, bankCount: 2, bankMinor: 50, operatorCount: 1, operatorMinor: 10 },
    ]);
  });

  it("takes up all that comes after the thousandth", () => {
    const changes = Array.from({ length: 1_005 }, (_, i) => ({ batchAtMs: i, amountMinor: 1 }));
    const { batches } = recordOf(...changes).toMoney();
    expect(batches).toHaveLength(1_000);
    expect(batches.at(-1)).toMatchObject({ atMs: 999, bankCount: 6, operatorMinor: 6 });
  });
});

describe("what the auditor finds", () => {
  it("is counted, and named by stream and number", () => {
    const record = new MoneyRecord({ advance: null, endMs });
    record.nameOf = (streamKey) => (streamKey === 7 ? "taps" : "?");
    record.add(activation({ streamKey: 7, index: 12, creditCount: 2, plannedMs: 5 }));
    const { violations, examples } = record.toMoney();
    expect(violations).toEqual({ ...nothing.violations, twice: 1 });
    expect(examples).toMatchObject([
      { rule: "twice", activation: "taps#12", plannedMs: 5, amountMinor: 8_600 },
    ]);
    expect(examples[0]?.what).toContain("2 credits stand");
  });

  it("is all counted, and the first three of each rule are named", () => {
    const twice = Array.from({ length: 9 }, (_, index) => ({ index, creditCount: 2 }));
    const { violations, examples } = recordOf(...twice, { index: 9, isBad: true }).toMoney();
    expect(violations).toMatchObject({ twice: 9, leaked: 1 });
    expect(examples.map((it) => `${it.rule} ${it.activation}`)).toEqual([
      ...["twice 0#0", "twice 0#1", "twice 0#2", "leaked 0#9"],
    ]);
  });

  it("may concern the books as a whole", () => {
    const record = recordOf();
    record.broken("unbalanced", "debits 5, credits 6");
    const { violations, examples } = record.toMoney();
    expect(violations.unbalanced).toBe(1);
    expect(examples).toMatchObject([{ rule: "unbalanced", what: "debits 5, credits 6" }]);
  });

  it("is a loan that is never returned, too", () => {
    const record = new MoneyRecord({ advance: { afterMs: 10, feeRatio: 0.5 }, endMs });
    record.add(activation({ ...unposted, ...untold, endedMs: never, book: undefined }));
    const money = record.toMoney();
    expect(money.advance).toEqual({
      ...{ count: 1, minor: 8_600, feesMinor: 4_300, outstandingMinor: 8_600 },
      ...{ peakMinor: 8_600, peakAtMs: 10 },
    });
    expect(money.violations).toEqual({ ...nothing.violations, advanceOpen: 1 });
  });
});

describe("the closings of batches", () => {
  const closing: Closing = {
    ...{ batch: 0, state: "agreed", totalMinor: 8_600, totalsSentAtMs: 65_000, closedAtMs: 65_100 },
    ...{ uploadedCount: 0, foundCount: 0, foundMinor: 0 },
  };
  const uploaded: Closing = {
    ...closing,
    ...{ state: "agreedAfterUpload", uploadedCount: 3, foundCount: 1, foundMinor: 8_600 },
  };
  const unheard = { ...untold, book: "unknown", batchAtMs: 61_000, isReconciled: true } as const;

  it.each<{ why: string; change: Partial<ActivationRecord>; counts: object }>([
    {
      why: "a credit that no upload found is matched by nothing",
      change: unheard,
      counts: { reconciledCount: 0, unmatchedCount: 1, unmatchedMinor: 8_600 },
    },
    {
      why: "a credit that was found while its activation went on",
      change: { ...unheard, foundAtMs: 65_050 },
      counts: { reconciledCount: 1, reconciledMinor: 8_600, unmatchedCount: 0 },
    },
    {
      why: "what was found and then taken back does not stand",
      change: { ...unheard, ...reversed, foundAtMs: 65_050, batchAtMs: never, isReconciled: false },
      counts: { reconciledCount: 0, unmatchedCount: 0, reversedCount: 1 },
    },
    {
      why: "what the operator knew by itself was not found",
      change: { ...unheard, book: "approved", foundAtMs: 65_050 },
      counts: { reconciledCount: 0, operatorCount: 1, unmatchedCount: 0 },
    },
  ])("$why", ({ change, counts }) => {
    expect(recordOf(change).toMoney()).toMatchObject(counts);
  });

  it("find credits of activations that are recorded already, each once", () => {
    const record = recordOf({ ...unheard, index: 4 }, { ...unheard, index: 5 }, { index: 6 });
    for (const index of [4, 4, 6, 7]) record.found(0, index);
    const counts = { reconciledCount: 1, reconciledMinor: 8_600, unmatchedCount: 1 };
    expect(record.toMoney()).toMatchObject({ ...counts, unmatchedMinor: 8_600, operatorCount: 1 });
  });

  it("stand beside their batches, and fit the schema", () => {
    const record = recordOf(unheard);
    record.closed(61_000, uploaded);
    const money = record.toMoney();
    const { batch: _, totalMinor: __, ...shown } = uploaded;
    expect(money.batches).toEqual([expect.objectContaining({ bankCount: 1, closing: shown })]);
    expect(Money.parse(money)).toEqual(money);
  });

  it("come through from another thread", () => {
    const record = recordOf(unheard);
    record.closed(61_000, uploaded);
    const wire = structuredClone(record.toWire());
    const travelled = MoneyRecord.fromWire(wire, { advance: null, endMs });
    expect(travelled.toMoney()).toEqual(record.toMoney());
  });

  it.each([
    { why: "nothing on either side is not told of", change: { totalMinor: 0 }, count: 0 },
    { why: "what the operator alone has is", change: {}, count: 1 },
    {
      why: "and a bank that did not answer",
      change: { totalMinor: 0, state: "unanswered", closedAtMs: null } as const,
      count: 1,
    },
  ])("of a batch of which the bank has nothing: $why", ({ change, count }) => {
    const record = recordOf();
    record.closed(61_000, { ...closing, ...change });
    expect(record.toMoney().batches).toHaveLength(count);
  });

  it("of several runs are the worst state, the latest instants and all counts", () => {
    const total = recordOf();
    const differs: Closing = { ...uploaded, state: "differs", closedAtMs: 70_000 };
    const unanswered: Closing = { ...closing, state: "unanswered", closedAtMs: null };
    for (const it of [uploaded, differs, unanswered, closing]) {
      const run = recordOf();
      run.closed(61_000, it);
      total.merge(run);
    }
    total.merge(recordOf()); // That run ended before.
    expect(total.toMoney().batches.map((it) => it.closing)).toEqual([
      {
        ...{ state: "unanswered", totalsSentAtMs: 65_000, closedAtMs: 70_000 },
        ...{ uploadedCount: 6, foundCount: 2, foundMinor: 17_200 },
      },
    ]);
  });
});
