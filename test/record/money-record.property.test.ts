import { expect, it } from "vitest";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { MoneyRecord } from "../../src/record/money-record.ts";
import { auditRuleNames, type Money } from "../../src/record/money-result.ts";
import { fc } from "../support/property.ts";
import { anyActivation } from "./activations.ts";

const endMs = 300_000;
const advance = { afterMs: 20_000, feeRatio: 0.01 };
/** Some of those that stand are settled in batches, a minute apart. */
const settled = fc.tuple(anyActivation, fc.boolean()).map(([it, isBatched]): ActivationRecord => {
  const batchAtMs = Math.ceil(it.spendableAtMs / 60_000) * 60_000;
  return isBatched && it.creditCount > 0 ? { ...it, batchAtMs } : it;
});
const someActivations = fc.array(settled, { maxLength: 30 });

function recordOf(all: readonly ActivationRecord[], terms: typeof advance | null): MoneyRecord {
  const record = new MoneyRecord({ advance: terms, endMs });
  for (const it of all) record.add(it);
  return record;
}

/** As runs are added up: into an empty record, one after the other. */
function merged(runs: readonly (readonly ActivationRecord[])[], terms: typeof advance | null) {
  const total = recordOf([], terms);
  for (const run of runs) total.merge(recordOf(run, terms));
  return total;
}

const runs = fc.array(someActivations, { minLength: 1, maxLength: 4 });

// Goal: the books of several runs are those of one record of all. Method: any activations, in one
// record and in several that are merged.
it("books that are merged are one record of all of them", () => {
  const broken = new Set<string>();
  fc.assert(
    fc.property(runs, (all) => {
      const money = merged(all, null).toMoney();
      expect(money).toEqual(recordOf(all.flat(), null).toMoney());
      for (const rule of auditRuleNames) if (money.violations[rule] > 0) broken.add(rule);
    }),
  );
  expect([...broken].sort()).toEqual([
    "bookWithoutLedger",
    "leaked",
    "oneSided",
    "phantom",
    "twice",
  ]);
});

// Goal: loans of several runs add up, but the peak is that of one run: each has a pool of its own.
// Method: as above, beside the records of the single runs.
it("loans that are merged add up, and their peak is the greatest of one run", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(runs, (all) => {
      const money = merged(all, advance).toMoney().advance;
      const whole = recordOf(all.flat(), advance).toMoney().advance;
      const single = all.map((run) => recordOf(run, advance).toMoney().advance);
      expect(loans(money)).toEqual(loans(whole));
      const peak = single.reduce<Money["advance"]>((a, b) => {
        return (b?.peakMinor ?? 0) > (a?.peakMinor ?? 0) ? b : a;
      }, undefined);
      expect(money?.peakMinor).toBe(peak?.peakMinor ?? 0);
      expect(money?.peakAtMs).toBe(peak?.peakAtMs ?? null);
      reached.add((money?.outstandingMinor ?? 0) > 0 ? "open" : "returned");
      reached.add((whole?.peakMinor ?? 0) > (money?.peakMinor ?? 0) ? "higher" : "as high");
    }),
  );
  expect(reached).toEqual(new Set(["open", "returned", "higher", "as high"]));
});

function loans(it: Money["advance"]) {
  const { count, minor, feesMinor, outstandingMinor } = it ?? {};
  return { count, minor, feesMinor, outstandingMinor };
}

// Goal: what is added to a record after a merge counts as well as before it. Method: both orders.
it("a record goes on after a merge", () => {
  fc.assert(
    fc.property(someActivations, someActivations, (own, others) => {
      const record = recordOf([], null);
      record.merge(recordOf(others, null));
      for (const it of own) record.add(it);
      expect(record.toMoney()).toEqual(recordOf([...others, ...own], null).toMoney());
    }),
  );
});
