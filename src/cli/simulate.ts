import type { Argv, CommandModule } from "yargs";
import type { Span } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import type { ExitCode } from "../kernel/exit-code.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { type Simulated, type SimulateOptions, simulate } from "../sim/simulate.ts";
import { findUsualTimes, type UsualTimes } from "../sim/usual-times.ts";
import { assembleResult } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { Explainer } from "./explain.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { traceOpener } from "./open-trace.ts";
import { Progress } from "./progress.ts";
import { chooseCases, chooseSpan, type RunFlags, withRunFlags } from "./run-flags.ts";
import { handOver } from "./write-run.ts";

type Flags = RunFlags & { readonly seeds: number };

const seedMaxCount = 1_000;

/** Runs the cases of a scenario in virtual time. */
async function simulateScenario(flags: Flags, io: Io): Promise<ExitCode> {
  if (!Number.isInteger(flags.seeds) || flags.seeds < 1 || flags.seeds > seedMaxCount) {
    const what = `--seeds: expected a whole number from 1 to ${seedMaxCount}`;
    throw new UsageError("FLAG_INVALID", [{ what, hint: "write --seeds 10" }]);
  }
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const cases = chooseCases(loaded, flags);
  const span = chooseSpan(loaded.baseline.scenario, flags, false);
  const explainer = Explainer.of(flags, cases);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was simulated"),
  );
  const done: { of: ScenarioCase; simulated: Simulated }[] = [];
  try {
    for (const of of cases) {
      if (signal.aborted) break;
      const simulated = await simulateCase(of, loaded.file, {
        span,
        seeds: flags.seeds,
        onProgress: (seedIndex, ratio) => {
          const run = flags.seeds === 1 ? "" : `, seed ${seedIndex + 1} of ${flags.seeds}`;
          progress.update(`simulating ${of.name}${run}: ${Math.floor(ratio * 100)} %`);
        },
        isStopped: () => signal.aborted,
        ...(explainer !== null && { onActivation: explainer.hear(of) }),
      });
      done.push({ of, simulated });
    }
  } finally {
    progress.clear();
    release();
  }
  const result = assembleResult({
    loaded,
    mode: "simulated",
    span,
    seeds: flags.seeds,
    cases: done.map(({ of, simulated }) => ({ of, summary: simulated.summary })),
    predictions: [],
    runs: done.map(({ of, simulated }) => ({ name: of.name, runs: simulated.runs })),
    reasons: [],
    isPartial: signal.aborted,
    command: commandLine(),
    startedAt,
    elapsedMs: Date.now() - startedAt.getTime(),
  });
  const exitCode = await handOver(result, flags, io);
  if (!signal.aborted) {
    const run = { file: loaded.file, span, seeds: flags.seeds, isLive: false };
    await explainer?.print(run, flags, io);
  }
  return exitCode;
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
        describe: "Runs under so many seeds; figures are pooled, differences get 95 % intervals",
      })
      .example("$0 simulate lunch-rush --seeds 10", "Ten runs a variant, with intervals")
      .example("$0 simulate my.yaml --explain 3", "Why were the three worst lost, or late?")
      .example("$0 simulate my.yaml --json | jq .verdict", "For a script"),
  handler: async (flags) => {
    process.exitCode = await simulateScenario(flags, io);
  },
});
