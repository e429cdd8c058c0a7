import type { Sweep } from "../record/sweep-result.ts";
import { valuesAt } from "./sweep-words.ts";

/** All cells as CSV (RFC 4180, with line feeds): a row each, numbers in the units of the heads. */
export function renderSweepCsv(sweep: Sweep): string {
  const hasIntervals = sweep.scenario.seeds > 1;
  const heads = [
    ...sweep.keys.map(({ path }) => path),
    ...sweep.figures.flatMap(({ name, unit }) => {
      const head = `${name} [${unit}]`;
      return hasIntervals ? [head, `${head} low`, `${head} high`] : [head];
    }),
    ...["busiest_station", "busiest_working [ratio]", "gates_failed", "passed"],
  ];
  const rows = sweep.cells.map((cell) => [
    ...valuesAt(sweep, cell),
    ...cell.values.flatMap(({ mean, low, high }) => (hasIntervals ? [mean, low, high] : [mean])),
    cell.busiest?.station ?? null,
    cell.busiest?.workingRatio ?? null,
    cell.gates
      .filter(({ passed }) => !passed)
      .map(({ expression }) => expression)
      .join("; "),
    cell.passed,
  ]);
  return [heads, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

/** Nothing measured is an empty field. */
function field(value: string | number | boolean | null): string {
  const text = value === null ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
