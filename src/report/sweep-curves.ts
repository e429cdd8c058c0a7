import type { Sweep } from "../record/sweep-result.ts";
import { type ChartSpec, type Dataset, renderChart, short } from "./chart-spec.ts";
import type { Unit } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { lineColour } from "./palette.ts";

/** Each figure over the values of the one key that is varied, with its interval. */
export function renderSweepCurves(sweep: Sweep): Html {
  const [key] = sweep.keys;
  if (key === undefined) throw new Error("a sweep varies something");
  const charts = sweep.figures.map(({ name, unit, meaning }, index) => {
    const at = (part: "mean" | "low" | "high") =>
      key.values.map((_, place) => {
        const value = sweep.cells.find((cell) => cell.at[0] === place)?.values[index]?.[part];
        return value === undefined || value === null ? null : short(value);
      });
    const bounds =
      sweep.scenario.seeds > 1 ? [bound("low", at("low")), bound("high", at("high"))] : [];
    const spec = chartOf(key.path, key.values, unitOf(unit), [curve(name, at("mean")), ...bounds]);
    const label = `${name} by ${key.path}: the table of cells has its figures`;
    return renderChart({ title: name, note: meaning, label }, spec);
  });
  return html`<div class="charts">${charts}</div>`;
}

function curve(label: string, data: readonly (number | null)[]): Dataset<number | null> {
  const colour = lineColour(0);
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    pointRadius: 3,
  };
}

function bound(which: string, data: readonly (number | null)[]): Dataset<number | null> {
  const colour = lineColour(6);
  return {
    label: `95 % interval, ${which}`,
    data,
    ...{ borderColor: colour, backgroundColor: colour, borderWidth: 1 },
    ...{ borderDash: [4, 3], pointRadius: 0 },
  };
}

function chartOf(
  title: string,
  labels: readonly string[],
  unit: Unit,
  datasets: readonly Dataset<number | null>[],
): ChartSpec {
  return {
    config: {
      type: "line",
      data: { labels, datasets },
      options: {
        indexAxis: "x",
        scales: {
          x: {
            type: "category",
            title: { display: true, text: title },
            ticks: { maxRotation: 45, maxTicksLimit: 20 },
            grid: { display: false },
          },
          y: { type: "linear", min: 0, title: { display: false, text: "" } },
        },
      },
    },
    unit,
    bands: [],
  };
}

/** Money and plain numbers are drawn as counts. */
function unitOf(unit: Sweep["figures"][number]["unit"]): Unit {
  return unit === "minor" || unit === "number" ? "count" : unit;
}
