import { measuredUncreditedRatio } from "../analysis/figure.ts";
import { outcomes } from "../domain/outcome.ts";
import type { FaultBand, Result, VariantResult } from "../record/result.ts";
import { type Dataset, type Point, renderChart } from "./chart-spec.ts";
import { formatDifference, formatFigure, type Unit } from "./figure.ts";
import { bandsOf } from "./findings.ts";
import { nothing } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { lineColour } from "./palette.ts";
import { renderTable } from "./table.ts";
import { thinSeries } from "./thin.ts";
import { curve, pointsOf, spanOf, timeChart } from "./time-chart.ts";

/** A figure in both worlds. */
type Pair = {
  readonly name: string;
  readonly unit: Unit;
  readonly measured: number | null;
  readonly predicted: number | null;
};

/** Live runs: what the simulation said beside what the servers did. */
export function renderPredictions(result: Result): Html {
  if (result.predictions.length === 0) return none;
  const parts = result.variants.flatMap((measured) => {
    const predicted = result.predictions.find((it) => it.name === measured.name);
    return predicted === undefined ? [] : [renderPair(result, measured, predicted)];
  });
  return html`<section id="prediction" aria-labelledby="prediction-title">
<h2 id="prediction-title">Predicted beside measured</h2>
<p>${terms.predicted.meaning} Differences are measured minus predicted.</p>
${parts}
</section>`;
}

function renderPair(result: Result, measured: VariantResult, predicted: VariantResult): Html {
  const bands = bandsOf(result, measured.name);
  const hasCurves = measured.series.timesMs.length > 0;
  return html`<h3>${measured.name}</h3>
${hasCurves ? renderOverlays(measured, predicted, result.scenario.durationMs, bands) : none}
${renderTable(
  `${measured.name}: predicted beside measured`,
  [
    { head: "Figure", isText: true, cell: (it) => it.name },
    { head: "predicted", cell: (it) => formatFigure(it.unit, it.predicted) },
    { head: "measured", cell: (it) => formatFigure(it.unit, it.measured) },
    { head: "difference", cell: difference },
    { head: "relative", cell: relative },
  ],
  pairsOf(measured, predicted),
)}`;
}

function pairsOf(measured: VariantResult, predicted: VariantResult): readonly Pair[] {
  const pair = (name: string, unit: Unit, of: (it: VariantResult) => number | null): Pair => ({
    name,
    unit,
    measured: of(measured),
    predicted: of(predicted),
  });
  return [
    pair("planned", "count", (it) => it.planned),
    ...outcomes.map((outcome) => pair(outcome, "count", (it) => it.outcomes[outcome])),
    pair("uncredited rate", "ratio", measuredUncreditedRatio),
    pair("latency p50", "ms", (it) => it.latencyMs.p50),
    pair("latency p90", "ms", (it) => it.latencyMs.p90),
    pair("latency p99", "ms", (it) => it.latencyMs.p99),
    pair("time to credit p99", "ms", (it) => it.timeToCreditMs.p99),
    ...measured.stations.map(({ name }) => pair(`busy share ${name}`, "ratio", busyOf(name))),
  ];
}

function busyOf(station: string): (variant: VariantResult) => number | null {
  return (variant) => variant.stations.find((it) => it.name === station)?.utilisationRatio ?? null;
}

function difference(it: Pair): string {
  if (it.measured === null || it.predicted === null) return nothing;
  return formatDifference(it.unit, it.measured - it.predicted);
}

/** Only a count or a time has a share of itself to differ by; a share differs by points already. */
function relative(it: Pair): string {
  if (it.unit === "ratio" || it.measured === null || it.predicted === null || it.predicted === 0) {
    return "";
  }
  const ratio = it.measured / it.predicted - 1;
  return formatDifference("ratio", ratio).replace(" points", "%");
}

/** How many stations the overlay shows: twice as many curves are as many as can be told apart. */
const overlayStationMaxCount = 4;

/** Room for the legend of twice as many curves. */
const overlayHeightPx = 340;
/** Fewer points than elsewhere, so that dashes can be seen. */
const overlayBucketMaxCount = 100;

function renderOverlays(
  measured: VariantResult,
  predicted: VariantResult,
  durationMs: number,
  bands: readonly FaultBand[],
): Html {
  const series = thinSeries(measured.series, overlayBucketMaxCount);
  const expected = thinSeries(predicted.series, overlayBucketMaxCount);
  const span = spanOf(series, durationMs);
  const merged =
    series.bucketMs > measured.series.bucketMs ? "Of merged buckets, the highest." : "";
  const both = (
    name: string,
    colour: string,
    points: readonly Point[],
    expectedPoints: readonly Point[],
  ): readonly Dataset<Point>[] => [
    curve(`${name} measured`, colour, points),
    curve(`${name} predicted`, colour, expectedPoints, [5, 4]),
  ];
  const latency = [
    ...both(
      "p50",
      lineColour(0),
      pointsOf(series, series.latencyP50Ms),
      pointsOf(expected, expected.latencyP50Ms),
    ),
    ...both(
      "p99",
      lineColour(1),
      pointsOf(series, series.latencyP99Ms),
      pointsOf(expected, expected.latencyP99Ms),
    ),
  ];
  const busiest = [...measured.stations]
    .sort((a, b) => b.utilisationRatio - a.utilisationRatio)
    .slice(0, overlayStationMaxCount);
  const busy = busiest.flatMap(({ name }) => {
    const index = series.stations.findIndex((it) => it.name === name);
    const own = series.stations[index]?.utilisationRatio ?? [];
    const other = expected.stations.find((it) => it.name === name)?.utilisationRatio ?? [];
    return both(
      name,
      lineColour(Math.max(index, 0)),
      pointsOf(series, own),
      pointsOf(expected, other),
    );
  });
  return html`<div class="charts">
${renderChart(
  {
    title: "Latency",
    note: `Measured solid, predicted dashed. ${merged}`,
    label: `${measured.name}: latency p50 and p99 over time, measured and predicted`,
  },
  timeChart({ span, bands, unit: "ms", yTitle: "latency", datasets: latency, mayBeLog: true }),
  overlayHeightPx,
)}
${renderChart(
  {
    title: "Busy share",
    note: `Measured solid, predicted dashed. The ${busiest.length} busiest stations.`,
    label: `${measured.name}: busy share of the busiest stations over time, measured and predicted`,
  },
  timeChart({ span, bands, unit: "ratio", yTitle: "busy share", datasets: busy, suggestedMax: 1 }),
  overlayHeightPx,
)}
</div>`;
}
