import type { Span } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { CaseTotal } from "../sim/case-total.ts";
import { coreCount, type JobOptions, openGrid } from "../sim/grid.ts";
import { runJob } from "../sim/grid-job.ts";
import { inOrder } from "../sim/in-order.ts";
import type { Simulated } from "../sim/simulate.ts";
import type { Explainer } from "./explain.ts";

export type SimulatedCase = { readonly of: ScenarioCase; readonly simulated: Simulated };

export type CasesOptions = {
  readonly file: string;
  readonly span: Span;
  readonly seeds: number;
  /** The first seed to run: those before it are in `totals` already. @default 0 */
  readonly firstSeed?: number;
  /** Takes in the runs of each case; handed on to run more seeds of the same cases. */
  readonly totals?: Totals;
  /** Records each run in batches too. */
  readonly inBatches: boolean;
  readonly workers: number;
  /** Ends all runs; what is finished up to then, case by case and seed by seed, is kept. */
  readonly signal: AbortSignal;
  /** Hears of every activation, so it has all runs in its own thread. */
  readonly explainer: Explainer | null;
  /** The tail of each case is looked for, if its first run has at most so many; absent: not. */
  readonly tailMaxCount: number | undefined;
  readonly onProgress: (text: string) => void;
};

export type Totals = Map<ScenarioCase, CaseTotal>;

/** Results that wait for their turn, for each run that is under way. */
const openPerWorker = 2;

/**
 * Simulates cases, each under its seeds, spread over the cores. The result does not depend on how
 * many there are, or on which run is ready first.
 */
export async function simulateCases(
  cases: readonly ScenarioCase[],
  options: CasesOptions,
): Promise<readonly SimulatedCase[]> {
  const { file, span, seeds, firstSeed = 0, signal, explainer, inBatches, tailMaxCount } = options;
  const runs = cases.flatMap((of) =>
    Array.from({ length: seeds - firstSeed }, (_, index) => ({ of, seedIndex: firstSeed + index })),
  );
  const progress = new RunsProgress(runs.length, options);
  const grid = openGrid({ workers: Math.min(options.workers, runs.length), signal });
  const ears = new Map(cases.map((of) => [of, explainer?.hear(of)]));
  const start = async ({ of, seedIndex }: (typeof runs)[number]) => {
    const { name: variant, scenario } = of;
    const onProgress = progress.watch(variant);
    const onActivation = ears.get(of);
    const looksForTail = seedIndex === 0 && tailMaxCount !== undefined;
    const job = {
      ...{ scenario, file, variant, span, seedIndex, inBatches },
      ...(looksForTail && { tailMaxCount }),
    };
    const isStopped = () => signal.aborted;
    const part =
      onActivation === undefined
        ? await grid.record(job, { onProgress })
        : await runJob(job, { isStopped, onProgress, onActivation });
    onProgress(1);
    return { of, part };
  };
  const openMaxCount = explainer === null ? openPerWorker * grid.workerCount : 1;
  const totals: Totals = options.totals ?? new Map();
  try {
    for await (const { of, part } of inOrder(runs, openMaxCount, start)) {
      if (part === null) break;
      const total =
        totals.get(of) ?? new CaseTotal({ scenario: of.scenario, variant: of.name, span });
      total.add(part);
      totals.set(of, total);
      // What comes after the first that was cut short would not be a whole number of seeds.
      if (part.isPartial) break;
    }
  } finally {
    await grid.close();
  }
  return [...totals].map(([of, total]) => ({ of, simulated: total.simulated() }));
}

/** How far many runs are that go on side by side. */
class RunsProgress {
  readonly #runCount: number;
  readonly #say: CasesOptions["onProgress"];
  readonly #ratios: number[] = [];

  constructor(runCount: number, { onProgress }: Pick<CasesOptions, "onProgress">) {
    this.#runCount = runCount;
    this.#say = onProgress;
  }

  /** Follows one more run. */
  watch(variant: string): NonNullable<JobOptions["onProgress"]> {
    const place = this.#ratios.push(0) - 1;
    return (doneRatio) => {
      this.#ratios[place] = doneRatio;
      const sum = this.#ratios.reduce((total, ratio) => total + ratio, 0);
      const doneCount = this.#ratios.filter((ratio) => ratio === 1).length;
      const percent = Math.floor((100 * sum) / this.#runCount);
      const many = this.#runCount === 1 ? "" : `, ${doneCount} of ${this.#runCount} runs done`;
      this.#say(`simulating ${variant}: ${percent} %${many}`);
    };
  }
}

const workerMaxCount = 256;

/** @throws {UsageError} `FLAG_INVALID` for a number of threads that cannot be. */
export function chooseWorkers(flag: number | undefined): number {
  if (flag === undefined) return coreCount;
  if (Number.isInteger(flag) && flag >= 1 && flag <= workerMaxCount) return flag;
  const what = `--workers: expected a whole number from 1 to ${workerMaxCount}`;
  throw new UsageError("FLAG_INVALID", [{ what, hint: `write --workers ${coreCount}` }]);
}
