import type { Series } from "../record/result.ts";
import { type Dataset, type Point, short } from "./chart-spec.ts";

/** One layer of a stack: activations a bucket. */
export type Layer = {
  readonly label: string;
  readonly colour: string;
  readonly counts: readonly number[];
};

/**
 * Stacked areas of activations per second. Each bucket is a step as wide as itself; the last one
 * ends with the traffic.
 */
export function stackedAreas(
  series: Series,
  durationMs: number,
  layers: readonly Layer[],
): readonly Dataset<Point>[] {
  return layers.map(({ label, colour, counts }, index) => {
    const steps: Point[] = series.timesMs.map((x, at) => {
      const leftMs = durationMs > x ? durationMs - x : series.bucketMs;
      const seconds = Math.min(series.bucketMs, leftMs) / 1_000;
      return { x, y: short((counts[at] ?? 0) / seconds) };
    });
    const last = steps.at(-1);
    const endMs = Math.min((last?.x ?? 0) + series.bucketMs, Math.max(durationMs, last?.x ?? 0));
    return {
      label,
      data: last === undefined ? [] : [...steps, { x: endMs, y: last.y }],
      borderColor: colour,
      backgroundColor: `${colour}@d9`,
      borderWidth: 0,
      fill: index === 0 ? "origin" : "-1",
      stepped: true,
      pointRadius: 0,
    };
  });
}
