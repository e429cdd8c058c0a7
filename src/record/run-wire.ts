import type { Cause, Ending, Outcome } from "../domain/outcome.ts";
import type { TimesWire } from "./activation-times.ts";
import type { HistogramWire } from "./histogram.ts";
import type { MoneyWire } from "./money-record.ts";
import type { StationShape } from "./run-stations.ts";
import type { StationWire } from "./station-record.ts";

/** All that a `RunRecord` holds, as plain data and typed arrays: for the way between threads. */
export type RunWire = TimesWire & {
  readonly counts: {
    readonly runs: number;
    readonly unmeasuredMs: number;
    readonly planned: number;
    readonly attempts: number;
    readonly unnotified: number;
    readonly doubleCredited: number;
    readonly phantom: number;
    readonly missing: number;
    readonly leaked: number;
    readonly posting: number;
  };
  readonly accounting: Readonly<Record<Ending, number>>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly causes: Readonly<Record<Cause, number>>;
  readonly plannedBy: Float64Array;
  readonly outcomesBy: Readonly<Record<Outcome, Float64Array>>;
  readonly causesBy: Readonly<Record<Cause, Float64Array>>;
  readonly money: MoneyWire;
  readonly sendLag: HistogramWire;
  readonly latencyBy: readonly HistogramWire[];
  readonly sendLagBy: readonly HistogramWire[];
  readonly policies: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly stations: readonly {
    readonly shape: StationShape;
    readonly record: StationWire;
    /** What came before the figures began to count; null: nothing. */
    readonly warmUp: StationWire | null;
  }[];
};
