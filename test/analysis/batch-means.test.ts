import { describe, expect, it } from "vitest";
import { batchIntervals, looksIndependent } from "../../src/analysis/batch-means.ts";
import { draw, siteKey } from "../../src/kernel/draw.ts";
import { normalQuantile } from "../../src/kernel/quantile.ts";
import { spreadOf, variantOf } from "./variant-result.ts";

const key = siteKey("batches", "noise");

/** A first-order autoregression: each value remembers this share of the one before. */
function remembering(share: number, count: number, run = 0): number[] {
  const values: number[] = [];
  let value = 0;
  for (let i = 0; i < count; i += 1) {
    value = share * value + normalQuantile(draw(key, run, i, 0));
    values.push(100 + value);
  }
  return values;
}

describe("looksIndependent", () => {
  // Goal: the test errs at its promised rate. Method: 4,000 series of 16 independent normal values;
  // 4 standard errors of a share of 5 % are 1.4 %.
  it("takes independent batches for dependent ones in one case of twenty", () => {
    let alarms = 0;
    for (let run = 0; run < 4_000; run += 1) {
      if (!looksIndependent(remembering(0, 16, run))) alarms += 1;
    }
    expect(alarms / 4_000).toBeGreaterThan(0.05 - 0.014);
    expect(alarms / 4_000).toBeLessThan(0.05 + 0.014);
  });

  it("sees batches that take after their neighbours", () => {
    let seen = 0;
    for (let run = 0; run < 200; run += 1) {
      if (!looksIndependent(remembering(0.8, 32, run))) seen += 1;
    }
    expect(seen).toBeGreaterThan(190);
  });

  it("finds nothing to object to in equal values, or in three", () => {
    expect(looksIndependent(new Array(16).fill(0.1))).toBe(true);
    expect(looksIndependent([1, 2, 3])).toBe(true);
  });
});

/** Batches whose mean latency is each of these. */
const batchesOf = (means: readonly number[]) =>
  means.map((mean) => variantOf({ latencyMs: { ...spreadOf(1), mean, count: 5_000 } }));
const pairs = (values: readonly number[]) =>
  values.flatMap((it, i) => (i % 2 === 0 ? [(it + (values[i + 1] ?? it)) / 2] : []));

describe("batchIntervals", () => {
  const run = (mean: number) => variantOf({ latencyMs: { ...spreadOf(1), mean } });
  const of = (cuts: readonly (readonly number[])[], mean = 100) =>
    batchIntervals(cuts.map(batchesOf), run(mean)).find((it) => it.metric === "mean(latency)");

  it("stands around the figure of the whole run, and counts how far the batches are from it", () => {
    // Batches 98, 102, 98, 102 around 101: squares 9 + 1 + 9 + 1, over 3 and 4; t(0.975, 3) = 3.1824.
    const found = of([[98, 102, 98, 102]], 101);
    const half = 3.182446 * Math.sqrt(20 / 3 / 4);
    expect(found?.mean).toBe(101);
    expect(found?.low).toBeCloseTo(101 - half, 4);
    expect(found?.high).toBeCloseTo(101 + half, 4);
  });

  it("takes the finest cut where it looks independent", () => {
    const fine = remembering(0, 32, 3);
    expect(looksIndependent(fine)).toBe(true);
    const found = of([fine, pairs(fine)]);
    expect(found).toMatchObject({ seeds: 1, batches: 32 });
    expect(found).not.toHaveProperty("doubt");
  });

  it("takes a coarser cut where the finest remembers, and doubts where all do", () => {
    const rising = Array.from({ length: 32 }, (_, i) => i);
    expect(of([rising, remembering(0, 16, 3)])).toMatchObject({ batches: 16 });
    expect(of([rising, pairs(rising), pairs(pairs(rising))])).toMatchObject({
      batches: 8,
      doubt: "neighbouring batches depend on each other: run longer",
    });
  });

  it("has only what does not grow with the length of a batch", () => {
    const names = batchIntervals([batchesOf(remembering(0, 8))], run(1)).map((it) => it.metric);
    expect(names).toContain("uncredited_rate");
    expect(names).toContain("utilisation(bank.risk)");
    expect(names).not.toContain("planned");
    expect(names).not.toContain("max(latency)");
    expect(names).not.toContain("completions(bank.risk)");
  });

  it("says nothing without batches", () => {
    expect(batchIntervals([], run(1))).toEqual([]);
  });
});
