import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseResult, Result, renderResult } from "../../src/record/result.ts";
import { emptyResult, liveResult, simulatedResult } from "../support/sample-result.ts";

const file = "reports/lunch/result.json";

/** The error that a text gives; fails if it is none of ours. */
function refusal(text: string): UsageError {
  try {
    parseResult(text, file);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("the text was taken");
}

describe("a stored result", () => {
  it.each([
    { why: "a live one", result: liveResult() },
    { why: "a simulated one", result: simulatedResult() },
    { why: "one in which nothing was measured", result: emptyResult() },
  ])("is read as it was written: $why", ({ result }) => {
    const text = renderResult(result);
    expect(parseResult(text, file)).toEqual(result);
    expect(renderResult(parseResult(text, file))).toBe(text);
  });

  it("is not written when it breaks its own schema", () => {
    expect(() => renderResult({ ...simulatedResult(), variants: [] })).toThrow();
    const { scenario, ...rest } = simulatedResult();
    const broken = { ...scenario, promiseMs: Number.NaN };
    expect(() => renderResult({ ...rest, scenario: broken })).toThrow();
  });

  it.each([
    { why: "nothing", text: "" },
    { why: "half of it", text: renderResult(simulatedResult()).slice(0, 2_000) },
    { why: "a page", text: "<!doctype html>" },
    { why: "brackets beyond any depth", text: "[".repeat(200_000) },
  ])("is refused as no JSON when it is $why", ({ text }) => {
    const { code, problems } = refusal(text);
    expect(code).toBe("RESULT_INVALID");
    expect(problems).toEqual([
      { what: expect.stringContaining(`${file}: not JSON: `), hint: "name a result.json of a run" },
    ]);
  });

  it.each([
    { why: "null", change: null, what: "result: " },
    { why: "a list", change: [], what: "result: " },
    {
      why: "another version",
      change: { ...simulatedResult(), schema: "tillstorm.result/2" },
      what: "schema: ",
    },
    { why: "no variant", change: { ...simulatedResult(), variants: [] }, what: "variants: " },
    { why: "an unknown key", change: { ...simulatedResult(), extra: 1 }, what: "result: " },
    {
      why: "a negative count",
      change: {
        ...simulatedResult(),
        variants: simulatedResult().variants.map((it) => ({ ...it, planned: -1 })),
      },
      what: "variants.0.planned: ",
    },
  ])("is refused, with the place, when it is $why", ({ change, what }) => {
    const { code, problems } = refusal(JSON.stringify(change));
    expect(code).toBe("RESULT_INVALID");
    expect(problems[0]?.what).toContain(`${file}: ${what}`);
    expect(problems[0]?.hint).toBe(
      "a result of another version, or a damaged one: run the scenario again",
    );
  });

  it("is refused with twenty problems at most", () => {
    const hollow = Object.fromEntries(
      Object.keys(Result.shape.scenario.shape).map((key) => [key, null]),
    );
    const variants = simulatedResult().variants.map((it) => ({
      ...it,
      stations: Array(30).fill(1),
    }));
    const { problems } = refusal(
      JSON.stringify({ ...simulatedResult(), scenario: hollow, variants }),
    );
    expect(problems.length).toBe(20);
  });
});
