import type { VariantResult } from "../record/result.ts";
import type { Axis, ChartSpec, Dataset } from "./chart-spec.ts";
import { short } from "./chart-spec.ts";
import type { Unit } from "./figure.ts";
import { lineColour, outcomeColour } from "./palette.ts";

/** Late and lost of each variant, as shares of what was due. */
export function arrivalBars(variants: readonly VariantResult[]): ChartSpec {
  const share = (variant: VariantResult, count: number): number | null => {
    const { credited, late, lost } = variant.outcomes;
    const due = credited + late + lost;
    return due === 0 ? null : short(count / due);
  };
  const late = variants.map((it) => share(it, it.outcomes.late));
  const lost = variants.map((it) => share(it, it.outcomes.lost));
  return barChart(namesOf(variants), "ratio", "share of what was due", true, [
    bars("late", outcomeColour("late"), late),
    bars("lost", outcomeColour("lost"), lost),
  ]);
}

/** Median and 99th percentile of the time to credit of each variant. */
export function creditTimeBars(variants: readonly VariantResult[]): ChartSpec {
  return barChart(namesOf(variants), "ms", "time to credit", false, [
    bars(
      "p50",
      lineColour(0),
      variants.map((it) => it.timeToCreditMs.p50),
    ),
    bars(
      "p99",
      lineColour(1),
      variants.map((it) => it.timeToCreditMs.p99),
    ),
  ]);
}

function bars(
  label: string,
  colour: string,
  data: readonly (number | null)[],
): Dataset<number | null> {
  return { label, data, borderColor: colour, backgroundColor: colour, maxBarThickness: 18 };
}

/** Lying bars, one group a name: names stay readable however narrow the screen is. */
function barChart(
  labels: readonly string[],
  unit: Unit,
  title: string,
  isStacked: boolean,
  datasets: readonly Dataset<number | null>[],
): ChartSpec {
  const x: Axis = {
    type: "linear",
    min: 0,
    stacked: isStacked,
    title: { display: true, text: title },
    ticks: { maxRotation: 0, maxTicksLimit: 7 },
  };
  const y: Axis = {
    type: "category",
    stacked: isStacked,
    title: { display: false, text: "" },
    grid: { display: false },
  };
  return {
    config: {
      type: "bar",
      data: { labels, datasets },
      options: { indexAxis: "y", scales: { x, y } },
    },
    unit,
    bands: [],
  };
}

function namesOf(variants: readonly VariantResult[]): readonly string[] {
  return variants.map((it) => it.name);
}
