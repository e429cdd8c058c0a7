import { describe, expect, it } from "vitest";
import { evaluateGates } from "../../src/analysis/gates.ts";
import type { VariantResult } from "../../src/record/result.ts";
import { parseGate } from "../../src/scenario/gate-expression.ts";
import { gateFigures, gateTimes } from "../../src/scenario/gate-figures.ts";
import { brokenMoney, plainMoney, settledMoney } from "../support/sample-money.ts";
import { noSpread, spreadOf, stationOf, variantOf } from "./variant-result.ts";

function judge(text: string, variant: VariantResult = variantOf()) {
  const parsed = parseGate(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.what}`);
  const [result] = evaluateGates([parsed.gate], variant);
  return result;
}

const plain = plainMoney(900, spreadOf(250), spreadOf(30));
const settled = settledMoney(plain, spreadOf(60_000));
const broken = brokenMoney(plain);

const integrity = { doubleCredited: 1, phantom: 2, missing: 3, leaked: 4 };

describe("evaluateGates", () => {
  it.each([
    { text: "planned >= 1000", observed: 1_000, passed: true },
    { text: "answered > 980", observed: 980, passed: false },
    { text: "timed_out < 10", observed: 9, passed: true },
    { text: "failed != 6", observed: 6, passed: false },
    { text: "unsent == 0", observed: 0, passed: true },
    { text: "unfinished <= 5", observed: 5, passed: true },
    { text: "credited > 959", observed: 960, passed: true },
    { text: "late == 8", observed: 8, passed: true },
    { text: "declined < 25", observed: 25, passed: false },
    { text: "blocked < 5", observed: 4, passed: true },
    { text: "lost < 3", observed: 3, passed: false },
    { text: "uncredited_rate < 1%", observed: 11 / 971, passed: false },
    { text: "uncredited_rate < 2%", observed: 11 / 971, passed: true },
    { text: "unnotified == 14", observed: 14, passed: true },
    { text: "attempts <= 1100", observed: 1_100, passed: true },
    { text: "mean(latency) < 1s", observed: 200, passed: true },
    { text: "p50(time_to_credit) < 200ms", observed: 200, passed: false },
    { text: "p90(service_time) <= 450ms", observed: 450, passed: true },
    { text: "p99(time_to_credit) < 5s", observed: 2_000, passed: true },
    { text: "p999(latency) < 2s", observed: 2_000, passed: false },
    { text: "max(latency) <= 4s", observed: 4_000, passed: true },
    { text: "utilisation(bank.risk) < 80%", observed: 0.75, passed: true },
    { text: "blocked_share(bank.risk) == 0%", observed: 0, passed: true },
    { text: "queue_mean(bank.risk) < 2.5", observed: 2.5, passed: false },
    { text: "queue_max(bank.risk) < 20", observed: 12, passed: true },
    { text: "arrivals(bank.risk) > 0", observed: 1_000, passed: true },
    { text: "completions(bank.risk) > 0", observed: 990, passed: true },
    { text: "dropped(bank.risk) == 0", observed: 7, passed: false },
    { text: "faulted(bank.risk) == 0", observed: 3, passed: false },
    { text: "waited_share(bank.risk) < 50%", observed: 0.6, passed: false },
    { text: "wait_mean(bank.risk) < 20ms", observed: 15, passed: true },
    { text: "wait_p50(bank.risk) < 20ms", observed: 11, passed: true },
    { text: "wait_p99(bank.risk) < 20ms", observed: 90, passed: false },
    { text: "service_mean(bank.risk) < 31ms", observed: 30, passed: true },
    { text: "cause(bank-delay) == 0", observed: 7, passed: false },
    { text: "cause(operator-capacity) == 0", observed: 0, passed: true },
  ])("$text", ({ text, observed, passed }) => {
    expect(judge(text)).toEqual({ expression: text, observed, passed });
  });

  it.each([
    { text: "double_credited == 0", observed: 1 },
    { text: "phantom == 0", observed: 2 },
    { text: "missing == 0", observed: 3 },
    { text: "leaked == 0", observed: 4 },
  ])("$text fails when there was one", ({ text, observed }) => {
    expect(judge(text, variantOf({ integrity }))).toMatchObject({ observed, passed: false });
  });

  it.each([
    { text: "violations == 0", observed: 0, passed: true },
    { text: "one_sided == 0", observed: 0, passed: true },
    { text: "inconsistent <= 3", observed: 3, passed: true },
    { text: "reconciled < 145", observed: 145, passed: false },
    { text: "pending_reversals == 0", observed: 3, passed: false },
    { text: "unheard < 8", observed: 7, passed: true },
    { text: "advance_peak <= 23325797", observed: 23_325_797, passed: true },
    { text: "advance_fees < 44632", observed: 44_632, passed: false },
    { text: "advance_outstanding == 0", observed: 0, passed: true },
    { text: "p50(spendable) < 1m30s", observed: 60_000, passed: true },
    { text: "p99(consistent) < 300ms", observed: 300, passed: false },
  ])("of the books: $text", ({ text, observed, passed }) => {
    expect(judge(text, variantOf({ money: settled }))).toMatchObject({ observed, passed });
  });

  it.each([
    { text: "violations == 0", observed: 4 },
    { text: "one_sided == 0", observed: 1 },
  ])("$text fails when the auditor found some", ({ text, observed }) => {
    const variant = variantOf({ money: broken });
    expect(judge(text, variant)).toMatchObject({ observed, passed: false });
  });

  it("reads the send lag of a live run", () => {
    expect(judge("p99(send_lag) < 20ms", variantOf({ sendLagMs: spreadOf(1) }))).toMatchObject({
      observed: 10,
      passed: true,
    });
  });

  it.each([
    { why: "no sample", text: "p99(latency) < 5s", changes: { latencyMs: noSpread } },
    { why: "no sample, other way round", text: "p50(send_lag) >= 0s", changes: {} },
    { why: "no such station", text: "dropped(bank.post) == 0", changes: {} },
    {
      why: "nobody began at the station",
      text: "waited_share(bank.risk) < 50%",
      changes: { stations: [stationOf("bank.risk", { waitedRatio: null })] },
    },
    {
      why: "nobody was to be credited",
      text: "uncredited_rate < 1%",
      changes: {
        outcomes: { credited: 0, late: 0, declined: 1_000, blocked: 0, lost: 0 },
        uncreditedRatio: 0,
      },
    },
    { why: "nothing posts, so there are no books", text: "violations == 0", changes: {} },
    { why: "nothing posts, so there are no books", text: "p99(spendable) < 2m", changes: {} },
    { why: "no pool was set up", text: "advance_fees == 0", changes: { money: plain } },
    { why: "nothing was planned", text: "lost == 0", changes: { planned: 0 } },
    { why: "nothing was planned", text: "dropped(bank.risk) >= 0", changes: { planned: 0 } },
    { why: "nothing was planned", text: "cause(link) >= 0", changes: { planned: 0 } },
  ])("a gate on nothing fails: $why ($text)", ({ text, changes }) => {
    const expected = { observed: null, passed: false };
    expect(judge(text, variantOf(changes))).toMatchObject(expected);
  });

  it("knows that nothing was planned", () => {
    expect(judge("planned == 0", variantOf({ planned: 0 }))).toMatchObject({ passed: true });
  });

  it.each([
    { text: "lost < 3", observed: 1, why: "a count is that of one run" },
    { text: "advance_fees < 15000", observed: 44_632 / 3, why: "and so is a sum of money" },
    { text: "lost != 2", observed: 3, why: "but not what must never happen" },
    { text: "queue_max(bank.risk) < 20", observed: 12, why: "nor a peak" },
    { text: "advance_peak <= 23325797", observed: 23_325_797, why: "nor one of money" },
    { text: "uncredited_rate < 2%", observed: 11 / 971, why: "nor a share" },
  ])("of three runs: $text, $why", ({ text, observed }) => {
    expect(judge(text, variantOf({ seeds: 3, money: settled }))).toMatchObject({
      ...{ observed, passed: true },
    });
  });

  it("can observe every figure of the table", () => {
    const live = variantOf({ sendLagMs: spreadOf(1), money: settled });
    const holders = {
      run: [""],
      times: Object.keys(gateTimes).map(inside),
      station: ["(bank.risk)"],
    };
    const units = { count: "1", ratio: "1%", duration: "1s", minor: "1", number: "1" };
    for (const { name, of, unit } of gateFigures) {
      for (const holder of { ...holders, cause: ["(network)"] }[of]) {
        expect(judge(`${name}${holder} < ${units[unit]}`, live)?.observed).not.toBeNull();
      }
    }
  });
});

function inside(argument: string): string {
  return `(${argument})`;
}
