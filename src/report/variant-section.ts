import type { FaultBand, Result, Spread, VariantResult } from "../record/result.ts";
import { renderBottlenecks } from "./bottleneck-timeline.ts";
import { renderCauses } from "./causes.ts";
import { answerOf, bandsOf } from "./findings.ts";
import { formatInstant, formatMs, formatNumber, formatPlural } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html } from "./html.ts";
import { plusMinus } from "./interval.ts";
import { renderMoney } from "./money-section.ts";
import { renderRemedies } from "./remedies.ts";
import { renderStations } from "./stations.ts";
import { renderTable } from "./table.ts";
import { renderTail } from "./tail-section.ts";
import { renderVariantCharts } from "./variant-charts.ts";

/** All that is known of one variant. */
export function renderVariantSection(result: Result, variant: VariantResult, index: number): Html {
  const id = `variant-${index}`;
  const bands = bandsOf(result, variant.name);
  const { durationMs } = result.scenario;
  const answer = answerOf(result, variant);
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">Variant: ${variant.name}</h2>
<p>${answer.short} ${answer.why}${
    variant.seeds > 1 ? ` Figures of ${formatPlural(variant.seeds, "run")}.` : ""
  }${warmUpWords(result)}</p>
${renderFaults(bands)}
${renderVariantCharts(variant, durationMs, bands)}
${renderCauses(variant)}${renderBottlenecks(variant, durationMs, bands)}
${renderMoney(variant)}<h3>Stations</h3>
${renderStations(variant)}
${renderRemedies(result, variant)}<h3>Times</h3>
${renderPercentiles(variant)}
${renderTail(variant)}<h3>Accounting</h3>
${renderAccounting(variant)}
</section>`;
}

function warmUpWords({ scenario: { warmUp } }: Result): string {
  if (warmUp === undefined) return "";
  const found = warmUp.pilots === 0 ? "" : `, as MSER-5 found in ${warmUp.pilots} pilot runs`;
  const from = formatInstant(warmUp.ms);
  return ` Figures are of the steady state: they leave out the first ${from}${found}. Curves and books are of the whole run.`;
}

/** The legend of the marks in the charts. */
function renderFaults(bands: readonly FaultBand[]): Html {
  if (bands.length === 0) return html`<p class="note">Nothing was broken in this variant.</p>`;
  const items = bands.map(
    (it, index) => html`<li><span class="fault-mark">F${index + 1}</span> ${it.label}
<small>on ${it.on}, ${formatInstant(it.fromMs)} to ${formatInstant(it.toMs)}</small></li>`,
  );
  return html`<ul class="faults" aria-label="Faults, as marked in the charts">${items}</ul>`;
}

type TimesRow = {
  readonly term: keyof typeof terms;
  readonly spread: Spread;
  /** As gates call it. */
  readonly times: string;
};

function timeCell(
  variant: VariantResult,
  { spread, times }: TimesRow,
  figure: Exclude<keyof Spread, "count">,
): Html {
  return html`${formatMs(spread[figure])}${plusMinus(variant, `${figure}(${times})`, "ms")}`;
}

function renderPercentiles(variant: VariantResult): Html {
  const rows: readonly TimesRow[] = [
    { term: "timeToCredit", spread: variant.timeToCreditMs, times: "time_to_credit" },
    { term: "latency", spread: variant.latencyMs, times: "latency" },
    { term: "serviceTime", spread: variant.serviceTimeMs, times: "service_time" },
    { term: "sendLag", spread: variant.sendLagMs, times: "send_lag" },
  ];
  return renderTable(
    `Times of ${variant.name}`,
    [
      {
        head: "Time",
        isText: true,
        cell: ({ term }) => html`<span title="${terms[term].meaning}">${terms[term].name}</span>`,
      },
      { head: "samples", cell: ({ spread }) => formatNumber(spread.count) },
      { head: "mean", cell: (it) => timeCell(variant, it, "mean") },
      {
        head: "p50",
        meaning: terms.percentile.meaning,
        cell: (it) => timeCell(variant, it, "p50"),
      },
      {
        head: "p90",
        meaning: terms.percentile.meaning,
        cell: (it) => timeCell(variant, it, "p90"),
      },
      {
        head: "p99",
        meaning: terms.percentile.meaning,
        cell: (it) => timeCell(variant, it, "p99"),
      },
      {
        head: "p99.9",
        meaning: terms.percentile.meaning,
        cell: (it) => timeCell(variant, it, "p999"),
      },
      { head: "most", cell: (it) => timeCell(variant, it, "max") },
    ],
    rows,
  );
}

/** Nothing that was planned may go missing from the books: the identity, with its numbers. */
function renderAccounting(variant: VariantResult): Html {
  const { answered, timedOut, failed, unsent, unfinished } = variant.accounting;
  const sum = answered + timedOut + failed + unsent + unfinished;
  const holds = sum === variant.planned;
  const mark = holds
    ? html`<span class="good">✓ adds up</span>`
    : html`<span class="bad">✗ adds up to ${formatNumber(sum)}</span>`;
  return html`<p>planned = answered + timed out + failed + unsent + unfinished.
How the terminal's side of each activation ended; every one that was planned ends in exactly one way.</p>
${renderTable(
  `Accounting of ${variant.name}`,
  [
    { head: "Planned", meaning: terms.planned.meaning, cell: (it) => formatNumber(it.planned) },
    {
      head: "=\u00a0answered",
      meaning: terms.answered.meaning,
      cell: () => formatNumber(answered),
    },
    {
      head: "+\u00a0timed out",
      meaning: terms.timedOut.meaning,
      cell: () => formatNumber(timedOut),
    },
    { head: "+\u00a0failed", meaning: terms.failed.meaning, cell: () => formatNumber(failed) },
    { head: "+\u00a0unsent", meaning: terms.unsent.meaning, cell: () => formatNumber(unsent) },
    {
      head: "+\u00a0unfinished",
      meaning: terms.unfinished.meaning,
      cell: () => formatNumber(unfinished),
    },
    { head: "Check", isText: true, cell: () => mark },
  ],
  [variant],
)}`;
}
