import { formatMs, formatNumber, formatPercent, nothing } from "./format.ts";

/** What a figure is measured in. */
export type Unit = "ms" | "ratio" | "per-second" | "count";

/** The unit of what a gate observed: its limit is written in it, `1%`, `1m30s` or `0`. */
export function unitOfGate(expression: string): Unit {
  const limit = /[<>=≤≥≠]\s*([^\s<>=≤≥≠]+)\s*$/.exec(expression)?.[1] ?? "";
  if (limit.endsWith("%")) return "ratio";
  return /\d(?:us|ms|s|m|h|d)$/.test(limit) ? "ms" : "count";
}

/** The unit of a comparison's metric, which its name carries: `uncreditedRatio`, `latencyMs.p99`. */
export function unitOfMetric(metric: string): Unit {
  if (/Ratio\b/.test(metric)) return "ratio";
  if (/PerSecond\b/.test(metric)) return "per-second";
  return /Ms\b/.test(metric) ? "ms" : "count";
}

/** A metric's name in words: `timeToCreditMs.p99` is `time to credit p99`; the value has the unit. */
export function nameOfMetric(metric: string): string {
  const [, station, figure] = /^stations\.(.+)\.(\w+)$/.exec(metric) ?? [];
  if (station !== undefined && figure !== undefined) return `${station}: ${nameOfMetric(figure)}`;
  return metric
    .replace(/(?:Ms|PerSecond)\b/, "")
    .replace(/Ratio\b/, "Rate")
    .replaceAll(".", " ")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
}

/** A figure as it stands in a table. */
export function formatFigure(unit: Unit, value: number | null): string {
  if (value === null) return nothing;
  switch (unit) {
    case "ms":
      return formatMs(value);
    case "ratio":
      return formatPercent(value);
    case "per-second":
      return `${formatNumber(value)}/s`;
    case "count":
      return formatNumber(value);
  }
}

/** A difference, signed. Shares differ by percentage points: 4% less 1% are 3 points. */
export function formatDifference(unit: Unit, value: number | null): string {
  if (value === null) return nothing;
  const size = formatFigure(unit, Math.abs(value)).replace(/%$/, " points");
  if (value === 0) return size;
  return `${value < 0 ? "−" : "+"}${size}`;
}
