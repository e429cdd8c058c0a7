import { causes, outcomes } from "../domain/outcome.ts";
import type { ParityRow } from "../record/parity-result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import type { ToleranceName } from "./parity-tolerances.ts";

/** Names what is compared. */
export type Figure = Pick<ParityRow, "figure" | "of" | "unit">;

/** The percentiles that latencies are compared at. */
export const quantiles = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;

const latencyTolerances = {
  p50: "latencyP50",
  p90: "latencyP90",
  p99: "latencyP99",
} as const satisfies Record<keyof typeof quantiles, ToleranceName>;

/** Which line of the table of tolerances a figure is judged by. */
export function toleranceNameOf({ figure, of }: Pick<Figure, "figure" | "of">): ToleranceName {
  switch (figure) {
    case "planned":
    case "outcome":
    case "cause":
    case "books":
    case "busy":
    case "queue":
      return figure;
    case "latency":
      return latencyTolerances[of as keyof typeof latencyTolerances];
    case "pair-error":
      return "pairError";
    case "pair-outcome":
      return "pairOutcome";
  }
}

/** A figure of the whole run, and how it is read; null: nothing was measured. */
export type RunFigure = Figure & { readonly read: (it: VariantSummary) => number | null };

/** What is compared of whole runs. Stations are those of the prediction. */
export function runFigures(stations: readonly string[]): readonly RunFigure[] {
  return [
    { figure: "planned", of: "", unit: "count", read: (it) => it.planned },
    ...outcomes.map(
      (outcome): RunFigure => ({
        figure: "outcome",
        of: outcome,
        unit: "ratio",
        read: (it) => (it.planned === 0 ? null : it.outcomes[outcome] / it.planned),
      }),
    ),
    ...causes.map(
      (cause): RunFigure => ({
        figure: "cause",
        of: cause,
        unit: "ratio",
        read: (it) => (it.planned === 0 ? null : it.causes[cause] / it.planned),
      }),
    ),
    { figure: "books", of: "double", unit: "count", read: (it) => it.integrity.doubleCredited },
    { figure: "books", of: "phantom", unit: "count", read: (it) => it.integrity.phantom },
    { figure: "books", of: "missing", unit: "count", read: (it) => it.integrity.missing },
    { figure: "latency", of: "p50", unit: "ms", read: (it) => it.latencyMs.p50 },
    { figure: "latency", of: "p90", unit: "ms", read: (it) => it.latencyMs.p90 },
    { figure: "latency", of: "p99", unit: "ms", read: (it) => it.latencyMs.p99 },
    ...stations.flatMap((name): RunFigure[] => {
      const station = (it: VariantSummary) => it.stations.find((other) => other.name === name);
      return [
        {
          figure: "busy",
          of: name,
          unit: "ratio",
          read: (it) => station(it)?.utilisationRatio ?? null,
        },
        { figure: "queue", of: name, unit: "count", read: (it) => station(it)?.queueMean ?? null },
      ];
    }),
  ];
}
