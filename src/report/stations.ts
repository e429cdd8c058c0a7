import type { StationResult, VariantResult } from "../record/result.ts";
import { formatMs, formatNumber, formatPercent } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html } from "./html.ts";
import { type Column, renderTable } from "./table.ts";

/** Every station of the chain, in its order, with all that was measured there. */
export function renderStations(variant: VariantResult): Html {
  if (variant.stations.length === 0) {
    return html`<p class="note">No station was measured.</p>`;
  }
  return renderTable(`Stations of ${variant.name}`, columnsOf(variant), variant.stations);
}

function column(
  term: keyof typeof terms,
  cell: (station: StationResult) => string | Html,
  head: string = terms[term].name,
): Column<StationResult> {
  return { head, meaning: terms[term].meaning, cell };
}

const columns: readonly Column<StationResult>[] = [
  { head: "Station", isText: true, cell: (it) => it.name },
  column("replicas", (it) => formatNumber(it.replicas)),
  column("workers", (it) => formatNumber(it.workers), "workers each"),
  column("busy", (it) => busyCell(it.utilisationRatio)),
  column("held", (it) => formatPercent(it.blockedRatio)),
  column("queueMean", (it) => formatNumber(it.queueMean)),
  column("queueMax", (it) => formatNumber(it.queueMax)),
  column("waited", (it) => formatPercent(it.waitedRatio)),
  column("wait", (it) => formatMs(it.waitMeanMs), "wait, mean"),
  column("wait", (it) => formatMs(it.waitP50Ms), "wait p50"),
  column("wait", (it) => formatMs(it.waitP99Ms), "wait p99"),
  column("stationService", (it) => formatMs(it.serviceMeanMs), "service time, mean"),
  column("arrivals", (it) => formatNumber(it.arrivals)),
  column("completions", (it) => formatNumber(it.completions)),
  column("dropped", (it) => formatNumber(it.dropped)),
  column("stationFailed", (it) => formatNumber(it.failed), "failed"),
];

/** Deadlines and kills have columns where they struck: most scenarios have neither. */
function columnsOf({ stations }: VariantResult): readonly Column<StationResult>[] {
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
