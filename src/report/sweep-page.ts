import { formatDuration } from "../kernel/units.ts";
import { cellCountOf, type Sweep, type SweepCell } from "../record/sweep-result.ts";
import { formatPlural } from "./format.ts";
import { type PageAssets, renderFrame } from "./frame.ts";
import { type Html, html, none } from "./html.ts";
import { renderReproduce } from "./reproduce.ts";
import { renderSweepCurves } from "./sweep-curves.ts";
import { renderSweepMaps } from "./sweep-map.ts";
import {
  formatBusiest,
  formatGates,
  formatMean,
  outcomeOf,
  shortNames,
  valuesAt,
} from "./sweep-words.ts";
import { type Column, renderTable } from "./table.ts";

/** Rows of the table; all cells stand in sweep.json. */
const rowMaxCount = 500;

/** The page of a sweep in one file, a pure function of it. */
export function renderSweepPage(sweep: Sweep, assets: PageAssets): string {
  const { scenario, environment } = sweep;
  const body = html`${renderHeader(sweep)}
<nav aria-label="Contents"><ul>
<li><a href="#outcome">Outcome</a></li><li><a href="#maps">${mapsName(sweep)}</a></li>
<li><a href="#cells">Cells</a></li><li><a href="#reproduce">Reproduce</a></li>
</ul></nav>
<main>
${renderOutcome(sweep)}
${renderMaps(sweep)}
${renderCells(sweep)}
${renderReproduce({ ...sweep, mode: "simulated" })}
</main>`;
  const footer = html`Made by Tillstorm ${environment.tillstorm} from <code>sweep.json</code>. Charts by Chart.js (MIT).`;
  const skipTo = { id: "outcome", name: "the outcome" };
  return renderFrame({ title: `${scenario.title}: sweep`, skipTo, body, footer }, assets);
}

function renderHeader({ scenario, variant, keys }: Sweep): Html {
  const window =
    scenario.windowFromMs > 0 ? `, from ${formatDuration(scenario.windowFromMs)} on` : "";
  return html`<header>
<p class="brand">Tillstorm · will the money arrive at peak hour?</p>
<h1>${scenario.title}</h1>
<p class="facts">A sweep of <code>${variant}</code>, simulated in virtual time under the same draws ·
${formatPlural(cellCountOf(keys), "cell")} · ${formatDuration(scenario.durationMs)} of traffic${window} ·
seed <code>${scenario.seed}</code> · ${formatPlural(scenario.seeds, "run")} per cell · promise ${formatDuration(scenario.promiseMs)}</p>
</header>`;
}

function renderOutcome(sweep: Sweep): Html {
  const { keys, cells, partial } = sweep;
  const isGood = !partial && cells.every(({ passed }) => passed);
  const kind = partial ? "inconclusive" : isGood ? "pass" : "fail";
  const expressions = [
    ...new Set(cells.flatMap(({ gates }) => gates.map(({ expression }) => expression))),
  ];
  const gates =
    expressions.length === 0
      ? none
      : html`<p>Gates: ${expressions.map((it) => html`<code>${it}</code> `)}</p>`;
  const columns: readonly Column<Sweep["keys"][number]>[] = [
    { head: "Varied", isText: true, cell: ({ path }) => html`<code>${path}</code>` },
    { head: "Values", isProse: true, cell: ({ values }) => values.join(", ") },
  ];
  return html`<section id="outcome" aria-labelledby="outcome-title">
<h2 id="outcome-title">Outcome</h2>
<p class="verdict ${kind}">${outcomeOf(sweep, cellCountOf(keys))}</p>
${gates}
${renderTable("What was varied, each value with each of the others", columns, keys)}
</section>`;
}

function mapsName({ keys }: Sweep): string {
  return keys.length === 1 ? "Curves" : "Maps";
}

function renderMaps(sweep: Sweep): Html {
  const content = sweep.keys.length === 1 ? renderSweepCurves(sweep) : renderSweepMaps(sweep);
  return html`<section id="maps" aria-labelledby="maps-title">
<h2 id="maps-title">${mapsName(sweep)}</h2>
${sweep.keys.length === 1 ? html`<noscript><p class="note">The curves need JavaScript; the table of cells works without it.</p></noscript>` : none}
${content}
</section>`;
}

function renderCells(sweep: Sweep): Html {
  const { keys, figures, cells, scenario } = sweep;
  const names = shortNames(keys.map(({ path }) => path));
  const columns: readonly Column<SweepCell>[] = [
    ...names.map((head, index) => ({
      head,
      meaning: keys[index]?.path ?? head,
      cell: (cell: SweepCell) => valuesAt(sweep, cell)[index] ?? "",
    })),
    ...figures.map(({ name, unit, meaning }, index) => ({
      head: name,
      meaning,
      cell: ({ values }: SweepCell) => {
        const value = values[index];
        return value === undefined ? "" : formatMean(unit, value);
      },
    })),
    { head: "busiest station", isText: true, cell: formatBusiest },
    { head: "gates", isText: true, cell: gatesOf },
  ];
  const shown = cells.slice(0, rowMaxCount);
  const leftOut = cells.length - shown.length;
  const runs =
    scenario.seeds > 1
      ? "Figures are means over the runs, ± half of their 95 % Student-t interval; counts are those of one run. Gates are judged over all runs together."
      : "One run a cell, so there are no intervals.";
  const note =
    leftOut === 0
      ? none
      : html`<p class="note">${formatPlural(leftOut, "more cell")} in <code>sweep.json</code>.</p>`;
  return html`<section id="cells" aria-labelledby="cells-title">
<h2 id="cells-title">Cells</h2>
<p>${runs}</p>
${renderTable("Every cell, the last key changing fastest", columns, shown)}
${note}
</section>`;
}

function gatesOf(cell: SweepCell): Html {
  const failed = cell.gates.filter(({ passed }) => !passed).map(({ expression }) => expression);
  if (cell.passed) return html`<span class="good">${formatGates(cell)}</span>`;
  return html`<span class="bad" title="${failed.join("; ")}">${formatGates(cell)}</span>`;
}
