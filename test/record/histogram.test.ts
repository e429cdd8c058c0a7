import { describe, expect, it } from "vitest";
import { TimeHistogram } from "../../src/record/histogram.ts";

function recorded(...timesMs: readonly number[]): TimeHistogram {
  const histogram = new TimeHistogram();
  for (const ms of timesMs) histogram.record(ms);
  return histogram;
}

const nothing = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null };

describe("TimeHistogram", () => {
  it("says nothing where nothing was measured", () => {
    const histogram = new TimeHistogram();
    expect(histogram.toSpread()).toEqual(nothing);
    histogram.add(new TimeHistogram());
    expect(histogram.toSpread()).toEqual(nothing);
    const wire = histogram.toWire();
    expect(wire).toEqual({ digits: 3, count: 0, sumMs: 0, maxMs: 0, buckets: null });
    expect(TimeHistogram.fromWire(wire).toSpread()).toEqual(nothing);
  });

  it.each([1, 2, 3, 1_000])("says the one time that it measured, %i times", (count) => {
    const all = 1_234.567;
    const { p50, p999, ...exact } = recorded(...Array(count).fill(all)).toSpread();
    expect(exact).toMatchObject({ count, max: all });
    expect([p50, p999]).toEqual([all, all]);
  });

  it("tells a time of nothing from none", () => {
    expect(recorded(0, 0).toSpread()).toMatchObject({ count: 2, mean: 0, p50: 0, max: 0 });
  });

  it("gives the time that a share did not exceed, by rank", () => {
    const tens = recorded(...Array.from({ length: 10 }, (_, i) => i + 1));
    expect(tens.quantileMs(0.5)).toBeCloseTo(5, 1);
    expect(tens.quantileMs(0.51)).toBeCloseTo(6, 1);
    expect(tens.quantileMs(0.9)).toBeCloseTo(9, 1);
    expect(tens.quantileMs(0.99)).toBe(10);
  });

  it("counts a time beyond a week as a week in its quantiles, and keeps the greatest exact", () => {
    const histogram = recorded(1, 8 * 86_400_000);
    expect(histogram.maxMs).toBe(8 * 86_400_000);
    expect(histogram.quantileMs(0.99)).toBeLessThan(7.01 * 86_400_000);
  });

  it("takes a time from before its start as none", () => {
    expect(recorded(-0.25, 3).quantileMs(0.5)).toBe(0);
  });

  it("rounds to whole microseconds", () => {
    expect(recorded(0.0016, 5).quantileMs(0.5)).toBe(0.002);
    expect(recorded(0.0014, 5).quantileMs(0.5)).toBe(0.001);
  });

  it("tells two digits where two are asked for", () => {
    const coarse = new TimeHistogram(2);
    for (let ms = 1; ms <= 1_000; ms += 1) coarse.record(ms);
    const p50 = coarse.quantileMs(0.5) ?? Number.NaN;
    expect(Math.abs(p50 - 500) / 500).toBeLessThanOrEqual(0.01);
  });
});
