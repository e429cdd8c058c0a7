import { describe, expect, it } from "vitest";
import {
  brokenRules,
  decideVerdict,
  distrustReasons,
  sendLagLimitMs,
} from "../../src/analysis/verdict.ts";
import { brokenMoney, plainMoney } from "../support/sample-money.ts";
import { noSpread, spreadOf, variantOf } from "./variant-result.ts";

const accounting = { answered: 900, timedOut: 0, failed: 0, unsent: 100, unfinished: 0 };
const passing = { expression: "lost < 10", observed: 3, passed: true };
const failing = { expression: "lost < 1", observed: 3, passed: false };

const good = variantOf({ sendLagMs: spreadOf(0.05), gates: [passing] });
const bad = variantOf({ name: "bad", sendLagMs: spreadOf(0.05), gates: [passing, failing] });
const doubled = { doubleCredited: 1, phantom: 0, missing: 0, leaked: 0 };
const plain = plainMoney(971, spreadOf(200), spreadOf(30));
const broken = brokenMoney(plain);
const unclosed = { ...plain, violations: { ...plain.violations, advanceOpen: 1 } };
const atLimit = variantOf({ sendLagMs: { ...spreadOf(1), p99: sendLagLimitMs } });
const late = variantOf({ sendLagMs: { ...spreadOf(1), p99: sendLagLimitMs + 1 } });

describe("decideVerdict", () => {
  it.each([
    { why: "every gate passed", variants: [good], verdict: "pass" },
    { why: "there was nothing to judge", variants: [{ ...good, gates: [] }], verdict: "pass" },
    { why: "one gate of one variant failed", variants: [good, bad], verdict: "fail" },
    {
      why: "a reason is known",
      variants: [good],
      reasons: ["a bank died"],
      verdict: "inconclusive",
    },
    { why: "half a run passed", variants: [good], partial: true, verdict: "inconclusive" },
    { why: "half a run failed", variants: [bad], partial: true, verdict: "inconclusive" },
    { why: "the driver was late", variants: [late], verdict: "inconclusive" },
    { why: "a late driver's gate failed", variants: [late, bad], verdict: "inconclusive" },
    { why: "the lag is at the limit", variants: [atLimit], verdict: "pass" },
    { why: "some were not sent", variants: [{ ...good, accounting }], verdict: "inconclusive" },
    { why: "money came twice", variants: [{ ...good, integrity: doubled }], verdict: "fail" },
    { why: "the books are right", variants: [{ ...good, money: plain }], verdict: "pass" },
    { why: "a rule was broken", variants: [{ ...good, money: broken }], verdict: "fail" },
    { why: "an advance is open", variants: [{ ...good, money: unclosed }], verdict: "fail" },
    {
      why: "a rule was broken in half a run",
      variants: [{ ...good, money: broken }],
      partial: true,
      verdict: "fail",
    },
    {
      why: "money came twice in half a run of a late driver",
      variants: [{ ...late, integrity: doubled }],
      reasons: ["a bank died"],
      partial: true,
      verdict: "fail",
    },
  ])("$verdict: $why", ({ variants, reasons = [], partial = false, verdict }) => {
    expect(decideVerdict({ mode: "live", partial, reasons, variants })).toBe(verdict);
  });

  it("asks no send lag of a simulation", () => {
    const simulated = variantOf({ sendLagMs: noSpread, gates: [passing] });
    const run = { partial: false, reasons: [], variants: [simulated] };
    expect(decideVerdict({ mode: "simulated", ...run })).toBe("pass");
    expect(decideVerdict({ mode: "live", ...run })).toBe("inconclusive");
  });
});

describe("brokenRules", () => {
  it("are those of the auditor that are above 0, with an example where there is one", () => {
    const found = brokenRules(variantOf({ money: broken }));
    expect(found.map(({ rule, count, example }) => [rule, count, example?.activation])).toEqual([
      ["twice", 2, undefined],
      ["oneSided", 1, "pos#12"],
      ["unbalanced", 1, "–"],
    ]);
  });

  it("leave out what is counted as integrity", () => {
    const integrity = { ...doubled, doubleCredited: 2 };
    const found = brokenRules(variantOf({ money: broken, integrity }));
    expect(found.map(({ rule }) => rule)).toEqual(["oneSided", "unbalanced"]);
  });

  it("are none where nothing posts", () => {
    expect(brokenRules(variantOf())).toEqual([]);
  });
});

describe("distrustReasons", () => {
  it("names the variant, the lag and the limit", () => {
    expect(distrustReasons({ mode: "live", variants: [good, late] })).toEqual([
      "baseline: the driver sent too late: p99 of the send lag 11ms, limit 10ms",
    ]);
  });

  it("says how many were never sent", () => {
    expect(distrustReasons({ mode: "live", variants: [{ ...good, accounting }] })).toEqual([
      "baseline: 100 of 1000 activations were never sent",
    ]);
  });

  it("does not ask the lag of a run that sent nothing", () => {
    const nothing = { answered: 0, timedOut: 0, failed: 0, unsent: 1_000, unfinished: 0 };
    const variants = [variantOf({ accounting: nothing })];
    expect(distrustReasons({ mode: "live", variants })).toHaveLength(1);
  });
});
