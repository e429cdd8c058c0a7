import { bucketRules, type Tolerance, tolerances } from "../analysis/parity-tolerances.ts";
import type { Parity, ParityCurve, ParityRow } from "../record/parity-result.ts";
import type { FaultBand, Result } from "../record/result.ts";
import { formatFigure, type Unit } from "./figure.ts";
import { bandsOf } from "./findings.ts";
import { formatInstant, formatMs, formatNumber, formatPercent, nothing } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { renderParityCharts } from "./parity-charts.ts";
import {
  agreementLine,
  describeJitter,
  describePairs,
  formatBand,
  formatMiss,
  formatTolerance,
  nameOfFigure,
} from "./parity-words.ts";
import { renderTable } from "./table.ts";

/** Of `verify`: both worlds under the same draws, figure by figure and over time. */
export function renderParity(result: Result): Html {
  const { parity } = result;
  if (parity === undefined || parity.length === 0) return none;
  return html`<section id="parity" aria-labelledby="parity-title">
<h2 id="parity-title">Predicted against measured</h2>
<p>The same activations with the same drawn times, once simulated and once on real servers and sockets. A measured
figure agrees when it lies in the sensitivity band of its prediction, or beyond it by no more than its tolerance. Where the
band is wide, the system itself is near a tipping point and makes much of little.</p>
${
  result.verdict === "inconclusive"
    ? html`<p class="note">The live run cannot be trusted (see the verdict), so this proves nothing either way.</p>`
    : none
}
${parity.map((it) => renderVariant(result, it))}
${renderTolerances()}
</section>`;
}

function renderVariant(result: Result, parity: Parity): Html {
  const { variant, agrees, toleranceFactor } = parity;
  const kind = agrees ? "pass" : "fail";
  const line = agreementLine([parity]);
  const judgement = `${agrees ? "✓" : "✗"} ${line.slice(0, 1).toUpperCase()}${line.slice(1)}`;
  const factor =
    toleranceFactor === 1
      ? ""
      : ` All tolerances were multiplied by ${formatNumber(toleranceFactor)}.`;
  const faults = bandsOf(result, variant);
  return html`<h3>${variant}</h3>
<p class="verdict ${kind}">${judgement}</p>
<p>${describeJitter(parity)}${factor}</p>
${renderMarks(parity, faults)}
${renderParityCharts(parity, faults)}
${renderRows(parity)}
<p class="note">Paired: the same activation in both worlds. ${describePairs(parity)} Its error is
|measured − predicted latency| where both ended alike.</p>
${renderCurves(parity)}`;
}

/** The legend of the marks in the charts: faults, then what is not judged. */
function renderMarks({ excluded }: Parity, faults: readonly FaultBand[]): Html {
  const marks = [...faults, ...excluded.map((it) => ({ ...it, label: `Not judged: ${it.why}` }))];
  if (marks.length === 0) return none;
  const items = marks.map(
    ({ label, fromMs, toMs }, index) =>
      html`<li><span class="fault-mark">F${index + 1}</span> ${label}
<small>${formatInstant(fromMs)} to ${formatInstant(toMs)}</small></li>`,
  );
  return html`<ul class="faults" aria-label="Marks in the charts">${items}</ul>`;
}

function renderRows({ variant, rows }: Parity): Html {
  return renderTable(
    `${variant}: the whole run`,
    [
      { head: "Figure", isText: true, cell: nameOfFigure },
      { head: "predicted", cell: (it) => formatFigure(it.unit, it.predicted) },
      { head: "sensitivity band", cell: formatBand },
      { head: "measured", cell: (it) => formatFigure(it.unit, it.measured) },
      { head: "difference", cell: formatMiss },
      { head: "tolerance", cell: formatTolerance },
      { head: "Judgement", isText: true, cell: judge },
    ],
    rows,
  );
}

function judge(it: ParityRow): Html {
  if (it.tolerance === null) return html`<small>reported only</small>`;
  return mark(it.isWithin);
}

function mark(isWithin: boolean): Html {
  return isWithin
    ? html`<span class="good">✓ within</span>`
    : html`<span class="bad">✗ beyond</span>`;
}

function renderCurves({ variant, curves }: Parity): Html {
  return renderTable(
    `${variant}: over time`,
    [
      { head: "Figure", isText: true, cell: nameOfFigure },
      { head: "buckets judged", cell: (it) => formatNumber(it.judgedCount) },
      { head: "within", cell: (it) => formatNumber(it.withinCount) },
      { head: "needed", cell: (it) => formatNumber(it.neededCount) },
      { head: "largest difference", cell: largestMiss },
      {
        head: "Judgement",
        isText: true,
        cell: (it) =>
          it.judgedCount === 0 ? html`<small>too few activations</small>` : mark(it.isWithin),
      },
    ],
    curves,
  );
}

/** How far the worst judged bucket lay from its prediction. */
function largestMiss(it: ParityCurve): string {
  let most: number | null = null;
  it.measured.forEach((value, bucket) => {
    const predicted = it.predicted[bucket] ?? null;
    if ((it.tolerance[bucket] ?? null) === null || value === null || predicted === null) return;
    const size = Math.abs(value - predicted);
    if (most === null || size > most) most = size;
  });
  if (most === null) return nothing;
  return it.unit === "ratio"
    ? `${formatPercent(most).replace("%", "")} points`
    : formatFigure(it.unit, most);
}

const toleranceRows: readonly { name: string; unit: Unit; of: Tolerance }[] = [
  { name: "planned", unit: "count", of: tolerances.planned },
  { name: "shares of the outcomes", unit: "ratio", of: tolerances.outcome },
  { name: "latency p50", unit: "ms", of: tolerances.latencyP50 },
  { name: "latency p90", unit: "ms", of: tolerances.latencyP90 },
  { name: "latency p99", unit: "ms", of: tolerances.latencyP99 },
  { name: "busy share", unit: "ratio", of: tolerances.busy },
  { name: "mean queue", unit: "count", of: tolerances.queue },
  { name: "paired error p50", unit: "ms", of: tolerances.pairError },
  { name: "paired, other outcome", unit: "ratio", of: tolerances.pairOutcome },
];

function renderTolerances(): Html {
  const { widening, withinRatio, standardErrorCount } = bucketRules;
  const rows = toleranceRows.map(
    ({ name, unit, of }) =>
      html`<div><dt>${name}: ${writeTolerance(unit, of)}</dt><dd>${of.why}</dd></div>`,
  );
  return html`<details><summary>The tolerances and their reasons</summary>
<dl class="glossary">${rows}</dl>
<p>Over time they are ${formatNumber(widening)} times as wide, and shares get ${formatNumber(standardErrorCount)} standard
errors of the few activations of a bucket more; ${formatPercent(withinRatio)} of the buckets must be within, but one may
always be off. Percentiles are judged where the prediction has at least ${formatNumber(bucketRules.sampleMinCount.p50)},
${formatNumber(bucketRules.sampleMinCount.p90)} and ${formatNumber(bucketRules.sampleMinCount.p99)} samples for p50, p90 and p99.</p>
</details>`;
}

/** The greater of two parts: `15 ms, or 15% if that is more`. */
function writeTolerance(unit: Unit, { absolute, relative }: Tolerance): string {
  const least =
    unit === "ratio"
      ? `${formatPercent(absolute).replace("%", "")} points`
      : unit === "ms"
        ? formatMs(absolute)
        : formatNumber(absolute);
  return relative === 0 ? `±${least}` : `±${least}, or ${formatPercent(relative)} if more`;
}
