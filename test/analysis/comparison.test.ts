import { describe, expect, it } from "vitest";
import { compareVariants } from "../../src/analysis/comparison.ts";
import { draw, siteKey } from "../../src/kernel/draw.ts";
import { normalQuantile } from "../../src/kernel/quantile.ts";
import { noSpread, spreadOf, variantOf } from "./variant-result.ts";

/** A run whose latency p99 is `ms`, and nothing else measured. */
function runOf(ms: number) {
  return variantOf({
    outcomes: { credited: 0, late: 0, declined: 0, blocked: 0, lost: 0 },
    timeToCreditMs: noSpread,
    latencyMs: ms === 0 ? noSpread : spreadOf(ms / 10),
  });
}

function compare(baseline: readonly number[], other: readonly number[]) {
  const variants = [
    { name: "baseline", runs: baseline.map(runOf) },
    { name: "other", runs: other.map(runOf) },
  ];
  return compareVariants(variants);
}

describe("compareVariants", () => {
  it("gives the mean of the paired differences and its Student-t interval", () => {
    // Differences -10, -20, -30: mean -20, s = 10, half = t(0.975, 2) 10 / sqrt(3) = 24.8414.
    const [found, ...rest] = compare([100, 200, 300], [90, 180, 270]);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ variant: "other", against: "baseline", metric: "latencyMs.p99" });
    expect(found).toMatchObject({ seeds: 3, difference: -20 });
    expect(found?.low).toBeCloseTo(-44.8414, 4);
    expect(found?.high).toBeCloseTo(4.8414, 4);
  });

  it("compares every variant with the first by every metric", () => {
    const runs = [variantOf(), variantOf()];
    const found = compareVariants(["baseline", "a", "b"].map((name) => ({ name, runs })));
    const metrics = [
      "uncreditedRatio",
      "timeToCreditMs.p50",
      "timeToCreditMs.p99",
      "latencyMs.p99",
    ];
    expect(found.map((it) => `${it.variant} ${it.metric}`)).toEqual(
      ["a", "b"].flatMap((name) => metrics.map((metric) => `${name} ${metric}`)),
    );
    for (const it of found) expect(it).toMatchObject({ difference: 0, low: 0, high: 0, seeds: 2 });
  });

  it.each([
    { why: "one seed has no interval", before: [100], after: [90], seeds: 1 },
    {
      why: "a run without samples leaves its pair out",
      before: [100, 0],
      after: [90, 5],
      seeds: 1,
    },
    { why: "an interrupted variant has fewer pairs", before: [100, 50], after: [90], seeds: 1 },
    { why: "an interrupted baseline too", before: [100], after: [90, 50], seeds: 1 },
  ])("$why", ({ before, after, seeds }) => {
    const expected = { difference: -10, low: null, high: null, seeds };
    expect(compare(before, after)).toEqual([expect.objectContaining(expected)]);
  });

  it("leaves out a metric that was never measured", () => {
    expect(compare([0, 0], [10, 20])).toEqual([]);
  });

  it("has nothing to say about one variant or none", () => {
    expect(compareVariants([])).toEqual([]);
    expect(compareVariants([{ name: "baseline", runs: [variantOf()] }])).toEqual([]);
  });

  // Goal: the interval holds the truth in 95 of 100 experiments. Method: 4,000 experiments of five
  // seeds with normal noise; 4 standard errors of the share are 1.4 %.
  it("covers the true difference at the promised rate", () => {
    const key = siteKey("comparison", "noise");
    const experiments = 4_000;
    let covered = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const noise = [0, 1, 2, 3, 4].map((seed) => normalQuantile(draw(key, 0, experiment, seed)));
      const [found] = compare(
        [1_000, 1_100, 1_200, 1_300, 1_400],
        noise.map((it, seed) => 1_000 + 100 * seed + 7 + it),
      );
      if (found === undefined || found.low === null || found.high === null) continue;
      if (found.low <= 7 && 7 <= found.high) covered += 1;
    }
    expect(covered / experiments).toBeGreaterThan(0.95 - 0.014);
    expect(covered / experiments).toBeLessThan(0.95 + 0.014);
  });
});
