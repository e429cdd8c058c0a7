import type { Money } from "../../src/record/money-result.ts";
import type { Spread } from "../../src/record/result.ts";

/** The books of made-up results. Each activation is of 8.64. */

/** Books in which all that was posted stands, is known to all, and was spendable at once. */
export function plainMoney(count: number, spendableMs: Spread, consistentMs: Spread): Money {
  return {
    postedCount: count,
    postedMinor: 864 * count,
    reversedCount: 0,
    reversedMinor: 0,
    barredCount: 0,
    operatorCount: count,
    operatorMinor: 864 * count,
    reconciledCount: 0,
    reconciledMinor: 0,
    unmatchedCount: 0,
    unmatchedMinor: 0,
    batches: [],
    heardCount: 0,
    reversals: { pending: 0, acknowledged: 0, listed: 0, deleted: 0 },
    pendingCount: 0,
    spendableMs,
    consistentMs,
    inconsistentCount: 0,
    violations: {
      twice: 0,
      phantom: 0,
      leaked: 0,
      oneSided: 0,
      bookWithoutLedger: 0,
      unbalanced: 0,
      advanceOpen: 0,
    },
    examples: [],
  };
}

/** The same, right: settled in batches, with notices, reversals of every state, and advances. */
export function settledMoney(plain: Money, spendableMs: Spread): Money {
  return {
    ...plain,
    reversedCount: 241,
    reversedMinor: 208_224,
    barredCount: 745,
    operatorCount: plain.operatorCount - 383,
    operatorMinor: plain.operatorMinor - 330_912,
    reconciledCount: 145,
    reconciledMinor: 125_280,
    batches: [batch(60_000, 4_100, 0), batch(120_000, 5_210, 140), batch(242_000, 3_008, 5)],
    heardCount: plain.postedCount - 241 - 7,
    reversals: { pending: 1, acknowledged: 981, listed: 4, deleted: 0 },
    pendingCount: 3,
    inconsistentCount: 3,
    spendableMs,
    advance: {
      count: 5_216,
      minor: 44_730_237,
      feesMinor: 44_632,
      peakMinor: 23_325_797,
      peakAtMs: 121_995,
      outstandingMinor: 0,
    },
  };
}

/** The same, with broken rules: two that are known as integrity too, two that are not. */
export function brokenMoney(plain: Money): Money {
  return {
    ...plain,
    violations: { ...plain.violations, twice: 2, oneSided: 1, unbalanced: 1 },
    examples: [
      {
        rule: "oneSided",
        activation: "pos#12",
        plannedMs: 2_345.6,
        amountMinor: 123_456,
        what: "planned at 2.346 s; terminal: timedOut at 8.351 s, reversal deleted; operator: unknown; ledger: posted at 3.012 s",
      },
      {
        rule: "unbalanced",
        activation: "–",
        plannedMs: 0,
        amountMinor: 0,
        what: "bank: debits 1,000, credits 1,001",
      },
    ],
  };
}

/** Of the credits, `unknownCount` were in no book of the operator. */
function batch(atMs: number, bankCount: number, unknownCount: number): Money["batches"][number] {
  const operatorCount = bankCount - unknownCount;
  return {
    ...{ atMs, bankCount, bankMinor: 864 * bankCount },
    ...{ operatorCount, operatorMinor: 864 * operatorCount },
  };
}
