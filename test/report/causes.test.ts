import { describe, expect, it } from "vitest";
import { causes } from "../../src/domain/outcome.ts";
import type { Series, VariantResult } from "../../src/record/result.ts";
import { causeCounts, causeWords } from "../../src/report/cause-words.ts";
import { renderCauseChart, renderCauses } from "../../src/report/causes.ts";
import { liveResult, simulatedResult } from "../support/sample-result.ts";

const [late] = liveResult().variants;
const [calm] = simulatedResult().variants;
if (late === undefined || calm === undefined) throw new Error("a result without a variant");
const common = { span: { fromMs: 0, toMs: 240_000, bucketMs: 1_000 }, bands: [] };

function chartOf({ name, series }: Pick<VariantResult, "name" | "series">): string {
  return renderCauseChart(name, series, 240_000, common).markup;
}

/** What the boot script draws the chart from. */
function datasetsOf(markup: string): readonly { label: string; fill: string }[] {
  const [, spec = ""] = /class="chart-spec">([^<]*)</.exec(markup) ?? [];
  const { config } = JSON.parse(spec) as { config: { data: { datasets: [] } } };
  return config.data.datasets;
}

describe("the causes over time", () => {
  it("are stacked, one band a cause, and only those that occur", () => {
    const datasets = datasetsOf(chartOf(late));
    expect(datasets.map(({ label, fill }) => [label, fill])).toEqual([
      ["bank-delay", "origin"],
      ["communication", "-1"],
      ["network", "-1"],
    ]);
  });

  it("are not drawn where all came in time", () => {
    expect(chartOf(calm)).toBe("");
  });

  it("are not drawn of a result that does not have them", () => {
    const { causes: _, ...old } = late.series;
    const series: Series = old;
    expect(chartOf({ ...late, series })).toBe("");
  });
});

describe("the table of causes", () => {
  it("has the main cause first, shares of the uncredited, and what each means", () => {
    const { markup } = renderCauses(late);
    const names = [...markup.matchAll(/<th scope="row">([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(["bank-delay", "communication", "network"]);
    expect(markup).toContain(causeWords.network.meaning);
  });

  it("is left out where all came in time", () => {
    expect(renderCauses(calm).markup).toBe("");
  });
});

it("counts of causes add up to what was late or lost, and shares to 1", () => {
  const counts = causeCounts(late);
  const { late: lateCount, lost } = late.outcomes;
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(lateCount + lost);
  expect(counts.reduce((sum, { ratio }) => sum + ratio, 0)).toBeCloseTo(1, 12);
});

it("every cause has a meaning of one sentence", () => {
  for (const cause of causes) expect(causeWords[cause].meaning).toMatch(/^[A-Z][^.]*\.$/);
});
