import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { RunError } from "../kernel/errors.ts";
import { RunRecord } from "../record/run-record.ts";
import { compileFor, expectedActivationCount } from "./compiling.ts";
import { figuresOf, runJob } from "./grid-job.ts";
import {
  errorFromWire,
  type Figures,
  type GridAnswer,
  type GridJob,
  type GridTask,
} from "./grid-wire.ts";
import { recordOptions, type Simulated } from "./simulate.ts";

export type GridOptions = {
  /** Threads that simulate; 1: this thread, without a pool. @default one a core */
  readonly workers?: number;
  /** Ends every run early, as they stand; jobs that were not begun come to nothing. */
  readonly signal?: AbortSignal;
};

export type JobOptions = {
  /** Told now and then how far the job is, 0..1. */
  readonly onProgress?: (doneRatio: number) => void;
};

/** What a job came to, in short. */
export type JobFigures = {
  /** All runs of the job together. */
  readonly figures: Figures;
  readonly runs: readonly Figures[];
  readonly isPartial: boolean;
  readonly eventCount: number;
  readonly openCount: number;
};

/**
 * Simulates jobs side by side, at most `workerCount` at a time, in the order in which they come. What
 * a job comes to depends on the job alone. An error of a job is that of whoever asked for it.
 *
 * Both return null for a job that was not begun when the grid was stopped. One that was under way
 * ends where it is, and says `isPartial`.
 */
export interface Grid {
  readonly workerCount: number;
  /** The figures alone: for the many small jobs of a search. */
  figures(job: GridJob, options?: JobOptions): Promise<JobFigures | null>;
  /** All that was recorded, with its series, to be added to other runs by a `CaseTotal`. */
  record(job: GridJob, options?: JobOptions): Promise<Simulated | null>;
  /** Ends what is under way early, then the threads. */
  close(): Promise<void>;
}

/** Threads that a grid has if nobody says how many. */
export const coreCount = availableParallelism();

/** Starts a grid. Whoever opens it closes it. @throws {RunError} when the project was not built. */
export function openGrid({ workers = coreCount, signal }: GridOptions = {}): Grid {
  return workers === 1 ? new SingleThread(signal) : new Threads(workers, signal);
}

/** Runs the jobs in this thread, one after the other. */
class SingleThread implements Grid {
  readonly workerCount = 1;
  readonly #signal: AbortSignal | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Activations in all jobs so far; most jobs are asked for before the first begins. */
  #askedCount = 0;
  #isClosed = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async figures(job: GridJob, options: JobOptions = {}): Promise<JobFigures | null> {
    const simulated = await this.record(job, options);
    if (simulated === null) return null;
    const { summary, runs, isPartial, eventCount, openCount } = simulated;
    const figures = figuresOf(summary);
    return { figures, runs: runs.map(figuresOf), isPartial, eventCount, openCount };
  }

  record(job: GridJob, { onProgress = () => {} }: JobOptions = {}): Promise<Simulated | null> {
    this.#askedCount += countOf(job);
    compileFor(this.#askedCount);
    const running = this.#last.then(async () => {
      // Short jobs never yield by themselves, and Ctrl-C must be heard between them.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isStopped()) return null;
      return runJob(job, { isStopped: () => this.#isStopped(), onProgress });
    });
    this.#last = running.catch(() => {}); // An error is its own job's.
    return running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  #isStopped(): boolean {
    return this.#isClosed || this.#signal?.aborted === true;
  }
}

/** Progress is looked at this often. [ms] */
const lookEveryMs = 100;

/** Runs the jobs in a pool of threads. */
class Threads implements Grid {
  readonly workerCount: number;
  readonly #pool: Piscina<GridTask, GridAnswer>;
  readonly #stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #signal: AbortSignal | undefined;
  readonly #open = new Set<Promise<unknown>>();
  readonly #looks = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #askedCount = 0;

  constructor(workers: number, signal: AbortSignal | undefined) {
    this.workerCount = workers;
    this.#pool = new Piscina<GridTask, GridAnswer>({
      filename: workerFile(),
      name: "runTask",
      minThreads: 1,
      maxThreads: workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
    });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#halt);
    if (signal?.aborted === true) this.#halt();
  }

  async figures(job: GridJob, options: JobOptions = {}): Promise<JobFigures | null> {
    const answer = await this.#ask(job, "figures", options);
    if (answer.kind !== "figures") return null;
    const { kind: _, ...figures } = answer;
    return figures;
  }

  async record(job: GridJob, options: JobOptions = {}): Promise<Simulated | null> {
    const answer = await this.#ask(job, "record", options);
    if (answer.kind !== "record") return null;
    const record = RunRecord.fromWire(answer.record, recordOptions(job.scenario, job.span));
    const { summary, runs, isPartial, eventCount, openCount, batches, tail } = answer;
    return { summary, record, runs, isPartial, eventCount, openCount, batches, tail };
  }

  async close(): Promise<void> {
    this.#halt();
    clearInterval(this.#timer);
    this.#signal?.removeEventListener("abort", this.#halt);
    // The pool takes an answer that comes while it ends its threads for a fault.
    await Promise.allSettled(this.#open);
    await this.#pool.destroy();
  }

  readonly #halt = (): void => {
    Atomics.store(new Int32Array(this.#stop), 0, 1);
  };

  async #ask(
    job: GridJob,
    returns: GridTask["returns"],
    { onProgress }: JobOptions,
  ): Promise<GridAnswer> {
    this.#askedCount += countOf(job);
    compileFor(this.#askedCount / this.workerCount);
    const progress =
      onProgress === undefined ? null : new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const forget = this.#watch(progress, onProgress);
    const running = this.#pool.run({ job, returns, stop: this.#stop, progress });
    this.#open.add(running);
    try {
      const answer = await running;
      if (answer.kind === "failed") throw errorFromWire(answer.error);
      return answer;
    } catch (cause) {
      throw hasNoMemory(cause)
        ? new RunError("a simulation ran out of memory", "simulate with fewer --workers", { cause })
        : cause;
    } finally {
      this.#open.delete(running);
      forget();
    }
  }

  /** Passes on how far a job is, as long as it is wanted. @returns Ends that. */
  #watch(progress: SharedArrayBuffer | null, onProgress: JobOptions["onProgress"]): () => void {
    if (progress === null || onProgress === undefined) return () => {};
    const shared = new Int32Array(progress);
    const look = () => {
      const millionths = Atomics.load(shared, 0);
      if (millionths > 0) onProgress(millionths / 1e6);
    };
    this.#looks.add(look);
    this.#timer ??= setInterval(() => {
      for (const each of this.#looks) each();
    }, lookEveryMs).unref();
    return () => this.#looks.delete(look);
  }
}

function countOf({ scenario, span, seedCount = 1 }: GridJob): number {
  return seedCount * expectedActivationCount(scenario, span);
}

function hasNoMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** The compiled worker: threads run no TypeScript. @throws {RunError} when the project was not built. */
function workerFile(): string {
  const isSource = import.meta.url.endsWith(".ts");
  const path = isSource ? "../../dist/src/sim/grid-worker.js" : "./grid-worker.js";
  const file = fileURLToPath(new URL(path, import.meta.url));
  if (existsSync(file)) return file;
  throw new RunError(`${file} is missing`, "build the project first: npm run build");
}
