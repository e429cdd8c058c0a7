import { describe, expect, it } from "vitest";
import { readComparison, renderComparisons } from "../../src/report/comparison.ts";
import { liveResult } from "../support/sample-result.ts";

describe("readComparison", () => {
  const base = { variant: "b", against: "a", metric: "uncreditedRatio", seeds: 5 };
  it.each([
    { difference: -2, low: -3, high: -1, reading: "lower" },
    { difference: 2, low: 1, high: 3, reading: "higher" },
    { difference: 1, low: -1, high: 3, reading: "no difference shown" },
    { difference: 1, low: 0, high: 2, reading: "no difference shown" },
    { difference: 1, low: null, high: null, reading: "one seed: no interval" },
  ])("$low to $high: $reading", ({ reading, ...figures }) => {
    expect(readComparison({ ...base, ...figures })).toBe(reading);
  });
});

describe("renderComparisons", () => {
  it("shows differences with their units and intervals", () => {
    const { markup } = renderComparisons(liveResult().comparisons);
    expect(markup).toContain("−16.2 points");
    expect(markup).toContain("−29 s to −24.7 s");
    expect(markup).toContain("one seed: no interval");
  });

  it("says so when there is nothing to compare", () => {
    expect(renderComparisons([]).markup).toContain("nothing to compare");
  });
});
