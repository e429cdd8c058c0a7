import type { Cause, Outcome } from "../domain/outcome.ts";
import type { Parity, ParityCurve } from "../record/parity-result.ts";
import type { FaultBand } from "../record/result.ts";
import { type ChartText, type Dataset, type Point, renderChart, short } from "./chart-spec.ts";
import { type Html, html, none } from "./html.ts";
import { causeColour, lineColour, outcomeColour } from "./palette.ts";
import { curve, type TimeChart, type TimeSpan, timeChart } from "./time-chart.ts";

/** Stations that get charts: those that are off first, then the busiest. */
const stationMaxCount = 4;
/** A queue that never held more than this is not worth a chart, unless it should have. */
const queueMin = 0.5;

const reading = "Measured solid, predicted dashed, its sensitivity band shaded.";

type Common = {
  readonly parity: Parity;
  readonly span: TimeSpan;
  readonly bands: readonly FaultBand[];
};

/** Both worlds over time: outcomes, latency, and each station's workers and queue. */
export function renderParityCharts(parity: Parity, faults: readonly FaultBand[]): Html {
  const { edgesMs } = parity;
  const [fromMs, nextMs] = edgesMs;
  if (fromMs === undefined || nextMs === undefined || parity.curves.length === 0) return none;
  const excluded = parity.excluded.map((it) => ({ ...it, label: `not judged: ${it.why}`, on: "" }));
  const common: Common = {
    parity,
    span: { fromMs, toMs: edgesMs.at(-1) ?? nextMs, bucketMs: nextMs - fromMs },
    bands: [...faults, ...excluded],
  };
  const stations = shownStations(parity);
  return html`<div class="charts">
${outcomeChart(common)}
${causeChart(common)}
${latencyChart(common)}
${stations.flatMap((name) => [
  stationChart(common, name, "busy", "Busy share"),
  stationChart(common, name, "queue", "Queue"),
])}
</div>`;
}

function outcomeChart(common: Common): Html {
  const happened = common.parity.curves.filter(
    (it) => it.figure === "outcome" && [...it.measured, ...it.high].some((share) => share),
  );
  const datasets = happened.map((it) => worldsOf(common, it, outcomeColour(it.of as Outcome)));
  return chart(
    common,
    { title: "Outcomes", note: `Shares of what was planned. ${reading}`, label: "outcomes" },
    { unit: "ratio", yTitle: "share of what was planned", datasets: datasets.flat() },
  );
}

function causeChart(common: Common): Html {
  const happened = common.parity.curves.filter(
    (it) => it.figure === "cause" && [...it.measured, ...it.high].some((share) => share),
  );
  const datasets = happened.map((it) => worldsOf(common, it, causeColour(it.of as Cause)));
  return chart(
    common,
    {
      title: "Uncredited by cause",
      note: `Late and lost, as shares of what was planned. ${reading}`,
      label: "late and lost by cause",
    },
    { unit: "ratio", yTitle: "share of what was planned", datasets: datasets.flat() },
  );
}

function latencyChart(common: Common): Html {
  const datasets = (["p50", "p99"] as const).flatMap((of, index) => {
    const found = find(common.parity, "latency", of);
    return found === undefined ? [] : worldsOf(common, found, lineColour(index));
  });
  return chart(
    common,
    { title: "Latency", note: `Median and 99th percentile. ${reading}`, label: "latency" },
    { unit: "ms", yTitle: "latency", datasets, mayBeLog: true },
  );
}

function stationChart(common: Common, name: string, figure: "busy" | "queue", title: string): Html {
  const found = find(common.parity, figure, name);
  if (found === undefined || (figure === "queue" && isIdle(found))) return none;
  const index = common.parity.curves.filter((it) => it.figure === figure).indexOf(found);
  const datasets = worldsOf(common, found, lineColour(index));
  const isBusy = figure === "busy";
  return chart(
    common,
    {
      title: `${title}: ${name}`,
      note: isBusy ? "Share of its workers that were taken." : "Mean number that waited.",
      label: `${isBusy ? "busy share" : "queue"} of ${name}`,
    },
    {
      unit: isBusy ? "ratio" : "count",
      yTitle: isBusy ? "busy share" : "requests waiting",
      datasets,
      suggestedMax: 1,
    },
  );
}

function chart(
  { parity, span, bands }: Common,
  text: ChartText,
  spec: Omit<TimeChart, "span" | "bands">,
): Html {
  if (spec.datasets.length === 0) return none;
  const label = `${parity.variant}: ${text.label} over time, measured and predicted`;
  return renderChart({ ...text, label }, timeChart({ span, bands, ...spec }));
}

/** A curve in both worlds. The two edges of the band have no name: no legend needs them. */
function worldsOf({ parity }: Common, it: ParityCurve, colour: string): readonly Dataset<Point>[] {
  const name = it.figure === "busy" || it.figure === "queue" ? "" : `${it.of} `;
  const edge = (values: readonly (number | null)[], fill: string | boolean): Dataset<Point> => ({
    label: "",
    data: pointsOf(parity.edgesMs, values),
    borderColor: colour,
    backgroundColor: `${colour}@33`,
    borderWidth: 0,
    pointRadius: 0,
    fill,
  });
  return [
    curve(`${name}measured`, colour, pointsOf(parity.edgesMs, it.measured)),
    curve(`${name}predicted`, colour, pointsOf(parity.edgesMs, it.predicted), [5, 4]),
    edge(it.low, false),
    edge(it.high, "-1"),
  ];
}

/** A value for each bucket, drawn at its middle; the last may be shorter than the others. */
function pointsOf(edgesMs: readonly number[], values: readonly (number | null)[]): Point[] {
  return values.map((value, index) => {
    const fromMs = edgesMs[index] ?? 0;
    const toMs = edgesMs[index + 1] ?? fromMs;
    return { x: (fromMs + toMs) / 2, y: value === null ? null : short(value) };
  });
}

function isIdle({ measured, high, isWithin }: ParityCurve): boolean {
  return isWithin && ![...measured, ...high].some((value) => value !== null && value > queueMin);
}

function find(parity: Parity, figure: string, of: string): ParityCurve | undefined {
  return parity.curves.find((it) => it.figure === figure && it.of === of);
}

function shownStations({ rows, curves }: Parity): readonly string[] {
  const busy = rows.filter(({ figure }) => figure === "busy");
  const isOff = (name: string): boolean =>
    [...rows, ...curves].some(
      (it) => (it.figure === "busy" || it.figure === "queue") && it.of === name && !it.isWithin,
    );
  const chosen = new Set(
    [...busy]
      .sort(
        (a, b) =>
          Number(isOff(b.of)) - Number(isOff(a.of)) || (b.measured ?? 0) - (a.measured ?? 0),
      )
      .slice(0, stationMaxCount)
      .map(({ of }) => of),
  );
  return busy.map(({ of }) => of).filter((name) => chosen.has(name));
}
