import type { FaultBand } from "../record/result.ts";
import type { Unit } from "./figure.ts";
import { embedJson, type Html, html } from "./html.ts";

/** A point of a curve; a null is a gap. */
export type Point = {
  readonly x: number;
  readonly y: number | null;
  /** What a reader who points at it sees; the curve's label, if absent. */
  readonly name?: string;
};

/** One curve or row of bars, in chart.js' own words; colours are names of CSS properties. */
export type Dataset<Datum = Point | number | null> = {
  readonly label: string;
  readonly data: readonly Datum[];
  readonly borderColor: string;
  readonly backgroundColor: string;
  readonly borderWidth?: number;
  readonly borderDash?: readonly number[];
  readonly fill?: boolean | string;
  readonly stepped?: boolean;
  readonly pointRadius?: number | readonly number[];
  readonly pointStyle?: "circle" | "crossRot" | "star" | "rectRot";
  /** False: points alone. */
  readonly showLine?: boolean;
  readonly maxBarThickness?: number;
};

export type Axis = {
  readonly type: "linear" | "logarithmic" | "category";
  readonly min?: number;
  readonly max?: number;
  readonly suggestedMax?: number;
  readonly stacked?: boolean;
  readonly title: { readonly display: boolean; readonly text: string };
  readonly ticks?: Readonly<Record<string, number | boolean>>;
  readonly grid?: { readonly display: boolean };
};

/** Everything the boot script needs to draw one chart, as JSON. */
export type ChartSpec = {
  readonly config: {
    readonly type: "line" | "bar";
    readonly data: { readonly labels?: readonly string[]; readonly datasets: readonly Dataset[] };
    readonly options: {
      readonly indexAxis: "x" | "y";
      readonly scales: { readonly x: Axis; readonly y: Axis };
    };
  };
  /** Unit of the values: how ticks and tooltips write them. */
  readonly unit: Unit;
  /** Buckets of the time axis; absent where the other axis lists names. */
  readonly time?: { readonly startMs: number; readonly bucketMs: number };
  /** The other axis counts something: what. */
  readonly across?: string;
  readonly bands: readonly FaultBand[];
};

export type ChartText = {
  readonly title: string;
  /** How to read it, in a sentence. */
  readonly note: string;
  /** What the picture shows, for those who cannot see it; names the variant. */
  readonly label: string;
};

/** More curves have a taller legend, which would else take the room of the curves. */
const heightOf = (spec: ChartSpec): number => (spec.config.data.datasets.length > 5 ? 310 : 260);

/** A chart in its frame: the canvas, and beside it the data from which the boot script draws. */
export function renderChart(text: ChartText, spec: ChartSpec, heightPx = heightOf(spec)): Html {
  return html`<figure class="chart">
<figcaption><strong>${text.title}</strong> <span>${text.note}</span></figcaption>
<div class="canvas" style="height:${heightPx}px"><canvas role="img" aria-label="${text.label}"></canvas></div>
<script type="application/json" class="chart-spec">${embedJson(spec)}</script>
</figure>`;
}

/** Four digits are more than a pixel can show, and keep the page small. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}
