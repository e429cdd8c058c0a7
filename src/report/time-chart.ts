import type { FaultBand, Series } from "../record/result.ts";
import { type Axis, type ChartSpec, type Dataset, type Point, short } from "./chart-spec.ts";
import type { Unit } from "./figure.ts";

/** The stretch of time that all charts of a variant share, so that they can be read together. */
export type TimeSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
};

export function spanOf(series: Series, durationMs: number): TimeSpan {
  const fromMs = series.timesMs[0] ?? 0;
  const lastMs = series.timesMs.at(-1) ?? 0;
  return { fromMs, toMs: Math.max(durationMs, lastMs), bucketMs: series.bucketMs };
}

/** A value for each bucket, drawn at its middle. */
export function pointsOf(series: Series, values: readonly (number | null)[]): readonly Point[] {
  return series.timesMs.map((timeMs, index) => {
    const value = values[index] ?? null;
    return { x: timeMs + series.bucketMs / 2, y: value === null ? null : short(value) };
  });
}

/** A curve. A value with nothing measured on either side gets a dot, or it would not be seen. */
export function curve(
  label: string,
  colour: string,
  data: readonly Point[],
  dash: readonly number[] = [],
): Dataset<Point> {
  const pointRadius = data.map(({ y }, index) =>
    y !== null && (data[index - 1]?.y ?? null) === null && (data[index + 1]?.y ?? null) === null
      ? 2
      : 0,
  );
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 1.75,
    borderDash: dash,
    pointRadius: pointRadius.some((it) => it > 0) ? pointRadius : 0,
  };
}

export type TimeChart = {
  readonly span: TimeSpan;
  readonly unit: Unit;
  readonly yTitle: string;
  readonly datasets: readonly Dataset<Point>[];
  readonly bands: readonly FaultBand[];
  readonly isStacked?: boolean;
  /** Take a log scale where the values span more than a factor of 30. */
  readonly mayBeLog?: boolean;
  readonly suggestedMax?: number;
};

/** A chart over time. Its y axis starts at 0 unless it is logarithmic, and then it says so. */
export function timeChart(chart: TimeChart): ChartSpec {
  const { span } = chart;
  const isLog = chart.mayBeLog === true && spreads(chart.datasets);
  const y: Axis = {
    type: isLog ? "logarithmic" : "linear",
    ...(isLog ? {} : { min: 0 }),
    ...(chart.suggestedMax === undefined || isLog ? {} : { suggestedMax: chart.suggestedMax }),
    stacked: chart.isStacked === true,
    title: { display: true, text: isLog ? `${chart.yTitle}, log scale` : chart.yTitle },
  };
  const x: Axis = {
    type: "linear",
    min: span.fromMs,
    max: span.toMs,
    title: { display: true, text: "time since the start of the run" },
    ticks: { stepSize: tickStepMs(span.toMs - span.fromMs), maxRotation: 0, includeBounds: false },
  };
  return {
    config: {
      type: "line",
      data: { datasets: isLog ? chart.datasets.map(aboveZero) : chart.datasets },
      options: { indexAxis: "x", scales: { x, y } },
    },
    unit: chart.unit,
    time: { startMs: span.fromMs, bucketMs: span.bucketMs },
    bands: chart.bands,
  };
}

const niceStepsMs: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
];

/** A step that people count time in, for at most ten ticks. */
export function tickStepMs(lengthMs: number): number {
  return (
    niceStepsMs.find((step) => lengthMs / step <= 10) ?? 86_400_000 * Math.ceil(lengthMs / 8.64e8)
  );
}

function spreads(datasets: readonly Dataset<Point>[]): boolean {
  const values = datasets.flatMap((it) => it.data.map(({ y }) => y ?? 0)).filter((y) => y > 0);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most > least * 30;
}

/** A log scale has no 0: what took no time at all is drawn as a hundredth of a millisecond. */
function aboveZero(dataset: Dataset<Point>): Dataset<Point> {
  return { ...dataset, data: dataset.data.map(({ x, y }) => ({ x, y: y === 0 ? 0.01 : y })) };
}
