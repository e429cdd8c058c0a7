import type { ProbeReport } from "./probe.ts";
import type { ProbeStep } from "./probe-step.ts";

/** Where the fitted asymptotes cross; the part of a fit that the table marks. */
type Knee = Readonly<{ kneeConnections: number; saturated: boolean }>;

const heads = [
  "connections",
  "answers/s",
  "mean ms",
  "p50",
  "p90",
  "p99",
  "max",
  "server ms",
  "not 2xx",
  "failed",
];

/** The steps as a table for the terminal; the step at the knee is marked. */
export function renderProbe(report: ProbeReport, knee?: Knee): string {
  const marked = knee?.saturated ? nearest(report.steps, knee.kneeConnections) : undefined;
  const rows = [heads, ...report.steps.map(cells)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  "));
  const table = lines.map((line, index) =>
    index > 0 && report.steps[index - 1] === marked ? `${line}  <- knee` : line,
  );
  const title = `${report.method} ${report.url}${report.partial ? " (partial)" : ""}`;
  return [title, "", ...table, ...report.notes.map((note) => `note: ${note}`)].join("\n");
}

function cells(step: ProbeStep): readonly string[] {
  return [
    String(step.connections),
    rounded(step.throughputPerSecond),
    rounded(step.latencyMeanMs),
    rounded(step.latencyP50Ms),
    rounded(step.latencyP90Ms),
    rounded(step.latencyP99Ms),
    rounded(step.latencyMaxMs),
    rounded(step.serverMeanMs),
    String(step.answeredOtherCount),
    String(step.errorCount + step.timeoutCount + step.lostCount),
  ];
}

function rounded(value: number | null): string {
  if (value === null) return "-";
  return value.toFixed(value < 10 ? 2 : value < 1_000 ? 1 : 0);
}

function nearest(steps: readonly ProbeStep[], connections: number): ProbeStep | undefined {
  const distance = (step: ProbeStep) => Math.abs(Math.log(step.connections / connections));
  return steps.toSorted((a, b) => distance(a) - distance(b))[0];
}
