import { measuredUncreditedRatio, violationCount } from "../analysis/figure.ts";
import { causes, type Outcome, outcomes } from "../domain/outcome.ts";
import type { Comparison, Result, VariantResult } from "../record/result.ts";
import { renderChart } from "./chart-spec.ts";
import { arrivalBars, creditTimeBars } from "./comparison-charts.ts";
import { formatDifference, nameOfMetric, unitOfMetric } from "./figure.ts";
import { mainBottleneck } from "./findings.ts";
import { formatMs, formatNumber, formatPercent, nothing } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { perRun, plusMinus } from "./interval.ts";
import { moneyTerms } from "./money-terms.ts";
import { type Column, renderTable } from "./table.ts";

/** One line of the side-by-side table: a figure, and its value for a variant. */
type Line = {
  readonly name: string;
  readonly meaning: string;
  readonly value: (variant: VariantResult) => string | Html;
};

/** Variant beside variant: the same figures in the same order, and two pictures of them. */
export function renderVariants(result: Result): Html {
  const columns: readonly Column<Line>[] = [
    {
      head: "Figure",
      isText: true,
      cell: (it) => html`<span title="${it.meaning}">${it.name}</span>`,
    },
    ...result.variants.map((variant) => ({
      head: variant.name,
      cell: (it: Line) => it.value(variant),
    })),
  ];
  const heightPx = 110 + 34 * result.variants.length;
  const names = result.variants.map((it) => it.name).join(", ");
  return html`<section id="variants" aria-labelledby="variants-title">
<h2 id="variants-title">Variants side by side</h2>
<div class="charts">
${renderChart(
  {
    title: "What did not arrive in time",
    note: "Share of what was due, late and lost together. Shorter is better.",
    label: `Share of late and lost activations of each variant: ${names}`,
  },
  arrivalBars(result.variants),
  heightPx,
)}
${renderChart(
  {
    title: "Time to credit",
    note: "From the planned instant to the credit. Shorter is better.",
    label: `Time to credit, p50 and p99, of each variant: ${names}`,
  },
  creditTimeBars(result.variants),
  heightPx,
)}
</div>
${renderTable("Figures of each variant", columns, lines(result.variants))}
</section>`;
}

function lines(variants: readonly VariantResult[]): readonly Line[] {
  return [
    line(
      "uncredited",
      (it) =>
        html`<strong>${formatPercent(measuredUncreditedRatio(it))}</strong>${plusMinus(it, "uncredited_rate", "ratio")}`,
    ),
    line("planned", (it) => counted(it, it.planned, "planned")),
    ...outcomes.map((outcome) => line(outcome, (it) => outcomeCell(it, outcome))),
    percentile("timeToCredit", "p50"),
    percentile("timeToCredit", "p99"),
    percentile("latency", "p50"),
    percentile("latency", "p99"),
    line("bottleneck", (it) => mainBottleneck(it)?.station ?? nothing),
    ...causes.map(
      (cause): Line => ({
        name: `cause: ${cause}`,
        meaning: terms.causes.meaning,
        value: (it) => counted(it, it.causes[cause], `cause(${cause})`),
      }),
    ),
    line("doubleCredited", (it) => mustBe0(it.integrity.doubleCredited)),
    line("phantom", (it) => mustBe0(it.integrity.phantom)),
    line("missing", (it) => mustBe0(it.integrity.missing)),
    line("leaked", (it) => mustBe0(it.integrity.leaked)),
    ...(variants.some(({ money }) => money !== undefined) ? [violations] : []),
    line("unnotified", (it) => counted(it, it.unnotified, "unnotified")),
    line("attempts", (it) => counted(it, it.attempts, "attempts")),
  ];
}

/** All rules of the auditor, those that are counted as integrity too. */
const violations: Line = {
  ...moneyTerms.violations,
  value: ({ money }) => (money === undefined ? nothing : mustBe0(violationCount(money))),
};

function line(term: keyof typeof terms, value: Line["value"]): Line {
  return { ...terms[term], value };
}

