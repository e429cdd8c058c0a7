import { describe, expect, it } from "vitest";
import { Result } from "../../src/record/result.ts";
import { answerOf, mainBottleneck, mainCause, verdictLine } from "../../src/report/findings.ts";
import { emptyResult, liveResult, moneyResult, simulatedResult } from "../support/sample-result.ts";

/** A result's first variant, which every result has. */
function first(result: Result): Result["variants"][number] {
  const [variant] = result.variants;
  if (variant === undefined) throw new Error("a result without a variant");
  return variant;
}

describe("answerOf", () => {
  it("says how much did not arrive, why, where, and which gates were missed", () => {
    const result = liveResult();
    const answer = answerOf(result, first(result));
    expect(answer.kind).toBe("no");
    expect(answer.why).toMatch(/^[\d.]+% of what was due \([\d,]+ of [\d,]+\) was not credited/);
    expect(answer.why).toContain("mostly through bank delay");
    expect(answer.why).toContain("The bottleneck was bank.risk, for 1m32s.");
    expect(answer.why).toContain("p99(time_to_credit) < 5s (observed 27.6 s)");
  });

  it("says yes where all arrived and every gate was passed", () => {
    const result = liveResult();
    const second = result.variants.find((it) => it.name === "second-bank");
    const answer = answerOf(result, second ?? first(result));
    expect(answer).toMatchObject({ kind: "yes", short: "The money arrives." });
  });

  it("judges nothing where no gate is set", () => {
    const result = simulatedResult();
    expect(answerOf(result, first(result)).kind).toBe("unjudged");
  });

  it("cannot tell where nothing was planned", () => {
    const result = emptyResult();
    expect(answerOf(result, first(result))).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("Nothing was planned") as string,
    });
  });

  it("cannot tell from a run that is inconclusive, however well it looks", () => {
    const result: Result = { ...liveResult(), verdict: "inconclusive" };
    expect(result.variants.map((it) => answerOf(result, it).kind)).toEqual(
      result.variants.map(() => "unknown"),
    );
  });

  it("calls books that do not balance a no, even if the run is inconclusive", () => {
    const result: Result = { ...simulatedResult(), verdict: "inconclusive" };
    const variant = first(result);
    const broken = { ...variant, integrity: { ...variant.integrity, phantom: 3 } };
    expect(answerOf(result, broken)).toMatchObject({
      kind: "no",
      short: "The books do not balance.",
      why: expect.stringContaining("3 told credited, but not in the ledger") as string,
    });
  });
});

describe("the answer of a variant whose auditor found a broken rule", () => {
  const result = moneyResult();
  const [right, wrong, bookless] = result.variants.map((it) => answerOf(result, it));

  it("is no, and names rule and activation", () => {
    expect(wrong).toMatchObject({ kind: "no", short: "The books do not balance." });
    expect(wrong?.why).toContain(
      "1 taken back at the terminal, but the credit stands (first: pos#12)",
    );
  });

  it("does not touch the others", () => {
    expect([right?.short, bookless?.short]).not.toContain("The books do not balance.");
  });
});

describe("verdictLine", () => {
  const live = liveResult();
  const variant = first(live);
  const gated = { ...variant, gates: variant.gates.map((it) => ({ ...it, passed: true })) };
  const broken = { ...gated, integrity: { ...gated.integrity, doubleCredited: 1 } };
  it.each([
    { why: "names who missed", result: live, line: "Fail: 2 of 3 variants miss a gate: baseline," },
    { why: "without gates", result: simulatedResult(), line: "Pass: no gate was set" },
    {
      why: "every gate passed",
      result: { ...live, verdict: "pass", variants: [gated] } satisfies Result,
      line: "Pass: every gate was passed.",
    },
    {
      why: "money made out of nothing",
      result: { ...live, variants: [broken] } satisfies Result,
      line: "Fail: the books do not balance: baseline.",
    },
    { why: "partial", result: emptyResult(), line: "The run was ended before its time" },
  ])("$why", ({ result, line }) => {
    expect(verdictLine(Result.parse(result))).toContain(line);
  });
});

describe("mainBottleneck", () => {
  it("adds up the spells of a station", () => {
    const spell = (station: string, fromMs: number, toMs: number) => ({
      station,
      fromMs,
      toMs,
      why: "",
    });
    const variant = {
      ...first(simulatedResult()),
      bottlenecks: [spell("a", 0, 20), spell("b", 20, 50), spell("a", 50, 70)],
    };
    expect(mainBottleneck(variant)).toEqual({ station: "a", totalMs: 40 });
  });

  it("is none where none was found", () => {
    expect(mainBottleneck(first(simulatedResult()))).toBeNull();
  });
});

it("mainCause is none where all arrived", () => {
  expect(mainCause(first(simulatedResult()))).toBeNull();
  expect(mainCause(first(liveResult()))?.cause).toBe("bank-delay");
});
