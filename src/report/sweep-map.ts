import type { Sweep, SweepCell } from "../record/sweep-result.ts";
import { type Html, html, none } from "./html.ts";
import { outcomeColour } from "./palette.ts";
import { formatBusiest, formatGates, formatMean, formatValue, shortNames } from "./sweep-words.ts";

/** Colour at the greatest value; more would hide the figures. [percent of the colour] */
const heatMostPercent = 62;
/** Combinations of the third and fourth key that get maps of their own. */
const combinationMaxCount = 12;

/** Maps of more columns have the width of the page. */
const columnFewCount = 5;

/** What one map shows of each cell. `heat`: 0..1; null: it has none. */
type HeatMap = {
  readonly title: string;
  readonly meaning: string;
  readonly colour: string;
  readonly text: (cell: SweepCell) => string;
  readonly heat: (cell: SweepCell) => number | null;
};

/** Heat maps of the first key by the second, for each figure and each combination of the others. */
export function renderSweepMaps(sweep: Sweep): Html {
  const [, columns, ...others] = sweep.keys;
  const isWide = (columns?.values.length ?? 0) > columnFewCount;
  const maps = mapsOf(sweep);
  const cells = new Map(sweep.cells.map((cell) => [cell.at.join(), cell]));
  const combinations = combinationsOf(others.map(({ values }) => values.length));
  const shown = combinations.slice(0, combinationMaxCount);
  const parts = shown.map((rest) => {
    const names = rest.map((place, index) => {
      const key = others[index];
      return `${key?.path ?? ""} = ${key?.values[place] ?? ""}`;
    });
    const title = rest.length === 0 ? none : html`<h3>${names.join(", ")}</h3>`;
    const find = (row: number, column: number) => cells.get([row, column, ...rest].join());
    return html`${title}<div class="maps${isWide ? " wide" : ""}">${maps.map((it) => renderMap(sweep, it, names, find))}</div>`;
  });
  const leftOut = combinations.length - shown.length;
  const note =
    leftOut === 0
      ? none
      : html`<p class="note">Maps of ${leftOut} more combinations are left out; <code>sweep.json</code> holds their cells.</p>`;
  return html`${parts}${note}`;
}

function mapsOf(sweep: Sweep): readonly HeatMap[] {
  const ofFigures = sweep.figures.map(({ name, unit, meaning }, index): HeatMap => {
    const means = sweep.cells.flatMap(({ values }) => values[index]?.mean ?? []);
    const least = means.reduce((low, it) => Math.min(low, it), Number.POSITIVE_INFINITY);
    const most = means.reduce((high, it) => Math.max(high, it), Number.NEGATIVE_INFINITY);
    const isGood = /^(?:credited|answered)/.test(name);
    return {
      title: name,
      meaning:
        means.length === 0
          ? meaning
          : `${meaning} ${formatValue(unit, least)} to ${formatValue(unit, most)}, the more the darker.`,
      colour: outcomeColour(isGood ? "credited" : "lost"),
      text: ({ values }) => {
        const value = values[index];
        return value === undefined ? "" : formatMean(unit, value);
      },
      heat: ({ values }) => {
        const mean = values[index]?.mean ?? null;
        if (mean === null) return null;
        return most > least ? (mean - least) / (most - least) : 0;
      },
    };
  });
  const busiest: HeatMap = {
    title: "busiest station",
    meaning: "Mean share of its workers at work; those held by a call do not count.",
    colour: outcomeColour("late"),
    text: formatBusiest,
    heat: (cell) => cell.busiest?.workingRatio ?? null,
  };
  const gates: HeatMap = {
    title: "gates",
    meaning: "Whether every gate holds, and the books add up.",
    colour: outcomeColour("lost"),
    text: formatGates,
    heat: ({ passed }) => (passed ? 0 : 1),
  };
  return [...ofFigures, busiest, gates];
}

function renderMap(
  { keys }: Sweep,
  { title, meaning, colour, text, heat }: HeatMap,
  names: readonly string[],
  find: (row: number, column: number) => SweepCell | undefined,
): Html {
  const [rows, columns] = keys;
  const [rowName = "", columnName = ""] = shortNames(keys.map(({ path }) => path));
  const cell = (row: number, column: number): Html => {
    const found = find(row, column);
    if (found === undefined) return html`<td class="left-out">not run</td>`;
    const percent = Math.round(heatMostPercent * Math.min(1, heat(found) ?? 0));
    return html`<td style="--heat:${percent}%">${text(found)}</td>`;
  };
  const heads = (columns?.values ?? []).map((it) => html`<th scope="col">${it}</th>`);
  const body = (rows?.values ?? []).map(
    (value, row) =>
      html`<tr><th scope="row">${value}</th>${heads.map((_, column) => cell(row, column))}</tr>`,
  );
  const label = ["Map of", title, ...names].join(" ");
  return html`<div class="map"><p><strong>${title}</strong> ${meaning}</p>
<div class="scroll" role="region" aria-label="${label}" tabindex="0">
<table aria-label="${label}" style="--hot:var(${colour})">
<thead><tr><th scope="col">${columnName} → ${rowName} ↓</th>${heads}</tr></thead>
<tbody>${body}</tbody></table></div></div>`;
}

/** Every combination of places, the last changing fastest; of nothing there is one. */
function combinationsOf(sizes: readonly number[]): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((it) => Array.from({ length: size }, (_, place) => [...it, place])),
    [[]],
  );
}
