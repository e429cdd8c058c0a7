import { describe, expect, it } from "vitest";
import { gateStations, parseGate } from "../../src/scenario/gate-expression.ts";

describe("parseGate reads", () => {
  it.each([
    { text: "uncredited_rate < 1%", of: "run", figure: "uncredited_rate", limit: 0.01 },
    { text: "p99(time_to_credit) < 5s", of: "times", figure: "p99", limit: 5_000 },
    { text: "double_credited == 0", of: "run", figure: "double_credited", limit: 0 },
    { text: "utilisation(bank.risk) < 80%", of: "station", figure: "utilisation", limit: 0.8 },
    { text: "p99(latency) <= 800ms", of: "times", figure: "p99", limit: 800 },
    { text: "mean(service_time) < 1m30s", of: "times", figure: "mean", limit: 90_000 },
    { text: "lost < 10", of: "run", figure: "lost", limit: 10 },
    { text: "cause(bank-delay) == 0", of: "cause", figure: "cause", limit: 0 },
    { text: "dropped(operator.forward) == 0", of: "station", figure: "dropped", limit: 0 },
    { text: "queue_mean(bank.risk) < 2.5", of: "station", figure: "queue_mean", limit: 2.5 },
    { text: "wait_p99(bank.risk) != 0s", of: "station", figure: "wait_p99", limit: 0 },
    { text: "one_sided == 0", of: "run", figure: "one_sided", limit: 0 },
    { text: "advance_peak < 500000", of: "run", figure: "advance_peak", limit: 500_000 },
    { text: "p99(spendable) < 2m", of: "times", figure: "p99", limit: 120_000 },
    { text: "planned>=1000", of: "run", figure: "planned", limit: 1_000 },
    { text: "  p50 ( send_lag )  >  .5ms ", of: "times", figure: "p50", limit: 0.5 },
  ])("$text", ({ text, of, figure, limit }) => {
    const parsed = parseGate(text);
    expect(parsed).toMatchObject({ ok: true, gate: { of, figure, limit, text: text.trim() } });
  });

  it("the station, and where it stands", () => {
    const parsed = parseGate("utilisation( bank.risk ) < 80%");
    if (!parsed.ok) throw new Error(parsed.what);
    expect(parsed.gate).toMatchObject({ argument: "bank.risk", argumentOffset: 13 });
    expect(gateStations(parsed.gate)).toEqual(["bank.risk"]);
  });

  it("no station in a gate on the whole run", () => {
    const parsed = parseGate("lost == 0");
    expect(parsed.ok && gateStations(parsed.gate)).toEqual([]);
  });
});

