import { describe, expect, it } from "vitest";
import { truncateMser5 } from "../../src/analysis/mser.ts";
import { draw, siteKey } from "../../src/kernel/draw.ts";
import { normalQuantile } from "../../src/kernel/quantile.ts";
import { fc } from "../support/property.ts";

const key = siteKey("mser", "noise");
const noise = (i: number, run = 0) => normalQuantile(draw(key, 0, i, run));

/** The definition, read off the paper: O(n^2). */
function naive(series: readonly number[]): number {
  const means: number[] = [];
  for (let i = 0; i + 5 <= series.length; i += 5) {
    means.push(series.slice(i, i + 5).reduce((sum, it) => sum + it, 0) / 5);
  }
  let best = { d: 0, error: Number.POSITIVE_INFINITY };
  for (let d = 0; d <= Math.floor(means.length / 2) && d < means.length; d += 1) {
    const kept = means.slice(d);
    const mean = kept.reduce((sum, it) => sum + it, 0) / kept.length;
    const squares = kept.reduce((sum, it) => sum + (it - mean) ** 2, 0);
    const error = squares / kept.length ** 2;
    if (error < best.error) best = { d, error };
  }
  return best.d * 5;
}

describe("truncateMser5", () => {
  it("leaves out a start that is unlike the rest", () => {
    const series = Array.from({ length: 1_000 }, (_, i) => (i < 100 ? 20 : 0) + noise(i));
    const { count, isAtBound } = truncateMser5(series);
    expect(count).toBeGreaterThanOrEqual(100);
    expect(count).toBeLessThanOrEqual(150);
    expect(isAtBound).toBe(false);
  });

  it("says so when it would rather leave out more than half: the series never settles", () => {
    const rising = Array.from({ length: 1_000 }, (_, i) => i + noise(i));
    expect(truncateMser5(rising)).toEqual({ count: 500, isAtBound: true });
  });

  it("leaves out nothing where nothing changes, and of a series too short to tell", () => {
    expect(truncateMser5(new Array(100).fill(3))).toEqual({ count: 0, isAtBound: false });
    expect(truncateMser5([])).toEqual({ count: 0, isAtBound: false });
    expect(truncateMser5([9, 1, 1, 1, 1])).toEqual({ count: 0, isAtBound: false });
  });

  // Goal: the fast sums are those of the definition. Method: random integer series, whose sums are
  // exact, against the definition in O(n^2); shorter cuts win ties in both.
  it("finds the cut of the definition", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 200 }), (series) => {
        const { count } = truncateMser5(series);
        const expected = naive(series);
        if (count === expected) return;
        // Equal errors may fall either way in the last digit.
        const errorAt = (cut: number) => {
          const kept: number[] = [];
          for (let i = cut; i + 5 <= series.length; i += 5) {
            kept.push(series.slice(i, i + 5).reduce((sum, it) => sum + it, 0) / 5);
          }
          const mean = kept.reduce((sum, it) => sum + it, 0) / kept.length;
          return kept.reduce((sum, it) => sum + (it - mean) ** 2, 0) / kept.length ** 2;
        };
        expect(errorAt(count)).toBeCloseTo(errorAt(expected), 10);
      }),
    );
  });
});
