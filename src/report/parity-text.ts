import type { Parity } from "../record/parity-result.ts";
import { formatFigure } from "./figure.ts";
import { formatInstant, formatNumber } from "./format.ts";
import {
  describeJitter,
  describePairs,
  formatBand,
  formatMiss,
  formatTolerance,
  nameOfFigure,
} from "./parity-words.ts";
import { plainText, renderTextTable, type TextColumn, wrapText } from "./text-table.ts";

const columns: readonly TextColumn[] = [
  { head: "figure", isText: true },
  { head: "predicted" },
  { head: "band" },
  { head: "measured" },
  { head: "difference" },
  { head: "tolerance" },
  { head: "" },
];

/** The comparison of one variant for the terminal. */
export function renderParityText(parity: Parity, maxWidth: number): readonly string[] {
  const wrap = (text: string): string[] => wrapText(plainText(text), maxWidth, "", "  ");
  const rows = parity.rows.map((it) => [
    plainText(nameOfFigure(it)),
    formatFigure(it.unit, it.predicted),
    formatBand(it),
    formatFigure(it.unit, it.measured),
    formatMiss(it),
    formatTolerance(it),
    it.tolerance === null ? "" : it.isWithin ? "ok" : "OFF",
  ]);
  const judged = parity.curves.filter(({ judgedCount }) => judgedCount > 0);
  const off = judged.filter((it) => !it.isWithin);
  const factor = parity.toleranceFactor === 1 ? "" : ` All tolerances ×${parity.toleranceFactor}.`;
  return [
    ...wrap(`${parity.variant}: predicted against measured`),
    ...renderTextTable(columns, rows, maxWidth),
    ...wrap(
      `Over time: ${formatNumber(judged.length - off.length)} of ${formatNumber(judged.length)} curves are within, each in 9 of 10 buckets.`,
    ),
    ...off.flatMap((it) =>
      wrap(
        `OFF ${nameOfFigure(it)}: ${it.withinCount} of ${it.judgedCount} buckets within, ${it.neededCount} needed`,
      ),
    ),
    ...parity.excluded.flatMap((it) =>
      wrap(`Not judged: ${formatInstant(it.fromMs)} to ${formatInstant(it.toMs)}, ${it.why}`),
    ),
    ...wrap(`${describeJitter(parity)}${factor}`),
    ...wrap(`Pairs: ${describePairs(parity)}`),
  ];
}
