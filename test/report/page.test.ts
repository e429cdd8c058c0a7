import { describe, expect, it } from "vitest";
import { Result } from "../../src/record/result.ts";
import { renderPage } from "../../src/report/page.ts";
import {
  emptyResult,
  hostileResult,
  liveResult,
  moneyResult,
  remediedResult,
  simulatedResult,
} from "../support/sample-result.ts";
import { verifiedResult } from "../support/verified-result.ts";

const chartLibrary = "/* the chart library */";
const render = (result: Result): string => renderPage(result, { chartLibrary });

const all = [
  { name: "live", result: liveResult() },
  { name: "simulated", result: simulatedResult() },
  { name: "empty", result: emptyResult() },
  { name: "verified", result: verifiedResult() },
  { name: "remedied", result: remediedResult() },
  { name: "many-booked", result: moneyResult() },
];

describe.each(all)("the page of a $name result", ({ result }) => {
  const page = render(result);

  it("is a pure function of the result", () => {
    expect(render(Result.parse(JSON.parse(JSON.stringify(result))))).toBe(page);
  });

  it("names nothing that a browser would fetch", () => {
    expect(page).not.toMatch(/\s(?:src|href)="(?!#|data:)/);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it("has every section, each id once, and no link to nowhere", () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    expect(ids).toEqual(
      expect.arrayContaining(["verdict", "gates", "variants", "comparisons", "reproduce"]),
    );
  });

  it("gives every canvas a name and a specification that can be read", () => {
    const canvases = page.match(/<canvas role="img" aria-label="[^"]+">/g) ?? [];
    const specs = [...page.matchAll(/class="chart-spec">([^<]*)</g)].map((match) => match[1] ?? "");
    expect(canvases.length).toBeGreaterThan(0);
    expect(specs).toHaveLength(canvases.length);
    for (const spec of specs) expect(JSON.parse(spec)).toHaveProperty("config.data.datasets");
  });
});

describe("the page of a live run", () => {
  const page = render(liveResult());

  it("shows predicted beside measured, and marks the faults", () => {
    expect(page).toContain("Predicted beside measured");
    expect(page).toContain("bank.risk slow 3x");
  });

  it("shows that the books add up", () => {
    expect(page).toContain("planned = answered + timed out + failed + unsent + unfinished");
    expect(page).toContain("✓ adds up");
  });
});

it("shows when the books do not add up", () => {
  const result = simulatedResult();
  const variants = result.variants.map((it) => ({ ...it, planned: it.planned + 1 }));
  expect(render({ ...result, variants })).toContain("✗ adds up to");
});

it("has no section on predictions where there are none", () => {
  expect(render(simulatedResult())).not.toContain('id="prediction"');
});

it("draws at most 240 buckets of a long run", () => {
  const result = liveResult();
  const long = result.variants.map((it) => {
    const twice = <T>(values: readonly T[]): T[] => [...values, ...values];
    const series = {
      ...it.series,
      timesMs: twice(it.series.timesMs).map((_, index) => index * 1_000),
      latencyP50Ms: twice(it.series.latencyP50Ms),
      latencyP99Ms: twice(it.series.latencyP99Ms),
    };
    return { ...it, series };
  });
  const page = render({ ...result, variants: long });
  const specs = [...page.matchAll(/class="chart-spec">([^<]*)</g)].map((match) => match[1] ?? "");
  const lengths = specs.flatMap((spec) => {
    const { config } = JSON.parse(spec) as { config: { data: { datasets: { data: [] }[] } } };
    return config.data.datasets.map((it) => it.data.length);
  });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(241); // The last step needs its end.
  expect(page).toContain("Of merged buckets, the highest.");
});

it("lets no text of the result inject markup", () => {
  const page = render(hostileResult());
  expect(page).toContain("&lt;img src=x");
  expect(page).not.toContain("<img");
  const tame = render(liveResult());
  const scripts = tame.match(/<script/g)?.length ?? 0;
  const [, ofVariant = ""] =
    /(<section id="variant-1"[\s\S]*?)<section id="variant-2"/.exec(tame) ?? [];
  const more = ofVariant.match(/<script/g)?.length ?? 0; // The hostile result has a variant more.
  expect(page.match(/<script/g)).toHaveLength(scripts + more);
});
