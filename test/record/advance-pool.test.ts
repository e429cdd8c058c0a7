import { describe, expect, it } from "vitest";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { AdvancePool } from "../../src/record/advance-pool.ts";
import { fc } from "../support/property.ts";
import { activation } from "./activations.ts";

const never = Number.NaN;
const terms = { afterMs: 60_000, feeRatio: 0.02 };
const endMs = 200_000;
/** Each step of the pool is this long. [ms] */
const stepMs = endMs / 20_000;

/** Money that is spendable at an instant. */
const spendableAt = (spendableAtMs: number, change: Partial<ActivationRecord> = {}) =>
  activation({ spendableAtMs, ...change });
/** What its terminal gave up, and no ledger has. */
const failedAt = (endedMs: number, change: Partial<ActivationRecord> = {}) =>
  activation({
    ...{ creditCount: 0, creditedAtMs: never, spendableAtMs: never, postedAtMs: never },
    ...{ toldApproved: false, ending: "timedOut", endedMs, ...change },
  });

function poolOf(...all: readonly ActivationRecord[]): AdvancePool {
  const pool = new AdvancePool(terms, endMs);
  for (const it of all) pool.add(it);
  return pool;
}

describe("money is lent", () => {
  it.each([
    { why: "not to whose is there at once", it: spendableAt(80), count: 0 },
    { why: "not to whose is there just in time", it: spendableAt(60_000), count: 0 },
    { why: "to whose is there a moment later", it: spendableAt(60_000.001), count: 1 },
    { why: "to whose waits for a cut-off", it: spendableAt(90_000), count: 1 },
    { why: "to whose waits beyond the end of the run", it: spendableAt(86_400_000), count: 1 },
    { why: "not to who knows in time that it failed", it: failedAt(59_000), count: 0 },
    { why: "to who learns late that it failed", it: failedAt(61_000), count: 1 },
    { why: "to who never learns", it: failedAt(never), count: 1 },
    {
      why: "not to who was refused in time",
      it: failedAt(1_000, { ending: "answered", toldDeclined: true }),
      count: 0,
    },
    { why: "not for a false link", it: spendableAt(90_000, { isBad: true }), count: 0 },
    { why: "by when it was due", it: spendableAt(65_000, { plannedMs: 10_000 }), count: 0 },
  ])("$why", ({ it, count }) => {
    const pool = poolOf(it);
    expect([pool.count, pool.lentMinor]).toEqual([count, count * 8_600]);
    expect(pool.peak().minor).toBe(count * 8_600);
  });

  it("for a fee, in whole cents for each", () => {
    const late = [1_010, 1_020, 1_030].map((minor) => spendableAt(90_000, { amountMinor: minor }));
    expect(poolOf(...late).feesMinor).toBe(20 + 20 + 21);
  });

  it("and never returned where no credit stands and nobody gave up", () => {
    expect(poolOf(failedAt(never), spendableAt(90_000), failedAt(99_000)).outstandingMinor).toBe(
      8_600,
    );
  });
});

describe("the most that is lent at once", () => {
  it("is nothing where nothing is", () => {
    expect(poolOf(spendableAt(80)).peak()).toEqual({ minor: 0, atMs: null });
  });

  it("is what is lent at the same time, since when it is", () => {
    const pool = poolOf(
      spendableAt(80_000, { amountMinor: 100 }),
      spendableAt(100_000, { plannedMs: 10_000, amountMinor: 200 }),
      spendableAt(150_000, { plannedMs: 60_000, amountMinor: 250 }),
    );
    expect(pool.peak()).toEqual({ minor: 300, atMs: 70_000 });
  });

  it("counts a loan of a moment too", () => {
    expect(poolOf(spendableAt(60_000.5)).peak()).toEqual({ minor: 8_600, atMs: 60_000 });
  });

  it("counts what is returned after the end, or never, up to the end", () => {
    const pool = poolOf(spendableAt(1e9), failedAt(never, { plannedMs: 130_000 }));
    expect(pool.peak()).toEqual({ minor: 17_200, atMs: 190_000 });
  });
});

const loan = fc.record({
  plannedMs: fc.nat(100_000),
  waitMs: fc.integer({ min: 0, max: 150_000 }),
  amountMinor: fc.integer({ min: 1, max: 1_000 }),
});

// Goal: the peak is never below the truth, and above it by no more than one step can do. Method: the
// truth by a search over all instants at which a loan begins; the same with loans a step longer.
it("the peak is exact to one step, and never too low", () => {
  fc.assert(
    fc.property(fc.array(loan, { minLength: 1, maxLength: 40 }), (loans) => {
      const all = loans.map(({ plannedMs, waitMs, amountMinor }) => ({
        fromMs: plannedMs + terms.afterMs,
        toMs: plannedMs + waitMs,
        amountMinor,
        it: spendableAt(plannedMs + waitMs, { plannedMs, amountMinor }),
      }));
      const lent = all.filter(({ fromMs, toMs }) => toMs > fromMs);
      const peakWith = (slackMs: number) =>
        Math.max(
          0,
          ...lent.map(({ fromMs: atMs }) =>
            lent
              .filter(({ fromMs, toMs }) => fromMs <= atMs + slackMs && toMs + slackMs > atMs)
              .reduce((sum, { amountMinor }) => sum + amountMinor, 0),
          ),
        );
      const { minor } = poolOf(...all.map(({ it }) => it)).peak();
      expect(minor).toBeGreaterThanOrEqual(peakWith(0));
      expect(minor).toBeLessThanOrEqual(peakWith(stepMs));
    }),
  );
});
