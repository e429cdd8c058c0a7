import type { StationResult, VariantResult } from "../record/result.ts";
import type { Unit } from "./figure.ts";
import { formatMs, formatNumber, formatPercent } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html } from "./html.ts";
import { plusMinus } from "./interval.ts";
import { type Column, renderTable } from "./table.ts";

/** Every station of the chain, in its order, with all that was measured there. */
export function renderStations(variant: VariantResult): Html {
  if (variant.stations.length === 0) {
    return html`<p class="note">No station was measured.</p>`;
  }
  const columns = columnsOf(variant).map((it) => withIntervals(variant, it));
  return renderTable(`Stations of ${variant.name}`, columns, variant.stations);
}

type StationColumn = Column<StationResult> & {
  /** The gates' name of its figure, where it can have an interval. */
  readonly figure?: readonly [name: string, unit: Unit];
};

function withIntervals(variant: VariantResult, it: StationColumn): Column<StationResult> {
  if (it.figure === undefined) return it;
  const [name, unit] = it.figure;
  const cell = (station: StationResult) =>
    html`${it.cell(station)}${plusMinus(variant, `${name}(${station.name})`, unit)}`;
  return { ...it, cell };
}

function column(
  term: keyof typeof terms,
  cell: (station: StationResult) => string | Html,
  head: string = terms[term].name,
  figure?: StationColumn["figure"],
): StationColumn {
  return { head, meaning: terms[term].meaning, cell, ...(figure !== undefined && { figure }) };
}

const columns: readonly StationColumn[] = [
  { head: "Station", isText: true, cell: (it) => it.name },
  column("replicas", (it) => formatNumber(it.replicas)),
  column("workers", (it) => formatNumber(it.workers), "workers each"),
  column("busy", (it) => busyCell(it.utilisationRatio), terms.busy.name, ["utilisation", "ratio"]),
  column("held", (it) => formatPercent(it.blockedRatio), terms.held.name, [
    "blocked_share",
    "ratio",
  ]),
  column("queueMean", (it) => formatNumber(it.queueMean), terms.queueMean.name, [
    "queue_mean",
    "count",
  ]),
  column("queueMax", (it) => formatNumber(it.queueMax)),
  column("waited", (it) => formatPercent(it.waitedRatio), terms.waited.name, [
    "waited_share",
    "ratio",
  ]),
  column("wait", (it) => formatMs(it.waitMeanMs), "wait, mean", ["wait_mean", "ms"]),
  column("wait", (it) => formatMs(it.waitP50Ms), "wait p50", ["wait_p50", "ms"]),
  column("wait", (it) => formatMs(it.waitP99Ms), "wait p99", ["wait_p99", "ms"]),
  column("stationService", (it) => formatMs(it.serviceMeanMs), "service time, mean", [
    "service_mean",
    "ms",
  ]),
  column("arrivals", (it) => formatNumber(it.arrivals)),
  column("completions", (it) => formatNumber(it.completions)),
  column("dropped", (it) => formatNumber(it.dropped)),
  column("stationFailed", (it) => formatNumber(it.failed), "failed"),
];

/** Deadlines and kills have columns where they struck: most scenarios have neither. */
function columnsOf({ stations }: VariantResult): readonly StationColumn[] {
  return [
    ...columns,
    ...(stations.some((it) => it.expired !== undefined)
      ? [column("expired", (it) => formatNumber(it.expired ?? 0))]
      : []),
    ...(stations.some((it) => it.killed !== undefined)
      ? [column("killed", (it) => formatNumber(it.killed ?? 0))]
      : []),
  ];
}

/** The share, and a small bar of it: the eye finds the full one. */
function busyCell(ratio: number): Html {
  const percent = Math.round(Math.min(1, ratio) * 100);
  return html`<span class="meter" aria-hidden="true"><span style="width:${percent}%"></span></span>
${formatPercent(ratio)}`;
}
