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
  return compareVariants(variants).filter((it) => it.metric === "latencyMs.p99");
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
    const spread = ["mean", "p50", "p90", "p99", "p999"];
    const metrics = [
      "uncreditedRatio",
      ...spread.map((it) => `timeToCreditMs.${it}`),
      ...spread.map((it) => `latencyMs.${it}`),
      ...["credited", "late", "declined", "blocked", "lost"].map((it) => `outcomes.${it}`),
      ...["bank-delay", "communication", "link", "network"].map((it) => `causes.${it}`),
      ...["unnotified", "attempts"],
      ...["utilisationRatio", "queueMean", "waitMeanMs", "waitP99Ms", "serviceMeanMs"].map(
        (it) => `stations.bank.risk.${it}`,
      ),
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

  it("corrects each metric for the variants that were looked at", () => {
    const p99 = (ms: number) => variantOf({ latencyMs: spreadOf(ms / 10) });
    const found = compareVariants([
      { name: "baseline", runs: [100, 200, 300].map(p99) },
      { name: "a", runs: [90, 180, 270].map(p99) },
      { name: "b", runs: [101, 199, 301].map(p99) },
    ]).filter((it) => it.metric === "latencyMs.p99");
    // t = -20 sqrt(3) / 10 with 2 degrees: p = 1 - t / sqrt(t^2 + 2) = 0.07418; the less of two counts twice.
    expect(found.map((it) => it.variant)).toEqual(["a", "b"]);
    expect(found[0]?.pHolm).toBeCloseTo(2 * 0.0741799, 6);
    expect(found[1]?.pHolm).toBeGreaterThanOrEqual(found[0]?.pHolm ?? 1);
  });

  it("says how many times the runs pairing has saved", () => {
    // var(100, 200, 300) = 10000, var(90, 180, 270) = 8100, var(-10, -20, -30) = 100.
    const [found] = compare([100, 200, 300], [90, 180, 270]);
    expect(found?.varianceSaved).toBeCloseTo(181, 9);
    // Against each other's luck: pairing makes it worse, and it says so.
    expect(compare([100, 200, 300], [300, 200, 100])[0]?.varianceSaved).toBeCloseTo(0.5, 9);
    expect(compare([100, 200], [90, 190])[0]).not.toHaveProperty("varianceSaved");
    expect(compare([100, 200], [90, 190])[0]).toMatchObject({ low: -10, high: -10, pHolm: 0 });
    expect(compare([100], [90])[0]).not.toHaveProperty("pHolm");
  });

  it("leaves out counts that are 0 everywhere, and stations that not all variants have", () => {
    const bare = { name: "bare", runs: [variantOf({ stations: [] }), variantOf({ stations: [] })] };
    const metrics = compareVariants([{ name: "baseline", runs: [variantOf(), variantOf()] }, bare]);
    const names = metrics.map((it) => it.metric);
    expect(names).toContain("attempts");
    expect(names).not.toContain("causes.operator-capacity");
    expect(names.filter((it) => it.startsWith("stations."))).toEqual([]);
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
