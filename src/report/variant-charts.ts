import { outcomes } from "../domain/outcome.ts";
import type { FaultBand, Series, VariantResult } from "../record/result.ts";
import { renderCauseChart } from "./causes.ts";
import { type Dataset, type Point, renderChart } from "./chart-spec.ts";
import { formatInstant } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { lineColour, lineColourCount, outcomeColour } from "./palette.ts";
import { stackedAreas } from "./stacked-areas.ts";
import { thinSeries } from "./thin.ts";
import { curve, pointsOf, spanOf, type TimeSpan, timeChart } from "./time-chart.ts";

type Common = { readonly span: TimeSpan; readonly bands: readonly FaultBand[] };
type StationSeries = Series["stations"][number];

/** The curves of one variant over time, faults marked in all of them. */
export function renderVariantCharts(
  variant: VariantResult,
  durationMs: number,
  bands: readonly FaultBand[],
): Html {
  if (variant.series.timesMs.length === 0) {
    return html`<p class="note">Nothing was measured over time, so there are no curves.</p>`;
  }
  const series = thinSeries(variant.series);
  const span = spanOf(series, durationMs);
  const merged =
    series.bucketMs > variant.series.bucketMs ? " Of merged buckets, the highest." : "";
  const each = `One point each ${formatInstant(series.bucketMs)}.`;
  const shown = mostInteresting(variant, series);
  const few = shown.length < series.stations.length ? ` The ${shown.length} busiest stations.` : "";
  const common = { span, bands };
  return html`<div class="charts">
${renderChart(
  {
    title: "Outcomes",
    note: "Activations by the time at which they were planned, stacked.",
    label: `${variant.name}: outcomes over time, stacked by credited, late, declined, blocked and lost`,
  },
  timeChart({
    ...common,
    unit: "per-second",
    yTitle: "activations per second",
    datasets: stackedAreas(
      series,
      durationMs,
      outcomes.map((it) => ({ label: it, colour: outcomeColour(it), counts: series[it] })),
    ),
    isStacked: true,
  }),
)}
${renderCauseChart(variant.name, series, durationMs, common)}
${renderChart(
  {
    title: "Latency",
    note: `From the planned instant to the final answer, median and 99th percentile. ${each}${merged}`,
    label: `${variant.name}: latency p50 and p99 over time`,
  },
  timeChart({
    ...common,
    unit: "ms",
    yTitle: "latency",
    datasets: latencyCurves(series),
    mayBeLog: true,
  }),
)}
${renderChart(
  {
    title: "Busy share of each station",
    note: `Share of its workers that were taken, waiting for others included. ${each}${few}`,
    label: `${variant.name}: busy share of each station over time`,
  },
  timeChart({
    ...common,
    unit: "ratio",
    yTitle: "busy share",
    datasets: stationCurves(series, shown, (it) => it.utilisationRatio),
    suggestedMax: 1,
  }),
)}
${renderChart(
  {
    title: "Queue of each station",
    note: `Mean number that waited, all replicas together. ${each}${few}`,
    label: `${variant.name}: queue length of each station over time`,
  },
  timeChart({
    ...common,
    unit: "count",
    yTitle: "requests waiting",
    datasets: stationCurves(series, shown, (it) => it.queueMean),
  }),
)}
${droppedChart(variant, series, shown, common)}
${sendLagChart(variant, series, common)}
</div>`;
}

function droppedChart(
  variant: VariantResult,
  series: Series,
  shown: readonly number[],
  common: Common,
): Html {
  if (!series.stations.some((it) => it.dropped.some((count) => count > 0))) return none;
  const perSecond = 1_000 / series.bucketMs;
  return renderChart(
    {
      title: "Turned away",
      note: "Requests that found a queue full.",
      label: `${variant.name}: requests turned away by full queues over time`,
    },
    timeChart({
      ...common,
      unit: "per-second",
      yTitle: "requests per second",
      datasets: stationCurves(series, shown, (it) => it.dropped.map((count) => count * perSecond)),
    }),
  );
}

/** Live only: whether the driver kept up with its plan. */
function sendLagChart(variant: VariantResult, series: Series, common: Common): Html {
  if (!series.sendLagP99Ms.some((it) => it !== null)) return none;
  return renderChart(
    {
      title: "Send lag",
      note: "How far the load driver was behind its plan, 99th percentile.",
      label: `${variant.name}: send lag p99 over time`,
    },
    timeChart({
      ...common,
      unit: "ms",
      yTitle: "send lag p99",
      datasets: [curve("p99", lineColour(6), pointsOf(series, series.sendLagP99Ms))],
    }),
  );
}

function latencyCurves(series: Series): readonly Dataset<Point>[] {
  return [
    curve("p50", lineColour(0), pointsOf(series, series.latencyP50Ms)),
    curve("p99", lineColour(1), pointsOf(series, series.latencyP99Ms)),
  ];
}

/** Colour goes by a station's place in the chain, so that it is the same in every chart. */
function stationCurves(
  series: Series,
  shown: readonly number[],
  values: (station: StationSeries) => readonly number[],
): readonly Dataset<Point>[] {
  return shown.flatMap((index) => {
    const station = series.stations[index];
    if (station === undefined) return [];
    return [curve(station.name, lineColour(index), pointsOf(series, values(station)))];
  });
}

/** All stations in their order, or the busiest ones where there are more than colours. */
function mostInteresting(variant: VariantResult, series: Series): readonly number[] {
  const all = series.stations.map((_, index) => index);
  if (all.length <= lineColourCount) return all;
  const busy = new Map(variant.stations.map((it) => [it.name, it.utilisationRatio]));
  const busyOf = (index: number): number => busy.get(series.stations[index]?.name ?? "") ?? 0;
  return all
    .sort((a, b) => busyOf(b) - busyOf(a))
    .slice(0, lineColourCount)
    .sort((a, b) => a - b);
}
