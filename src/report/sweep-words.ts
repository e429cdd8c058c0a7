import { halfWidth } from "../analysis/mean-interval.ts";
import type { Sweep, SweepCell, SweepFigure, SweepValue } from "../record/sweep-result.ts";
import { formatFigure } from "./figure.ts";
import { formatMinor, formatNumber, formatPercent, formatPlural, nothing } from "./format.ts";

/** A figure of a cell as it stands in a table. */
export function formatValue(unit: SweepFigure["unit"], value: number | null): string {
  if (value === null) return nothing;
  if (unit === "minor") return formatMinor(value);
  return unit === "number" ? formatNumber(value) : formatFigure(unit, value);
}

/** The mean, and half of its 95 % interval where there is one. */
export function formatMean(unit: SweepFigure["unit"], { mean, low, high }: SweepValue): string {
  const text = formatValue(unit, mean);
  const half = halfWidth({ low, high });
  // Runs that all say the same give no width, which is not the same as certainty.
  if (mean === null || half === null || half === 0) return text;
  return `${text} ±${formatValue(unit, half)}`;
}

/** `✓`, or how many gates do not hold; books that do not add up break no gate. */
export function formatGates({ gates, passed }: SweepCell): string {
  if (passed) return gates.length === 0 ? nothing : "✓ pass";
  const failedCount = gates.filter((it) => !it.passed).length;
  if (failedCount === 0) return "✗ books";
  return gates.length === 1 ? "✗ fail" : `✗ ${failedCount} of ${gates.length}`;
}

export function formatBusiest({ busiest }: SweepCell): string {
  return busiest === null ? nothing : `${busiest.station} ${formatPercent(busiest.workingRatio)}`;
}

/** The last two names of each path, or all of it where that would not tell two keys apart. */
export function shortNames(paths: readonly string[]): readonly string[] {
  const short = paths.map((path) => path.split(".").slice(-2).join("."));
  return paths.map((path, index) => {
    const own = short[index] ?? path;
    return short.filter((it) => it === own).length > 1 ? path : own;
  });
}

/** The values of a cell, as they are written. */
export function valuesAt({ keys }: Pick<Sweep, "keys">, { at }: SweepCell): readonly string[] {
  return keys.map(({ values }, index) => values[at[index] ?? 0] ?? nothing);
}

/** What the whole sweep says, in a sentence or two. */
export function outcomeOf(sweep: Sweep, cellCount: number): string {
  const { cells, partial } = sweep;
  const doneCount = cells.length;
  const done = partial
    ? `Interrupted: ${formatNumber(doneCount)} of ${formatPlural(cellCount, "cell")} are finished. `
    : "";
  if (doneCount === 0) return `${done}Nothing can be said.`;
  const goodCount = cells.filter(({ passed }) => passed).length;
  const gated = cells.some(({ gates }) => gates.length > 0);
  const what = gated ? "Every gate holds" : "No gate is set, and the books add up,";
  if (goodCount === doneCount) {
    return `${done}${what} in ${doneCount === 1 ? "the one cell" : `all ${formatNumber(doneCount)} cells`}.`;
  }
  const good = goodCount === 0 ? "none" : formatNumber(goodCount);
  return `${done}${what} in ${good} of ${formatPlural(doneCount, "cell")}.`;
}
