import { describe, expect, it } from "vitest";
import { readComparison, renderComparisons } from "../../src/report/comparison.ts";
import { liveResult } from "../support/sample-result.ts";

describe("readComparison", () => {
  const base = { variant: "b", against: "a", metric: "uncreditedRatio", seeds: 5 };
  it.each([
    { difference: -2, low: -3, high: -1, reading: "lower" },
    { difference: 2, low: 1, high: 3, reading: "higher" },
    { difference: 0.01, low: -0.01, high: 0.03, reading: "no difference shown (± 2 points)" },
    { difference: 0.01, low: 0, high: 0.02, reading: "no difference shown (± 1 points)" },
    { difference: 2, low: 1, high: 3, pHolm: 0.04, reading: "higher" },
    {
      ...{ difference: 2, low: 1, high: 3, pHolm: 0.06 },
      reading: "higher, but not among so many variants",
    },
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

  it("folds the stations away, and says what pairing and Holm make of a difference", () => {
    const it = { variant: "b", against: "a", difference: 2, low: 1, high: 3, seeds: 5 };
    const { markup } = renderComparisons([
      { ...it, metric: "latencyMs.p99", pHolm: 0.0001, varianceSaved: 9.62 },
      { ...it, metric: "stations.bank.risk.waitP99Ms", pHolm: 0.03 },
    ]);
    expect(markup).toContain("&lt;0.001");
    expect(markup).toContain("9.62×");
    const [before, folded] = markup.split("<details>");
    expect(before).toContain("latency p99");
    expect(before).not.toContain("bank.risk");
    expect(folded).toContain("bank.risk: wait p99");
  });

  it("says so when there is nothing to compare", () => {
    expect(renderComparisons([]).markup).toContain("nothing to compare");
  });
});
