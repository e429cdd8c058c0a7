import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  AmountDistribution,
  buildDistribution,
  type Distribution,
  DurationDistribution,
  drawMs,
} from "../../src/kernel/distribution.ts";

function read(written: unknown): Distribution {
  return buildDistribution(DurationDistribution.parse(written));
}

/** The mean of quantiles on a midpoint grid: what draws come to in the long run. */
function gridMean(of: Distribution, points = 20_000): number {
  let sum = 0;
  for (let i = 0; i < points; i += 1) sum += of.quantile((i + 0.5) / points);
  return sum / points;
}

/** What the user is told, wherever in a union it stands. */
function toldOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}${path.length > 0 ? ": " : ""}${message}`,
  );
}

// The grid leaves out about half a cell of the longest tail; `within` is that, as a ratio.
describe("the mean that is stated is the mean of the draws", () => {
  it.each([
    { written: "20ms", mean: 20, within: 1e-12 },
    { written: { exponential: { mean: "20ms" } }, mean: 20, within: 1e-4 },
    { written: { lognormal: { mean: "20ms", sigma: 0.5 } }, mean: 20, within: 1e-4 },
    { written: { lognormal: { mean: "20ms", sigma: 1.5 } }, mean: 20, within: 5e-3 },
    {
      written: { lognormal: { median: "20ms", sigma: 0.5 } },
      mean: 20 * Math.exp(0.125),
      within: 1e-4,
    },
    { written: { lognormal: { median: "20ms", p99: "20ms" } }, mean: 20, within: 1e-12 },
    { written: { lognormal: { median: "0ms", p99: "0ms" } }, mean: 0, within: 1e-12 },
    { written: { uniform: { min: "10ms", max: "30ms" } }, mean: 20, within: 1e-12 },
    { written: { uniform: { min: "10ms", max: "10ms" } }, mean: 10, within: 1e-12 },
    { written: { normal: { mean: "20ms", sd: "2ms" } }, mean: 20, within: 1e-4 },
    {
      // Cut at 0: location Φ(1) + sd φ(1).
      written: { normal: { mean: "20ms", sd: "20ms" } },
      mean: 20 * 0.841344746068543 + 20 * 0.241970724519143,
      within: 1e-4,
    },
    { written: { gamma: { mean: "20ms", shape: 2 } }, mean: 20, within: 1e-4 },
    { written: { gamma: { mean: "20ms", shape: 0.3 } }, mean: 20, within: 5e-4 },
    { written: { gamma: { mean: "20ms", shape: 80 } }, mean: 20, within: 1e-4 },
    { written: { weibull: { scale: "20ms", shape: 1 } }, mean: 20, within: 1e-4 },
    {
      written: { weibull: { scale: "20ms", shape: 2 } },
      mean: 10 * Math.sqrt(Math.PI),
      within: 1e-4,
    },
    { written: { weibull: { scale: "20ms", shape: 0.5 } }, mean: 40, within: 1e-3 },
    { written: { pareto: { min: "20ms", shape: 3 } }, mean: 30, within: 1e-3 },
    { written: { pareto: { min: "0ms", shape: 0.5 } }, mean: 0, within: 1e-12 },
    {
      written: { pareto: { min: "20ms", shape: 1, max: "200ms" } },
      mean: 20 + 20 * Math.log(10),
      within: 1e-4,
    },
    { written: { pareto: { min: "20ms", shape: 2, max: "80ms" } }, mean: 35, within: 1e-4 },
    { written: { pareto: { min: "20ms", shape: 2, max: "10ms" } }, mean: 10, within: 1e-12 },
    { written: { empirical: { values: ["5ms", "1ms", "3ms", "3ms"] } }, mean: 3, within: 1e-12 },
    {
      written: {
        mixture: [
          { share: "90%", of: "10ms" },
          { share: "10%", of: { exponential: { mean: "110ms" } } },
        ],
      },
      mean: 20,
      within: 1e-3,
    },
  ])("$written", ({ written, mean, within }) => {
    const of = read(written);
    expect(Math.abs(of.mean - mean)).toBeLessThanOrEqual(1e-4 * mean);
    expect(Math.abs(gridMean(of) - of.mean)).toBeLessThanOrEqual(within * mean);
  });

  it("is infinite for a power law of index 1 and below, unless it is cut", () => {
    expect(read({ pareto: { min: "1ms", shape: 1 } }).mean).toBe(Number.POSITIVE_INFINITY);
    expect(read({ pareto: { min: "1ms", shape: 0.5, max: "1s" } }).mean).toBeLessThan(1_000);
  });
});

describe("quantiles", () => {
  it.each([
    {
      why: "half of a lognormal stays below its median",
      of: { median: "20ms", p99: "90ms" },
      u: 0.5,
      ms: 20,
    },
    {
      why: "99 % of a lognormal stay below its p99",
      of: { median: "20ms", p99: "90ms" },
      u: 0.99,
      ms: 90,
    },
    {
      why: "sigma is the spread of the logarithm",
      of: { median: "20ms", sigma: 2 },
      u: 0.8413447460685429,
      ms: 20 * Math.exp(2),
    },
  ])("$why", ({ of, u, ms }) => {
    expect(read({ lognormal: of }).quantile(u) / ms).toBeCloseTo(1, 12);
  });

  it("63.2 % of a weibull stay below its scale, whatever the shape", () => {
    for (const shape of [0.5, 1, 3]) {
      const of = read({ weibull: { scale: "20ms", shape } });
      expect(of.quantile(1 - Math.exp(-1))).toBeCloseTo(20, 10);
    }
  });

  it("the tail of a power law falls with its index, and is cut where it says", () => {
    const of = read({ pareto: { min: "10ms", shape: 2, max: "50ms" } });
    expect(of.quantile(0.75)).toBeCloseTo(20, 10); // (10 / 20)^2 stay above 20 ms.
    expect(of.quantile(0.9)).toBeCloseTo(31.6227766, 6);
    expect(of.quantile(0.97)).toBe(50);
    expect(of.quantile(2 ** -53)).toBeCloseTo(10, 10);
  });

  it("measured values are equally likely, ties in proportion", () => {
    const of = read({ empirical: { values: ["5ms", "1ms", "3ms", "3ms"] } });
    const grid = Array.from({ length: 8 }, (_, i) => of.quantile((i + 0.5) / 8));
    expect(grid).toEqual([1, 1, 3, 3, 3, 3, 5, 5]);
    expect(of.quantile(1 - 2 ** -53)).toBe(5);
  });

  it("each part of a mixture has its share, and its own shape inside it", () => {
    const parts = [
      { share: "20%", of: { uniform: { min: "0ms", max: "10ms" } } },
      { share: "0%", of: "99s" },
      { share: "50%", of: "20ms" },
      { share: "30%", of: { uniform: { min: "30ms", max: "60ms" } } },
    ];
    const of = read({ mixture: parts });
    const grid = Array.from({ length: 10_000 }, (_, i) => of.quantile((i + 0.5) / 10_000));
    const share = (from: number, to: number) =>
      grid.filter((ms) => ms >= from && ms < to).length / grid.length;
    expect(share(0, 10)).toBeCloseTo(0.2, 4);
    expect(share(0, 5)).toBeCloseTo(0.1, 4);
    expect(share(20, 21)).toBeCloseTo(0.5, 4);
    expect(share(30, 40)).toBeCloseTo(0.1, 4);
    expect(share(50, 60)).toBeCloseTo(0.1, 4);
    expect(Math.max(...grid)).toBeLessThan(60);
  });

  it("a normal one is never below 0", () => {
    expect(read({ normal: { mean: "1ms", sd: "5ms" } }).quantile(0.1)).toBe(0);
  });

  it("are drawn in whole microseconds", () => {
    expect(drawMs(read({ exponential: { mean: "20ms" } }), 0.5)).toBe(13.863);
  });
});

describe("what is refused", () => {
  const kinds =
    "exponential, lognormal, uniform, normal, gamma, weibull, pareto, empirical, mixture";
  const lognormal = "lognormal: expected `median` with `p99` or `sigma`, or `mean` with `sigma`";
  const duration = "expected a duration such as 250ms, 2s or 10m";
  const any = "expected a duration such as 20ms, or one of exponential, lognormal, uniform …";
  it.each([
    { why: "no duration", written: "soon", told: any },
    { why: "no shape", written: {}, told: `expected exactly one of ${kinds}` },
    {
      why: "two shapes",
      written: { exponential: { mean: "1s" }, uniform: { min: "1s", max: "2s" } },
      told: `expected exactly one of ${kinds}`,
    },
    {
      why: "a mean without its unit",
      written: { exponential: { mean: "5" } },
      told: `exponential.mean: ${duration}`,
    },
    {
      why: "a lognormal of a median alone",
      written: { lognormal: { median: "5ms" } },
      told: lognormal,
    },
    {
      why: "a lognormal of mean and p99",
      written: { lognormal: { mean: "5ms", p99: "9ms" } },
      told: lognormal,
    },
    {
      why: "a lognormal of too much",
      written: { lognormal: { median: "5ms", p99: "9ms", sigma: 1 } },
      told: lognormal,
    },
    {
      why: "a p99 below the median",
      written: { lognormal: { median: "5ms", p99: "4ms" } },
      told: "lognormal.p99: expected a p99 of at least the median",
    },
    {
      why: "a median of nothing with a p99 of something",
      written: { lognormal: { median: "0ms", p99: "4ms" } },
      told: "lognormal.median: expected a median above 0",
    },
    {
      why: "a max below the min",
      written: { uniform: { min: "2s", max: "1s" } },
      told: "uniform.max: expected a max of at least min",
    },
    {
      why: "a shape of nothing",
      written: { gamma: { mean: "1s", shape: 0 } },
      told: "gamma.shape: expected a number above 0",
    },
    {
      why: "no measured values",
      written: { empirical: { values: [] } },
      told: "empirical.values: expected at least one value",
    },
    {
      why: "shares that leave something over",
      written: {
        mixture: [
          { share: "50%", of: "1s" },
          { share: "49%", of: "2s" },
        ],
      },
      told: "mixture: expected shares that add up to 100%",
    },
    {
      why: "a mixture of one",
      written: { mixture: [{ share: "100%", of: "1s" }] },
      told: "mixture: expected at least two parts",
    },
    {
      why: "a part of two shapes",
      written: {
        mixture: [
          { share: "50%", of: { constant: "1s", exponential: { mean: "1s" } } },
          { share: "50%", of: "1s" },
        ],
      },
      told: `mixture.0.of: expected exactly one of constant, ${kinds}`,
    },
  ])("$why", ({ written, told }) => {
    expect(toldOf(DurationDistribution.safeParse(written).error)).toEqual([told]);
  });

  it("is a misspelt key", () => {
    const { error } = DurationDistribution.safeParse({ exponental: { mean: "1s" } });
    expect(toldOf(error)[0]).toBe('Unrecognized key: "exponental"');
  });

  it("is an amount below 0, or one with a unit", () => {
    const told = ["expected an amount such as 86, or one of exponential, lognormal, uniform …"];
    expect(toldOf(AmountDistribution.safeParse("86 EUR").error)).toEqual(told);
    expect(AmountDistribution.safeParse(-1).success).toBe(false);
    expect(AmountDistribution.parse(12.5)).toBe(12.5);
  });
});
