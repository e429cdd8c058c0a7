import { halfWidth } from "../analysis/mean-interval.ts";
import type { Interval, VariantResult } from "../record/result.ts";
import { formatDifference, formatFigure, type Unit } from "./figure.ts";
import { formatPlural } from "./format.ts";
import { type Html, html, none } from "./html.ts";

/** The interval of a figure, by the name that gates give it. */
export function intervalOf({ intervals }: VariantResult, metric: string): Interval | undefined {
  return intervals?.find((it) => it.metric === metric);
}

/** `± 0.31 points`, or `± 12 ms`; empty where a figure has no interval. */
export function plusMinusText(interval: Interval | undefined, unit: Unit): string {
  const half = interval === undefined ? null : halfWidth(interval);
  if (half === null) return "";
  return `± ${formatDifference(unit, half).replace(/^\+/, "")}`;
}

/** The same as it stands beside a figure in a table: small, with all that is known of it as a title. */
export function plusMinus(variant: VariantResult, metric: string, unit: Unit): Html {
  const interval = intervalOf(variant, metric);
  const text = plusMinusText(interval, unit);
  if (interval === undefined || text === "") return none;
  const doubt = interval.doubt === undefined ? none : html`<span class="doubt">?</span>`;
  return html` <small title="${meaningOf(interval, unit)}">${text}${doubt}</small>`;
}

/** Of a count, which is a sum over the runs: what one run has of it. */
export function perRun(variant: VariantResult, metric: string): Html {
  const interval = intervalOf(variant, metric);
  const text = plusMinusText(interval, "count");
  if (interval === undefined || text === "" || interval.mean === 0) return none;
  const mean = formatFigure("count", interval.mean);
  return html` <small title="${meaningOf(interval, "count")}">${mean} ${text} a run</small>`;
}

/** `mean of 10 runs 2.31 s, 95% interval 2.2 s to 2.5 s; from 3 runs only`. */
function meaningOf(interval: Interval, unit: Unit): string {
  const { mean, low, high, seeds, batches, doubt } = interval;
  const of =
    batches === undefined
      ? `mean of ${formatPlural(seeds, "run")}`
      : `one run, in ${formatPlural(batches, "batch", "batches")}`;
  const range = `95% interval ${formatFigure(unit, low)} to ${formatFigure(unit, high)}`;
  return `${of} ${formatFigure(unit, mean)}, ${range}${doubt === undefined ? "" : `; ${doubt}`}`;
}
