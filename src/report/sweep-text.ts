import { formatDuration } from "../kernel/units.ts";
import { cellCountOf, type Sweep } from "../record/sweep-result.ts";
import { formatPlural } from "./format.ts";
import {
  formatBusiest,
  formatGates,
  formatMean,
  outcomeOf,
  shortNames,
  valuesAt,
} from "./sweep-words.ts";
import { plainText, renderTextTable, type TextColumn, wrapText } from "./text-table.ts";

/** No line of a sentence is longer. [columns] */
const maxWidth = 100;
/** Tables of figures may be wider: a cut figure is none. [columns] */
const tableMaxWidth = 160;
/** Rows that are printed; all of them stand in sweep.json. */
const rowMaxCount = 200;

/** What the terminal shows after a sweep: a row a cell. */
export function renderSweepText(sweep: Sweep): string {
  const { scenario, keys, figures, cells } = sweep;
  const paths = keys.map(({ path }) => path);
  const names = shortNames(paths);
  const columns: readonly TextColumn[] = [
    ...names.map((name) => ({ head: plainText(name) })),
    ...figures.map(({ name }) => ({ head: name })),
    { head: "busiest station", isText: true },
    { head: "gates", isText: true },
  ];
  const rows = cells.slice(0, rowMaxCount).map((cell) => [
    ...valuesAt(sweep, cell).map(plainText),
    ...figures.map(({ unit }, index) => {
      const value = cell.values[index];
      return value === undefined ? "" : formatMean(unit, value);
    }),
    plainText(formatBusiest(cell)),
    formatGates(cell),
  ]);
  const runs = scenario.seeds > 1 ? `, ${formatPlural(scenario.seeds, "run")} a cell` : "";
  const title =
    `${scenario.title} (${sweep.variant}, simulated, seed ${scenario.seed}${runs}, ` +
    `${formatDuration(scenario.durationMs)} of traffic)`;
  const leftOut = cells.length - rows.length;
  const lines = [
    ...wrapText(plainText(outcomeOf(sweep, cellCountOf(keys))), maxWidth, "", "  "),
    ...wrapText(plainText(title), maxWidth, "", "  "),
    "",
    ...renderTextTable(columns, rows, tableMaxWidth),
    ...(leftOut > 0
      ? [`… and ${formatPlural(leftOut, "cell")} more: see the report, or --csv`]
      : []),
    ...names.flatMap((name, index) => {
      const path = paths[index] ?? "";
      return name === path ? [] : [plainText(`${name}: ${path}`)];
    }),
    "busiest station: mean share of its workers at work; workers held by a call do not count",
    ...(scenario.seeds > 1 ? [ofSeveralRuns, "±: half of the 95 % Student-t interval"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

const ofSeveralRuns = "figures: the mean of the runs; a percentile: that of all their samples";
