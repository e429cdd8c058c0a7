import type { SweepCell, SweepFigure, SweepValue } from "../record/sweep-result.ts";
import { type FigureSubject, figureText, type Gate } from "../scenario/gate-expression.ts";
import { type GateUnit, gateFigures, gateTimes } from "../scenario/gate-figures.ts";
import { readFigure, type Summary } from "./figure.ts";
import { evaluateGates } from "./gates.ts";
import { intervalAround, meanOf } from "./mean-interval.ts";
import { metric } from "./metrics.ts";
import { decideVerdict } from "./verdict.ts";

/** A figure that cells are compared by. `measuredMs`: length of the traffic of one run, its warm-up aside. */
export type ReadFigure = SweepFigure & {
  readonly read: (run: Summary, measuredMs: number) => number | null;
  /** Of several runs it is that of all samples, not the mean. @default false */
  readonly isPercentile?: boolean;
};

/** The one figure of a sweep that no gate knows. */
export const creditedPerSecond: ReadFigure = {
  name: "credited_per_second",
  unit: "per-second",
  meaning: "Credited within the promise, over the length of the traffic without its warm-up.",
  read: (run, measuredMs) =>
    run.planned === 0 ? null : run.outcomes.credited / (measuredMs / 1_000),
};

const units: Readonly<Record<GateUnit, SweepFigure["unit"]>> = {
  count: "count",
  ratio: "ratio",
  duration: "ms",
  minor: "minor",
  number: "number",
};

/** A figure that gates know, for a sweep. */
export function figureOf(subject: FigureSubject): ReadFigure {
  const row = gateFigures.find((it) => it.name === subject.figure && it.of === subject.of);
  const ofTimes = subject.of === "times" ? ` ${gateTimes[subject.argument]}` : "";
  return {
    name: figureText(subject),
    unit: units[row?.unit ?? "number"],
    meaning: `${row?.description ?? ""}${ofTimes}`,
    read: (run) => readFigure(subject, run),
    isPercentile: metric(subject).samples !== null,
  };
}

/**
 * What one cell of a sweep came to.
 *
 * @param cell - `pooled` is all runs together: gates are judged by it, as those of a simulation are.
 */
export function judgeCell(
  cell: {
    readonly at: readonly number[];
    readonly gates: readonly Gate[];
    readonly pooled: Summary;
    readonly runs: readonly Summary[];
  },
  figures: readonly ReadFigure[],
  measuredMs: number,
): SweepCell {
  const { pooled, runs } = cell;
  const gates = evaluateGates(cell.gates, pooled);
  const judged = { mode: "simulated", partial: false, reasons: [] } as const;
  return {
    at: [...cell.at],
    planned: pooled.planned,
    values: figures.map(({ read, isPercentile }) => {
      const ofAll = isPercentile === true ? read(pooled, measuredMs) : null;
      const measured = runs.map((run) => read(run, measuredMs)).filter((it) => it !== null);
      return valueOver(measured, ofAll);
    }),
    busiest: busiestOf(pooled),
    gates,
    passed: decideVerdict({ ...judged, variants: [{ ...pooled, gates }] }) === "pass",
  };
}

/** The mean over the runs that measured it, or what all of them came to together. */
function valueOver(measured: readonly number[], ofAll: number | null): SweepValue {
  if (measured.length === 0) return { mean: null, low: null, high: null };
  return intervalAround(ofAll ?? meanOf(measured), measured);
}

/** The station whose workers are most at work. One that is only held by calls is a victim. */
function busiestOf({ stations }: Summary): SweepCell["busiest"] {
  let busiest: SweepCell["busiest"] = null;
  for (const { name, utilisationRatio, blockedRatio } of stations) {
    const workingRatio = Math.max(0, utilisationRatio - blockedRatio);
    if (workingRatio > (busiest?.workingRatio ?? 0)) busiest = { station: name, workingRatio };
  }
  return busiest;
}
