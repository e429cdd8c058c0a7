import { describe, expect, it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { compileFor, expectedActivationCount } from "../../src/sim/compiling.ts";
import { simulateText, singleStation } from "../support/simulated.ts";

const text = singleStation({
  rate: "40/s",
  workers: 1,
  time: "{ exponential: { mean: 20ms } }",
  duration: "50s",
});

describe("compiling for a long run", () => {
  it.each([
    { arrivals: "{ poisson: { rate: 40/s } }", count: 2_000 },
    { arrivals: "{ even: { rate: 1/s } }", count: 50 },
    { arrivals: "{ closed: { terminals: 5, think: 1s } }", count: 0 },
  ])("counts what $arrivals plans", ({ arrivals, count }) => {
    const [before, after] = text.split("{ poisson: { rate: 40/s } }");
    const { scenario } = parseScenario(`${before}${arrivals}${after}`, "test.yaml").baseline;
    const span = { scenarioMs: 50_000, fromMs: 0, toMs: 50_000 };
    expect(expectedActivationCount(scenario, span)).toBeCloseTo(count, 6);
    const half = { ...span, fromMs: 25_000 };
    expect(expectedActivationCount(scenario, half)).toBeCloseTo(count / 2, 6);
  });

  it("is for long runs alone, lasts, and changes no result", async () => {
    const figures = async () => JSON.stringify((await simulateText(text)).summary);
    expect(compileFor(999_999)).toBe(false);
    expect(compileFor(Number.NaN)).toBe(false);
    const before = await figures();
    expect(compileFor(1_000_000)).toBe(true);
    expect(compileFor(1)).toBe(true);
    for (let run = 0; run < 10; run += 1) expect(await figures()).toBe(before);
  });
});