describe("parseGate refuses", () => {
  it.each([
    {
      why: "nothing",
      text: "",
      offset: 0,
      what: "expected a figure",
      hint: "uncredited_rate < 1%",
    },
    { why: "no figure", text: " < 5s", offset: 1, what: "expected a figure", hint: "write a gate" },
    {
      why: "a misspelt figure",
      text: "uncredited_rte < 1%",
      offset: 0,
      what: "uncredited_rte is no figure",
      hint: "write uncredited_rate",
    },
    {
      why: "the name of the result instead of the gate's",
      text: "doubleCredited == 0",
      offset: 0,
      what: "no figure",
      hint: "write double_credited",
    },
    {
      why: "American spelling",
      text: "utilization(a.b) < 1%",
      offset: 0,
      hint: "write utilisation",
    },
    {
      why: "a figure like no other",
      text: "happiness > 1",
      offset: 0,
      hint: "write one of planned, ",
    },
    {
      why: "a spread without statistic",
      text: "latency < 1s",
      offset: 0,
      hint: "write p99(latency)",
    },
    { why: "a bare cause", text: "bank-delay == 0", offset: 0, hint: "write cause(bank-delay)" },
    { why: "a bare station", text: "bank.risk < 80%", offset: 0, hint: "utilisation(bank.risk)" },
    {
      why: "a statistic of nothing",
      text: "p99 < 5s",
      offset: 3,
      what: "expected in parentheses one of time_to_credit, latency",
      hint: "write p99(time_to_credit)",
    },
    {
      why: "an argument where none belongs",
      text: "lost(bank.risk) < 5",
      offset: 4,
      what: "lost is of the whole run",
      hint: "write lost",
    },
    {
      why: "a misspelt spread",
      text: "p99(time_to_credt) < 5s",
      offset: 4,
      what: "found time_to_credt",
      hint: "write time_to_credit",
    },
    { why: "empty parentheses", text: "p99() < 5s", offset: 4, what: "found nothing" },
    { why: "a misspelt cause", text: "cause(bank-dely) == 0", offset: 6, hint: "write bank-delay" },
    {
      why: "a service for a station",
      text: "dropped(bank) == 0",
      offset: 8,
      what: "expected a station such as bank.risk, found bank",
    },
    { why: "no closing parenthesis", text: "p99(latency < 5s", offset: 12, what: "expected )" },
    { why: "no operator", text: "lost 5", offset: 5, what: "found 5" },
    { why: "an end before the operator", text: "lost", offset: 4, what: "found the end" },
    { why: "one equals sign", text: "lost = 0", offset: 5, what: "found =", hint: "write ==" },
    { why: "three equals signs", text: "lost === 0", offset: 5, what: "found ===" },
    { why: "a turned operator", text: "lost =< 0", offset: 5, what: "found =<", hint: "write <=" },
    { why: "a typeset operator", text: "lost ≤ 0", offset: 5, what: "found ≤", hint: "write <=" },
    {
      why: "no limit",
      text: "lost <",
      offset: 6,
      what: "expected a whole number such as 10: lost is a count",
    },
    {
      why: "a plain number for a time",
      text: "p99(time_to_credit) < 800",
      offset: 22,
      what: "expected a duration such as 5s: p99(time_to_credit) is a time",
      hint: "units are written: write 800s or 800ms",
    },
    { why: "a share for a time", text: "max(latency) < 5%", offset: 15, what: "is a time" },
    {
      why: "a plain number for a share",
      text: "uncredited_rate < 0.07",
      offset: 18,
      what: "expected a share such as 1% (0% to 100%): uncredited_rate is a share",
      hint: "units are written: write 7%",
    },
    { why: "a share above all", text: "uncredited_rate < 101%", offset: 18, what: "0% to 100%" },
    { why: "a broken count", text: "lost < 2.5", offset: 7, what: "a whole number" },
    { why: "a count with a unit", text: "lost < 1%", offset: 7, hint: "write 1, without a unit" },
    { why: "a negative count", text: "lost > -1", offset: 7, what: "a whole number" },
    {
      why: "an amount with cents",
      text: "advance_fees < 446.32",
      offset: 15,
      what: "an amount in minor units",
      hint: "minor units are whole: write 44632",
    },
    {
      why: "an amount with a currency",
      text: "advance_peak < 500000eur",
      offset: 15,
      what: "expected a whole number such as 500000",
      hint: "write 500000, without a unit",
    },
    {
      why: "a time of the money without statistic",
      text: "spendable < 2m",
      offset: 0,
      hint: "write p99(spendable)",
    },
    {
      why: "a rule as the result names it",
      text: "oneSided == 0",
      offset: 0,
      hint: "write one_sided",
    },
    { why: "a number with a unit", text: "queue_mean(a.b) < 5s", offset: 18, what: "is a number" },
    { why: "an endless number", text: `queue_mean(a.b) < ${"9".repeat(400)}`, offset: 18 },
    {
      why: "two gates in one",
      text: "lost < 1 and late < 2",
      offset: 9,
      what: "found and late < 2",
    },
  ])("$why: $text", ({ text, offset, what, hint }) => {
    const parsed = parseGate(text);
    expect(parsed).toMatchObject({ ok: false, offset });
    if (parsed.ok) return;
    if (what !== undefined) expect(parsed.what).toContain(what);
    if (hint !== undefined) expect(parsed.hint).toContain(hint);
  });
});
