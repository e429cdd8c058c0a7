import { describe, expect, it } from "vitest";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { auditActivation, consistentAtMs, describeRecords } from "../../src/record/audit.ts";
import type { AuditRule } from "../../src/record/money-result.ts";
import { activation } from "./activations.ts";

const never = Number.NaN;
/** The ledger has nothing of it. */
const unposted = { postedAtMs: never, creditedAtMs: never, spendableAtMs: never, creditCount: 0 };
/** The ledger had it, and took it back. */
const reversed = { creditedAtMs: never, spendableAtMs: never, creditCount: 0, reversedAtMs: 90 };
const untold = { toldApproved: false, ending: "timedOut" } as const;

function brokenRules(change: Partial<ActivationRecord>): readonly AuditRule[] {
  const rules: AuditRule[] = [];
  auditActivation(activation(change), (rule) => rules.push(rule));
  return rules;
}

describe("the auditor", () => {
  it.each<{ why: string; change: Partial<ActivationRecord>; rules: readonly AuditRule[] }>([
    { why: "a credit that all know of", change: {}, rules: [] },
    { why: "two credits of one activation", change: { creditCount: 2 }, rules: ["twice"] },
    {
      why: "an approval that no ledger has",
      change: { ...unposted, book: undefined },
      rules: ["phantom"],
    },
    {
      why: "an approval that was taken back behind the terminal",
      change: reversed,
      rules: ["phantom"],
    },
    {
      why: "a credit for a false link",
      change: { isBad: true },
      rules: ["leaked"],
    },
    {
      why: "a false link that was turned away",
      change: {
        ...unposted,
        isBad: true,
        toldApproved: false,
        toldDeclined: true,
        book: undefined,
      },
      rules: [],
    },
    {
      why: "a false link whose credit was taken back",
      change: { ...reversed, ...untold, isBad: true },
      rules: [],
    },
    {
      why: "a payment that the terminal took back, and that stands",
      change: { ...untold, reversal: "acknowledged" },
      rules: ["oneSided"],
    },
    {
      why: "a payment whose reversal was deleted, and that stands",
      change: { ...untold, reversal: "deleted" },
      rules: ["oneSided"],
    },
    {
      why: "a payment that stands while people still have to settle it",
      change: { ...untold, reversal: "listed" },
      rules: [],
    },
    {
      why: "a payment that stands while its reversal is under way",
      change: { ...untold, reversal: "pending" },
      rules: [],
    },
    {
      why: "a payment that was taken back on both sides",
      change: { ...reversed, ...untold, reversal: "acknowledged" },
      rules: [],
    },
    {
      why: "a payment that the operator has as approved, and no ledger has",
      change: { ...unposted, ...untold },
      rules: ["bookWithoutLedger"],
    },
    {
      why: "a payment that the operator does not know of, and no ledger has",
      change: { ...unposted, ...untold, book: "unknown" },
      rules: [],
    },
    {
      why: "a payment that the operator only stored, and that was never delivered",
      change: { ...unposted, ...untold, book: "stored" },
      rules: [],
    },
    {
      why: "an approval of what posts nothing",
      change: { ...unposted, posts: false, creditedAtMs: 80, spendableAtMs: 80 },
      rules: [],
    },
    {
      why: "an approval of what posts nothing, for a false link",
      change: { ...unposted, posts: false, creditedAtMs: 80, isBad: true },
      rules: ["leaked"],
    },
    {
      why: "several at once",
      change: { creditCount: 2, isBad: true, ...untold, reversal: "acknowledged" },
      rules: ["twice", "leaked", "oneSided"],
    },
  ])("finds in $why: $rules", ({ change, rules }) => {
    expect(brokenRules(change)).toEqual(rules);
  });
});

describe("all say the same", () => {
  it.each([
    { why: "when the terminal is told", change: {}, atMs: 100 },
    { why: "when it is posted, if that comes later", change: { postedAtMs: 150 }, atMs: 150 },
    {
      why: "when a notice is heard, if nobody was told",
      change: { ...untold, heardAtMs: 900 },
      atMs: 900,
    },
    { why: "when the first of both is heard", change: { heardAtMs: 90 }, atMs: 90 },
    {
      why: "when a batch settles it, if nobody was told",
      change: { ...untold, batchAtMs: 60_000 },
      atMs: 60_000,
    },
    { why: "when it is taken back", change: { ...untold, reversedAtMs: 5_000 }, atMs: 5_000 },
    { why: "never, where nobody was told", change: untold, atMs: never },
  ])("$why", ({ change, atMs }) => {
    expect(consistentAtMs(activation(change))).toBe(atMs);
  });
});

describe("what each side says", () => {
  it.each<{ change: Partial<ActivationRecord>; says: string }>([
    {
      change: { plannedMs: 20 },
      says: "planned at 0.020 s; terminal: approved at 0.100 s; operator: approved; ledger: posted at 0.080 s",
    },
    {
      change: { ...unposted, toldApproved: false, toldDeclined: true, book: "declined" },
      says: "planned at 0.000 s; terminal: declined at 0.100 s; operator: declined; ledger: nothing",
    },
    {
      change: { ...reversed, ...untold, reversal: "acknowledged", endedMs: 85, book: undefined },
      says: "planned at 0.000 s; terminal: timed out at 0.085 s, reversal acknowledged; operator: nothing; ledger: posted at 0.080 s, taken back at 0.090 s",
    },
    {
      change: { ...untold, ending: "unfinished", endedMs: never, creditCount: 3 },
      says: "planned at 0.000 s; terminal: still waiting; operator: approved; ledger: posted at 0.080 s, 3 credits stand",
    },
  ])("is one line: $says", ({ change, says }) => {
    expect(describeRecords(activation(change))).toBe(says);
  });
});
