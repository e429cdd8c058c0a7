import type { VariantSummary } from "../record/run-record.ts";
import type { Figures, GridJob } from "./grid-wire.ts";
import { traceOpener } from "./open-trace.ts";
import { type Simulated, simulate } from "./simulate.ts";

/** How whoever runs a job hears of it, and is heard. */
export type JobWatch = {
  readonly isStopped: () => boolean;
  /** Told now and then how far the job is, 0..1. */
  readonly onProgress: (doneRatio: number) => void;
};

/** Runs a job in this thread. */
export function runJob(job: GridJob, { isStopped, onProgress }: JobWatch): Promise<Simulated> {
  const {
    scenario,
    file,
    variant,
    span,
    seedIndex,
    seedCount: seeds = 1,
    overhead,
    inBatches = false,
  } = job;
  return simulate({
    scenario,
    variant,
    span,
    seeds,
    firstSeed: seedIndex,
    openTrace: traceOpener(scenario, file),
    isStopped,
    inBatches,
    onProgress: (index, doneRatio) => onProgress((index + doneRatio) / seeds),
    ...(overhead !== undefined && { overhead }),
  });
}

/** A summary without its series. */
export function figuresOf({ series: _, ...figures }: VariantSummary): Figures {
  return figures;
}
