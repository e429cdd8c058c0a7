import { describe, expect, it } from "vitest";
import { decideParityVerdict } from "../../src/analysis/parity-verdict.ts";
import type { Parity } from "../../src/record/parity-result.ts";
import { brokenMoney, plainMoney } from "../support/sample-money.ts";
import { spreadOf, variantOf } from "./variant-result.ts";

const parity = (agrees: boolean): Parity => ({
  variant: "baseline",
  agrees,
  toleranceFactor: 1,
  jitterMeansMs: [],
  rows: [],
  edgesMs: [],
  excluded: [],
  curves: [],
  pairs: { stride: 1, pairedCount: 0, unpairedCount: 0, excludedCount: 0 },
});
const live = variantOf({
  sendLagMs: spreadOf(0.2),
  gates: [{ expression: "lost == 0", observed: 3, passed: false }],
});
const late = { ...live, sendLagMs: spreadOf(20) };
const money = brokenMoney(plainMoney(971, spreadOf(200), spreadOf(30)));
const twice = { ...live, integrity: { ...live.integrity, doubleCredited: 1 } };

describe("decideParityVerdict", () => {
  it.each([
    { why: "both worlds agree, whatever the gates say", of: {}, is: "pass" },
    { why: "they do not", of: { parity: [parity(true), parity(false)] }, is: "fail" },
    {
      why: "they do not, but the driver was late",
      of: { parity: [parity(false)], variants: [late] },
      is: "inconclusive",
    },
    { why: "a server was starved", of: { reasons: ["bank#1 was starved"] }, is: "inconclusive" },
    { why: "it was interrupted", of: { partial: true, parity: undefined }, is: "inconclusive" },
    { why: "both agree that money was credited twice", of: { variants: [twice] }, is: "pass" },
    { why: "both break an audit rule", of: { variants: [{ ...live, money }] }, is: "pass" },
  ])("$is when $why", ({ of, is }) => {
    const result = { partial: false, reasons: [], variants: [live], parity: [parity(true)], ...of };
    expect(decideParityVerdict({ mode: "live", ...result })).toBe(is);
  });
});
