import { measuredUncreditedRatio, violationCount } from "../analysis/figure.ts";
import { causes, type Outcome, outcomes } from "../domain/outcome.ts";
import type { Comparison, Result, VariantResult } from "../record/result.ts";
import { renderChart } from "./chart-spec.ts";
import { arrivalBars, creditTimeBars } from "./comparison-charts.ts";
import { formatDifference, nameOfMetric, unitOfMetric } from "./figure.ts";
import { mainBottleneck } from "./findings.ts";
import { formatMs, formatNumber, formatPercent, nothing } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html } from "./html.ts";
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
      (it) => html`<strong>${formatPercent(measuredUncreditedRatio(it))}</strong>`,
    ),
    line("planned", (it) => formatNumber(it.planned)),
    ...outcomes.map((outcome) => line(outcome, (it) => outcomeCell(it, outcome))),
    percentiles("timeToCredit", (it) => it.timeToCreditMs.p50, "p50"),
    percentiles("timeToCredit", (it) => it.timeToCreditMs.p99, "p99"),
    percentiles("latency", (it) => it.latencyMs.p50, "p50"),
    percentiles("latency", (it) => it.latencyMs.p99, "p99"),
    line("bottleneck", (it) => mainBottleneck(it)?.station ?? nothing),
    ...causes.map(
      (cause): Line => ({
        name: `cause: ${cause}`,
        meaning: terms.causes.meaning,
        value: (it) => formatNumber(it.causes[cause]),
      }),
    ),
    line("doubleCredited", (it) => mustBe0(it.integrity.doubleCredited)),
    line("phantom", (it) => mustBe0(it.integrity.phantom)),
    line("missing", (it) => mustBe0(it.integrity.missing)),
    line("leaked", (it) => mustBe0(it.integrity.leaked)),
    ...(variants.some(({ money }) => money !== undefined) ? [violations] : []),
    line("unnotified", (it) => formatNumber(it.unnotified)),
    line("attempts", (it) => formatNumber(it.attempts)),
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

function percentiles(
  term: "timeToCredit" | "latency",
  ms: (variant: VariantResult) => number | null,
  quantile: string,
): Line {
  const { name, meaning } = terms[term];
  return { name: `${name} ${quantile}`, meaning, value: (it) => formatMs(ms(it)) };
}

function outcomeCell(variant: VariantResult, outcome: Outcome): Html {
  const count = variant.outcomes[outcome];
  const all = outcomes.reduce((sum, it) => sum + variant.outcomes[it], 0);
  const share = all === 0 ? nothing : formatPercent(count / all);
  return html`${formatNumber(count)} <small>${share}</small>`;
}

function mustBe0(count: number): Html {
  return count === 0 ? html`0` : html`<span class="bad">✗ ${formatNumber(count)}</span>`;
}

/** The differences that several seeds show, or do not show. */
export function renderComparisons(comparisons: readonly Comparison[]): Html {
  const table = renderTable(
    "Differences between variants",
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
      { head: "Seeds", cell: (it) => formatNumber(it.seeds) },
    ],
    comparisons,
  );
  return html`<section id="comparisons" aria-labelledby="comparisons-title">
<h2 id="comparisons-title">What the variants change</h2>
<p>Variant minus the other, under the same luck: the mean of the paired differences. ${terms.interval.meaning}</p>
${comparisons.length === 0 ? html`<p class="note">There is nothing to compare.</p>` : table}
</section>`;
}

function interval(it: Comparison): string {
  if (it.low === null || it.high === null) return nothing;
  const unit = unitOfMetric(it.metric);
  return `${formatDifference(unit, it.low)} to ${formatDifference(unit, it.high)}`;
}

/** What may be concluded from one comparison. */
export function readComparison(it: Comparison): string {
  if (it.low === null || it.high === null) return "one seed: no interval";
  if (it.low <= 0 && it.high >= 0) return "no difference shown";
  return it.difference < 0 ? "lower" : "higher";
}
