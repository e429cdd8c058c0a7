import type { Argv, CommandModule } from "yargs";
import type { Span } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { traceOpener } from "../sim/open-trace.ts";
import { type Simulated, type SimulateOptions, simulate } from "../sim/simulate.ts";
import { findUsualTimes, type UsualTimes } from "../sim/usual-times.ts";
import { assembleResult } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { Explainer } from "./explain.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import {
  type PreciseRun,
  type PrecisionFlags,
  readPrecision,
  seedMaxCount,
  simulateUntilPrecise,
} from "./precision.ts";
import { Progress } from "./progress.ts";
import { chooseCases, chooseSpan, type RunFlags, withRunFlags } from "./run-flags.ts";
import { chooseWorkers, type SimulatedCase, simulateCases } from "./simulate-cases.ts";
import { chooseWarmUp, type WarmUp, warmUpReasons, withWarmUp } from "./warm-up.ts";
import { handOverRun } from "./write-run.ts";

type Flags = RunFlags &
  PrecisionFlags & { readonly workers?: number | undefined; readonly tail?: boolean | undefined };

/** Without a flag, the slowest are looked into in runs of at most so many activations. */
const tailUnaskedMaxCount = 20_000;

/** Runs the cases of a scenario in virtual time. */
async function simulateScenario(flags: Flags, io: Io): Promise<ExitCode> {
  if (!Number.isInteger(flags.seeds) || flags.seeds < 1 || flags.seeds > seedMaxCount) {
    const what = `--seeds: expected a whole number from 1 to ${seedMaxCount}`;
    throw new UsageError("FLAG_INVALID", [{ what, hint: "write --seeds 10" }]);
  }
  const workers = chooseWorkers(flags.workers);
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const chosen = chooseCases(loaded, flags);
  const span = chooseSpan(loaded.baseline.scenario, flags, false);
  const wish = readPrecision(flags, chosen);
  const explainer = Explainer.of(flags, chosen);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was simulated"),
  );
  let done: readonly SimulatedCase[];
  let warmUp: WarmUp | null = null;
  let precise: PreciseRun | null = null;
  try {
    warmUp = await chooseWarmUp(chosen, {
      ...{ file: loaded.file, span, isStopped: () => signal.aborted },
      onProgress: (text) => progress.update(text),
    });
    const cases = withWarmUp(chosen, warmUp);
    const options = {
      ...{ file: loaded.file, span, workers, signal, explainer },
      tailMaxCount: tailMaxCountOf(flags),
      onProgress: (text: string) => progress.update(text),
    };
    if (wish !== null) {
      precise = await simulateUntilPrecise(cases, wish, options, (text) => progress.say(text));
      done = precise.done;
    } else {
      const inBatches = warmUp !== null && flags.seeds === 1;
      done = await simulateCases(cases, { ...options, seeds: flags.seeds, inBatches });
    }
  } finally {
    progress.clear();
    release();
  }
  if (done.length === 0) {
    progress.say("nothing was simulated yet, so nothing is written");
    return ExitCode.interrupted;
  }
  const seeds = precise?.seeds ?? flags.seeds;
  const result = assembleResult({
    loaded,
    mode: "simulated",
    span,
    seeds,
    cases: done.map(({ of, simulated }) => ({
      of,
      summary: simulated.summary,
      tail: simulated.tail ?? null,
    })),
    predictions: [],
    runs: done.map(({ of, simulated }) => ({
      ...{ name: of.name, runs: simulated.runs, batches: simulated.batches },
    })),
    warmUp,
    precision: precise?.precision ?? null,
    reasons: warmUpReasons(warmUp),
    isPartial: signal.aborted,
    command: commandLine(),
    startedAt,
    elapsedMs: Date.now() - startedAt.getTime(),
  });
  const exitCode = await handOverRun(result, flags, io);
  if (!signal.aborted) {
    const run = { file: loaded.file, span, seeds, isLive: false };
    await explainer?.print(run, flags, io);
  }
  return exitCode;
}

function tailMaxCountOf({ tail }: Flags): number | undefined {
  if (tail === undefined) return tailUnaskedMaxCount;
  return tail ? Number.POSITIVE_INFINITY : undefined;
}

/** Simulates one case; traces are read from beside the scenario file. */
export function simulateCase(
  { name, scenario }: ScenarioCase,
  file: string,
  options: Omit<SimulateOptions, "scenario" | "variant" | "openTrace">,
): Promise<Simulated> {
  return simulate({ scenario, variant: name, openTrace: traceOpener(scenario, file), ...options });
}

/** Where time goes in a case where nothing goes wrong: worked out when it is asked for. */
export function usualTimesOf({ scenario }: ScenarioCase, file: string, span: Span): UsualTimes {
  return findUsualTimes(scenario, scenario.seed, span, traceOpener(scenario, file));
}

export const simulateCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "simulate <scenario>",
  describe: "Run a scenario in virtual time: a peak day in seconds, repeatable to the byte",
  builder: (yargs: Argv<object>) =>
    withRunFlags(yargs)
      .option("seeds", {
        type: "number",
        default: 1,
        describe: "Runs under so many seeds; figures and differences get 95 % intervals",
      })
      .option("precision", {
        type: "string",
        describe:
          "Adds seeds until the 95 % interval of a figure is no wider than ± this share of its mean, " +
          "such as 2%, in every variant",
      })
      .option("of", {
        type: "string",
        describe: "The figure for --precision (default: the first gate's, else p99(latency))",
      })
      .option("max-seeds", {
        type: "number",
        describe: "Seeds at most for --precision (default: 200)",
      })
      .option("workers", {
        type: "number",
        describe: "Threads that share the runs; the result is the same (default: one a core)",
      })
      .option("tail", {
        type: "boolean",
        describe:
          "Where the slowest 1 % of the first run lost their time, by a second run of each case. " +
          "Without the flag: where the run has at most 20,000 activations; --no-tail: never",
      })
      .example("$0 simulate lunch-rush --seeds 10", "Ten runs a variant, with intervals")
      .example("$0 simulate my.yaml --precision 2%", "As many as its first gate's figure needs")
      .example("$0 simulate my.yaml --explain 3", "Why were the three worst lost, or late?")
      .example("$0 simulate my.yaml --json | jq .verdict", "For a script"),
  handler: async (flags) => {
    process.exitCode = await simulateScenario(flags, io);
  },
});
