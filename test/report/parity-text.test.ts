import { describe, expect, it } from "vitest";
import type { Parity, ParityRow } from "../../src/record/parity-result.ts";
import type { Result } from "../../src/record/result.ts";
import { verdictLine } from "../../src/report/findings.ts";
import { renderParityText } from "../../src/report/parity-text.ts";
import {
  formatBand,
  formatMiss,
  formatTolerance,
  parityLine,
} from "../../src/report/parity-words.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { widthOf } from "../../src/report/text-table.ts";
import { hostileResult } from "../support/sample-result.ts";
import { verifiedResult } from "../support/verified-result.ts";

const verified = verifiedResult();
const parities = verified.parity ?? [];
const named = (name: string): Parity => {
  const found = parities.find(({ variant }) => variant === name);
  if (found === undefined) throw new Error(`no parity of ${name}`);
  return found;
};

describe("renderParityText", () => {
  const text = renderParityText(named("baseline"), 100).join("\n");

  it("shows predicted, band, measured, difference, tolerance and judgement of each figure", () => {
    expect(text).toMatch(/figure +predicted +band +measured +difference +tolerance\n/);
    expect(text).toMatch(/busy bank\.post +70\.1% +70\.1% +75\.4% +\+5\.27 points +±5 points +OFF/);
    expect(text).toMatch(/paired error p50 +0 ms +0 to 2 ms +3 ms +\+3 ms +±14\.3 ms +ok/);
    expect(text).toMatch(/paired error p90 .* –\n/);
  });

  it("names what is beyond, over the whole run and over time", () => {
    expect(named("baseline").agrees).toBe(false);
    expect(text).toMatch(/latency p99 .* OFF|queue bank\.risk .* OFF/);
    expect(text).toMatch(/Over time: \d+ of \d+ curves are within/);
    expect(text).toMatch(/OFF .*: \d+ of \d+ buckets within, \d+ needed/);
  });

  it("says what was left out, how the band came about, and what was paired", () => {
    expect(text).toContain("Not judged: 3m20s to 3m28s, bank#1 killed and restarted");
    expect(text.replaceAll("\n  ", " ")).toContain("messages that take 0.5 ms to 2 ms longer");
    expect(text).toContain("were found in both worlds and compared");
    expect(renderParityText(named("second-bank"), 100).join("\n")).toContain("tolerances ×2");
  });

  it("says when there were too many activations to keep", () => {
    const parity = named("baseline");
    const sampled = { ...parity, pairs: { ...parity.pairs, stride: 4, unpairedCount: 7 } };
    const lines = renderParityText(sampled, 100).join(" ").replace(/ +/g, " ");
    expect(lines).toMatch(/only every 4th, by its number/);
    expect(lines).toMatch(/7 were in one world alone/);
  });
});

describe("the summary of a verified run", () => {
  it("is about both worlds, and keeps to 100 columns", () => {
    const lines = renderSummary(verified).split("\n");
    expect(lines[0]).toMatch(/^Fail: \d+ of \d+ comparisons are beyond their tolerance: baseline:/);
    expect(lines.filter((it) => it.endsWith("predicted against measured"))).toHaveLength(3);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(100);
  });

  it("keeps control characters of a scenario from the terminal", () => {
    const hostile = parities.map((it) => ({
      ...it,
      variant: `\u001b[2J${it.variant}`,
      rows: it.rows.map((row) => ({ ...row, of: `\u0007${row.of}` })),
    }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
    expect(renderSummary({ ...hostileResult(), parity: hostile })).not.toMatch(/[\u0007\u001b]/);
  });
});

describe("the verdict of a verified run", () => {
  const agreeing = parities.filter(({ agrees }) => agrees);
  it.each([
    {
      why: "agreement",
      of: { verdict: "pass", parity: agreeing },
      says: /^Pass: what was measured agrees/,
    },
    { why: "difference", of: { verdict: "fail" }, says: /^Fail: \d+ of \d+ comparisons/ },
    { why: "a run that cannot be trusted", of: { verdict: "inconclusive" }, says: /^Inconclusive/ },
  ] as const)("says $why", ({ of, says }) => {
    expect(agreeing).toHaveLength(2);
    expect(verdictLine({ ...verified, ...(of as Partial<Result>) })).toMatch(says);
  });

  it("counts what was judged alone", () => {
    const [first] = agreeing;
    const judged = [
      ...(first?.rows ?? []).filter(({ tolerance }) => tolerance !== null),
      ...(first?.curves ?? []).filter(({ judgedCount }) => judgedCount > 0),
    ];
    expect(parityLine(agreeing.slice(0, 1))).toContain(`all ${judged.length} comparisons`);
  });
});

describe("the figures of a row", () => {
  const row: ParityRow = {
    figure: "latency",
    of: "p50",
    unit: "ms",
    predicted: 286,
    low: 284,
    high: 292,
    measured: 290,
    tolerance: 43,
    isWithin: true,
  };
  it.each([
    { of: {}, band: "284 to 292 ms", miss: "+4 ms", tolerance: "±43 ms" },
    { of: { high: 1_200 }, band: "284 ms to 1.2 s", miss: "+4 ms", tolerance: "±43 ms" },
    { of: { low: 286, high: 286 }, band: "286 ms", miss: "+4 ms", tolerance: "±43 ms" },
    { of: { measured: 286.001 }, band: "284 to 292 ms", miss: "0 ms", tolerance: "±43 ms" },
    { of: { measured: null }, band: "284 to 292 ms", miss: "–", tolerance: "±43 ms" },
    {
      of: { low: null, high: null, predicted: null, tolerance: null },
      band: "–",
      miss: "–",
      tolerance: "–",
    },
    {
      of: { unit: "ratio", predicted: 0.2, low: 0.19, high: 0.21, measured: 0.17, tolerance: 0.05 },
      band: "19 to 21%",
      miss: "−3 points",
      tolerance: "±5 points",
    },
    {
      of: { unit: "count", predicted: 8, low: 8, high: 9, measured: 12, tolerance: 1.6 },
      band: "8 to 9",
      miss: "+4",
      tolerance: "±1.6",
    },
  ] as const)("read $band, $miss, $tolerance", ({ of, band, miss, tolerance }) => {
    const it: ParityRow = { ...row, ...of };
    expect([formatBand(it), formatMiss(it), formatTolerance(it)]).toEqual([band, miss, tolerance]);
  });
});
