import { describe, expect, it } from "vitest";
import { Result, renderResult } from "../../src/record/result.ts";
import type { ChartSpec } from "../../src/report/chart-spec.ts";
import { renderPage } from "../../src/report/page.ts";
import { renderParity } from "../../src/report/parity-section.ts";
import { liveResult, simulatedResult } from "../support/sample-result.ts";
import { verifiedResult } from "../support/verified-result.ts";

const verified = verifiedResult();
const section = renderParity(verified).markup;
const page = (result: Result): string => renderPage(result, { chartLibrary: "" });

type Chart = { readonly label: string; readonly spec: ChartSpec };
const charts = [
  ...section.matchAll(/aria-label="([^"]+)"><\/canvas>[\s\S]*?class="chart-spec">([^<]*)</g),
].map(([, label = "", spec = ""]): Chart => ({ label, spec: JSON.parse(spec) as ChartSpec }));
const chart = (label: string): Chart => {
  const found = charts.find((it) => it.label.startsWith(label));
  if (found === undefined) throw new Error(`no chart ${label}`);
  return found;
};

describe("the section of a verified run", () => {
  it("stands in place of the short comparison of live runs", () => {
    expect(page(verified)).toContain('<a href="#parity">');
    expect(page(verified)).not.toContain('id="prediction"');
    expect(page(liveResult())).toContain('id="prediction"');
    expect(page(liveResult())).not.toContain('id="parity"');
    expect(renderParity(simulatedResult()).markup).toBe("");
    expect(page({ ...liveResult(), parity: [] })).toContain('id="prediction"');
  });

  it("judges each variant, figure and curve in words", () => {
    expect(section).toMatch(
      /<h3>baseline<\/h3>\s*<p class="verdict fail">✗ \d+ of \d+ comparisons/,
    );
    expect(section).toMatch(/<h3>second-bank<\/h3>\s*<p class="verdict pass">✓ What was measured/);
    expect(section).toContain("✗ beyond");
    expect(section).toContain("✓ within");
    expect(section).toContain("reported only");
    expect(section).toMatch(/F3<\/span> Not judged: bank#1 killed/);
    expect(section).toContain("<small>3m20s to 3m28s</small>");
    expect(section).toContain("All tolerances were multiplied by 2.");
  });

  it("gives every tolerance with its reason", () => {
    expect(section).toContain("latency p50: ±15 ms, or 15% if more");
    expect(section).toContain("busy share: ±5 points");
    expect(section).toContain("A worker that waits for a call is held");
  });

  it("warns where the live run cannot be trusted", () => {
    expect(section).not.toContain("proves nothing");
    const doubtful = renderParity({ ...verified, verdict: "inconclusive" }).markup;
    expect(doubtful).toContain("proves nothing either way");
  });

  it("draws outcomes, latency and the stations that are off, faults and kills marked", () => {
    const labels = charts.map(({ label }) => label);
    for (const what of ["outcomes", "latency", "busy share of bank.risk", "queue of bank.risk"]) {
      expect(labels).toContain(`baseline: ${what} over time, measured and predicted`);
    }
    // A queue in which nobody waited has no chart.
    expect(labels.filter((it) => it.includes("queue of operator.link-check"))).toEqual([]);
    const { bands } = chart("baseline: latency").spec;
    expect(bands.map(({ label }) => label)).toEqual([
      ...(verified.faults[0]?.bands ?? []).map(({ label }) => label),
      "not judged: bank#1 killed and restarted",
    ]);
  });

  it("draws measured solid, predicted dashed, and the band between edges without a name", () => {
    const { datasets } = chart("baseline: busy share of bank.risk").spec.config.data;
    expect(datasets.map(({ label }) => label)).toEqual(["measured", "predicted", "", ""]);
    expect(datasets.map(({ borderDash }) => borderDash)).toEqual([
      [],
      [5, 4],
      undefined,
      undefined,
    ]);
    expect(datasets.map(({ fill }) => fill)).toEqual([undefined, undefined, false, "-1"]);
  });
});

describe("a result", () => {
  it("keeps what verify found, through text and back", () => {
    expect(Result.parse(JSON.parse(renderResult(verified)))).toEqual(verified);
  });

  it("of every other command has no word of it", () => {
    expect(renderResult(liveResult())).not.toContain("parity");
    expect(Object.keys(Result.parse(simulatedResult()))).not.toContain("parity");
  });
});
