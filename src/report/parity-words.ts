import type { Parity, ParityCurve, ParityRow } from "../record/parity-result.ts";
import { formatDifference, formatFigure } from "./figure.ts";
import { formatMs, formatNumber, nothing } from "./format.ts";

type Figure = Pick<ParityRow, "figure" | "of">;

/** A compared figure as a table names it. */
export function nameOfFigure({ figure, of }: Figure): string {
  switch (figure) {
    case "planned":
      return "planned";
    case "outcome":
      return `share ${of}`;
    case "cause":
      return `uncredited by ${of}`;
    case "books":
      return { double: "credited twice", phantom: "phantom credits" }[of] ?? "missing credits";
    case "latency":
      return `latency ${of}`;
    case "busy":
      return `busy ${of}`;
    case "queue":
      return `queue ${of}`;
    case "pair-error":
      return `paired error ${of}`;
    case "pair-outcome":
      return "paired, other outcome";
  }
}

/** `286 to 292 ms`: the unit once, where both have the same. */
export function formatBand({ unit, low, high }: Pick<ParityRow, "unit" | "low" | "high">): string {
  if (low === null || high === null) return nothing;
  const least = formatFigure(unit, low);
  const most = formatFigure(unit, high);
  if (least === most) return most;
  const suffix = / ?[^\d.,]+$/.exec(most)?.[0] ?? "";
  return `${suffix !== "" && least.endsWith(suffix) ? least.slice(0, -suffix.length) : least} to ${most}`;
}

/** Measured minus predicted; a thousandth of what is allowed reads as none. */
export function formatMiss({ unit, predicted, measured, tolerance }: ParityRow): string {
  if (predicted === null || measured === null) return nothing;
  const miss = measured - predicted;
  return formatDifference(unit, Math.abs(miss) < (tolerance ?? 0) / 1_000 ? 0 : miss);
}

export function formatTolerance({ unit, tolerance }: ParityRow): string {
  return tolerance === null ? nothing : formatDifference(unit, tolerance).replace("+", "±");
}

/** What is beyond its tolerance, over the whole run or over time. */
function misses(parity: Parity): readonly string[] {
  const names = (all: readonly (ParityRow | ParityCurve)[]) =>
    all.filter((it) => !it.isWithin).map(nameOfFigure);
  return [...names(parity.rows), ...names(parity.curves).map((it) => `${it} over time`)];
}

/** Do both worlds agree: the verdict of the run in one line. */
export function parityLine(parities: readonly Parity[]): string {
  const verdict = parities.every(({ agrees }) => agrees) ? "Pass" : "Fail";
  return `${verdict}: ${agreementLine(parities)}`;
}

/** How far both worlds agree, in one line. */
export function agreementLine(parities: readonly Parity[]): string {
  const judged = parities.flatMap(({ rows, curves }) => [
    ...rows.filter(({ tolerance }) => tolerance !== null),
    ...curves.filter(({ judgedCount }) => judgedCount > 0),
  ]);
  const beyond = parities.flatMap((it) =>
    misses(it).map((miss) => (parities.length > 1 ? `${it.variant}: ${miss}` : miss)),
  );
  const all = formatNumber(judged.length);
  if (beyond.length === 0) {
    return `what was measured agrees with the prediction, in all ${all} comparisons.`;
  }
  const shown = beyond.slice(0, 4).join(", ");
  const more = beyond.length > 4 ? ", …" : ".";
  return `${formatNumber(beyond.length)} of ${all} comparisons are beyond their tolerance: ${shown}${more}`;
}

/** How the sensitivity band came about. */
export function describeJitter({ jitterMeansMs }: Parity): string {
  const least = jitterMeansMs[0];
  const most = jitterMeansMs.at(-1);
  if (least === undefined || most === undefined) {
    return "Simulated once: the band is no wider than the prediction.";
  }
  const means = least === most ? formatMs(least) : `${formatMs(least)} to ${formatMs(most)}`;
  return (
    `Sensitivity band: least and most of ${formatNumber(jitterMeansMs.length + 1)} simulations under the same draws, ` +
    `one as the scenario says, the others with messages that take ${means} longer on average, as on real sockets.`
  );
}

/** What the paired comparison rests on. */
export function describePairs({ pairs }: Parity): string {
  const { pairedCount, unpairedCount, excludedCount, stride } = pairs;
  const parts = [`${formatNumber(pairedCount)} activations were found in both worlds and compared`];
  if (stride > 1) {
    parts.push(`too many to keep: only every ${formatNumber(stride)}th, by its number, was`);
  }
  if (unpairedCount > 0) parts.push(`${formatNumber(unpairedCount)} were in one world alone`);
  if (excludedCount > 0) parts.push(`${formatNumber(excludedCount)} fell into excluded seconds`);
  return `${parts.join("; ")}.`;
}
