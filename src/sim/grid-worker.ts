import { figuresOf, runJob } from "./grid-job.ts";
import { errorToWire, type GridAnswer, type GridTask } from "./grid-wire.ts";

/** The worker thread of a grid: runs one task after the other. */
export async function runTask(task: GridTask): Promise<GridAnswer> {
  const { job, returns } = task;
  const stop = new Int32Array(task.stop);
  const progress = task.progress === null ? null : new Int32Array(task.progress);
  const isStopped = () => Atomics.load(stop, 0) !== 0;
  if (isStopped()) return { kind: "stopped" };
  try {
    const simulated = await runJob(job, {
      isStopped,
      onProgress: (doneRatio) => {
        if (progress !== null) Atomics.store(progress, 0, Math.round(doneRatio * 1e6));
      },
    });
    const { isPartial, eventCount, openCount, summary, runs, record, batches } = simulated;
    const counts = { isPartial, eventCount, openCount };
    if (returns === "record") {
      const { tail = null } = simulated;
      return { kind: "record", summary, runs, batches, record: record.toWire(), tail, ...counts };
    }
    return { kind: "figures", figures: figuresOf(summary), runs: runs.map(figuresOf), ...counts };
  } catch (error) {
    return { kind: "failed", error: errorToWire(error) };
  }
}
