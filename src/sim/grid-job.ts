import { replicationSeed } from "../kernel/draw.ts";
import type { OnActivation } from "../record/activation-record.ts";
import type { VariantSummary } from "../record/run-record.ts";
import { streamKey } from "../traffic/plan.ts";
import type { Figures, GridJob } from "./grid-wire.ts";
import { traceOpener } from "./open-trace.ts";
import { type Simulated, simulate } from "./simulate.ts";
import { findTail, LatencyLog } from "./tail.ts";

/** How whoever runs a job hears of it, and is heard. */
export type JobWatch = {
  readonly isStopped: () => boolean;
  /** Told now and then how far the job is, 0..1. */
  readonly onProgress: (doneRatio: number) => void;
  readonly onActivation?: OnActivation;
};

/** Runs a job in this thread. */
export async function runJob(job: GridJob, watch: JobWatch): Promise<Simulated> {
  const { scenario, file, variant, span, seedIndex, seedCount: seeds = 1, overhead } = job;
  const { isStopped, onProgress } = watch;
  const openTrace = traceOpener(scenario, file);
  const isHeard = watch.onActivation !== undefined;
  const log = job.tailMaxCount === undefined ? null : logOf(job, job.tailMaxCount);
  // A run that is played twice is half done after the first time.
  const share = log === null ? 1 : 0.5;
  const options = { scenario, variant, span, openTrace, isStopped };
  const simulated = await simulate({
    ...options,
    seeds,
    firstSeed: seedIndex,
    inBatches: job.inBatches ?? false,
    onProgress: (index, doneRatio) => onProgress((share * (index + doneRatio)) / seeds),
    ...(overhead !== undefined && { overhead }),
    ...((isHeard || log !== null) && {
      onActivation: (...activation) => {
        watch.onActivation?.(...activation);
        const [stream, index, plannedMs, latencyMs] = activation;
        log?.add(stream, index, plannedMs, latencyMs);
      },
    }),
  });
  if (log === null || simulated.isPartial) return simulated;
  const tail = await findTail(
    {
      ...options,
      firstSeed: seedIndex,
      onProgress: (_, doneRatio) => onProgress(share + share * doneRatio),
    },
    log,
  );
  return { ...simulated, tail };
}

function logOf({ scenario, seedIndex }: GridJob, maxCount: number): LatencyLog {
  const seed = replicationSeed(scenario.seed, seedIndex);
  const streams = Object.keys(scenario.traffic).map((name) => streamKey(seed, name));
  const fromMs = typeof scenario.warmUp === "number" ? scenario.warmUp : 0;
  return new LatencyLog(new Set(streams), maxCount, fromMs);
}

/** A summary without its series. */
export function figuresOf({ series: _, ...figures }: VariantSummary): Figures {
  return figures;
}