function percentile(term: "timeToCredit" | "latency", quantile: "p50" | "p99"): Line {
  const { name, meaning } = terms[term];
  const metric = `${quantile}(${term === "latency" ? "latency" : "time_to_credit"})`;
  return {
    ...{ name: `${name} ${quantile}`, meaning },
    value: (it) => html`${formatMs(it[`${term}Ms`][quantile])}${plusMinus(it, metric, "ms")}`,
  };
}

/** A count over all runs, and what one run has of it. */
function counted(variant: VariantResult, count: number, metric: string): Html {
  return html`${formatNumber(count)}${perRun(variant, metric)}`;
}

function outcomeCell(variant: VariantResult, outcome: Outcome): Html {
  const count = variant.outcomes[outcome];
  const all = outcomes.reduce((sum, it) => sum + variant.outcomes[it], 0);
  const share = all === 0 ? nothing : formatPercent(count / all);
  return html`${formatNumber(count)} <small>${share}</small>${perRun(variant, outcome)}`;
}

function mustBe0(count: number): Html {
  return count === 0 ? html`0` : html`<span class="bad">✗ ${formatNumber(count)}</span>`;
}

/** The differences that several seeds show, or do not show. */
export function renderComparisons(comparisons: readonly Comparison[]): Html {
  const ofStations = comparisons.filter((it) => it.metric.startsWith("stations."));
  const ofRuns = comparisons.filter((it) => !ofStations.includes(it));
  return html`<section id="comparisons" aria-labelledby="comparisons-title">
<h2 id="comparisons-title">What the variants change</h2>
<p>Variant minus the other, under the same luck: the mean of the paired differences. ${terms.interval.meaning}
${terms.holm.meaning} ${terms.varianceSaved.meaning}</p>
${
  comparisons.length === 0
    ? html`<p class="note">There is nothing to compare.</p>`
    : renderDifferences("Differences between variants", ofRuns)
}
${
  ofStations.length === 0
    ? none
    : html`<details><summary>Differences at each station</summary>
${renderDifferences("Differences at each station", ofStations)}</details>`
}
</section>`;
}

function renderDifferences(caption: string, comparisons: readonly Comparison[]): Html {
  return renderTable(
    caption,
    [
      { head: "Variant", isText: true, cell: (it) => it.variant },
      { head: "against", isText: true, cell: (it) => it.against },
      { head: "Figure", isText: true, cell: (it) => nameOfMetric(it.metric) },
      {
        head: "Difference",
        cell: (it) => formatDifference(unitOfMetric(it.metric), it.difference),
      },
      { head: "95% interval", meaning: terms.interval.meaning, cell: interval },
      { head: "Reading", isText: true, cell: readComparison },
      { head: "p (Holm)", meaning: terms.holm.meaning, cell: (it) => formatP(it.pHolm) },
      {
        head: "Runs saved",
        meaning: terms.varianceSaved.meaning,
        cell: ({ varianceSaved: it }) => (it === undefined ? nothing : `${formatNumber(it)}×`),
      },
      { head: "Seeds", cell: (it) => formatNumber(it.seeds) },
    ],
    comparisons,
  );
}

function formatP(p: number | undefined): string {
  if (p === undefined) return nothing;
  return p < 0.001 ? "<0.001" : formatNumber(p);
}

function interval(it: Comparison): string {
  if (it.low === null || it.high === null) return nothing;
  const unit = unitOfMetric(it.metric);
  return `${formatDifference(unit, it.low)} to ${formatDifference(unit, it.high)}`;
}

/** What may be concluded from one comparison. */
export function readComparison(it: Comparison): string {
  if (it.low === null || it.high === null) return "one seed: no interval";
  if (it.low <= 0 && it.high >= 0) {
    const half = formatDifference(unitOfMetric(it.metric), (it.high - it.low) / 2);
    return `no difference shown (± ${half.replace(/^\+/, "")})`;
  }
  const reading = it.difference < 0 ? "lower" : "higher";
  // Looked at alone it is one; among so many variants such a one comes by chance too often.
  return (it.pHolm ?? 0) > holmLevel ? `${reading}, but not among so many variants` : reading;
}

/** The chance that any of the variants is called different by a metric where none is. */
const holmLevel = 0.05;
