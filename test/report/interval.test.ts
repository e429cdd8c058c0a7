import { describe, expect, it } from "vitest";
import type { Interval, VariantResult } from "../../src/record/result.ts";
import { renderVariants } from "../../src/report/comparison.ts";
import { renderStations } from "../../src/report/stations.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { renderVariantSection } from "../../src/report/variant-section.ts";
import { liveResult, simulatedResult } from "../support/sample-result.ts";

const known = (metric: string, mean: number, half: number, more: Partial<Interval> = {}) => ({
  ...{ metric, mean, low: mean - half, high: mean + half, seeds: 10, ...more },
});

/** Its stations come from a live sample; its figures are known to some extent. */
function variant(intervals: readonly Interval[]): VariantResult {
  const [sample] = liveResult().variants;
  if (sample === undefined) throw new Error("the sample has a variant");
  return { ...sample, name: "baseline", intervals: [...intervals] };
}

describe("intervals on the page", () => {
  it("stand beside shares, counts of a run, and percentiles", () => {
    const it = variant([
      known("uncredited_rate", 0.123, 0.0031),
      known("lost", 1_200, 35),
      known("p99(time_to_credit)", 2_310, 220),
    ]);
    const { markup } = renderVariants({ ...simulatedResult(), variants: [it] });
    expect(markup).toContain("± 0.31 points");
    expect(markup).toContain("1,200 ± 35 a run");
    expect(markup).toContain("± 220 ms");
    expect(markup).toContain("mean of 10 runs 2.31 s, 95% interval 2.09 s to 2.53 s");
  });

  it("mark what is doubtful, and say why", () => {
    const doubt = "from 2 runs only";
    const it = variant([known("p99(latency)", 900, 50, { doubt })]);
    const { markup } = renderVariantSection({ ...simulatedResult(), variants: [it] }, it, 0);
    expect(markup).toMatch(/± 50 ms<span class="doubt">\?<\/span>/);
    expect(markup).toContain("; from 2 runs only");
  });

  it("stand beside the figures of stations, and tell batches from runs", () => {
    const name = liveResult().variants[0]?.stations[0]?.name ?? "";
    const batches = { seeds: 1, batches: 16 };
    const { markup } = renderStations(variant([known(`wait_mean(${name})`, 30, 4, batches)]));
    expect(markup).toContain("± 4 ms");
    expect(markup).toContain("one run, in 16 batches 30 ms");
  });

  it("have no place where one run has none", () => {
    expect(renderStations(variant([])).markup).not.toContain("±");
    const alone = { ...known("p50(latency)", 1, 0), low: null, high: null };
    const { markup } = renderVariants({ ...simulatedResult(), variants: [variant([alone])] });
    expect(markup).not.toContain("±");
  });

  it("say that a steady state leaves its warm-up out", () => {
    const result = simulatedResult();
    const warmUp = { ms: 90_000, pilots: 3, isAtBound: false };
    const steady = { ...result, scenario: { ...result.scenario, warmUp } };
    const [it] = result.variants;
    if (it === undefined) throw new Error("the sample has a variant");
    const { markup } = renderVariantSection(steady, it, 0);
    expect(markup).toContain("leave out the first 1m30s, as MSER-5 found in 3 pilot runs");
  });
});

it("the terminal's summary says how well its figures are known, within its width", () => {
  const result = simulatedResult();
  const doubt = "from 2 runs only";
  const it = variant([
    known("uncredited_rate", 0.123, 0.0031),
    known("p50(time_to_credit)", 140, 3),
    known("p99(time_to_credit)", 2_310, 220, { doubt }),
  ]);
  const text = renderSummary({ ...result, variants: [it] });
  expect(text).toContain("How well that is known (95% intervals):");
  expect(text.replace(/\s+/g, " ")).toContain(
    "baseline: uncredited 12.3% ± 0.31 points · p50 140 ms ± 3 ms · p99 2.31 s ± 220 ms (from 2 runs only)",
  );
  expect(renderSummary(result)).not.toContain("How well");
});
