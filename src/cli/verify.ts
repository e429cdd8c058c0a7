import type { Argv, CommandModule } from "yargs";
import { compareWorlds, type World, type Worlds } from "../analysis/parity.ts";
import { ActivationLog } from "../analysis/parity-log.ts";
import { decideParityVerdict } from "../analysis/parity-verdict.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import type { ExitCode } from "../kernel/exit-code.ts";
import { Factor, formatDuration } from "../kernel/units.ts";
import { type LiveRun, runLive } from "../live/run-live.ts";
import type { OnActivation } from "../record/activation-record.ts";
import type { Parity } from "../record/parity-result.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import type { SimulateOptions } from "../sim/simulate.ts";
import { assembleResult } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { crashSpans } from "./crash-spans.ts";
import { Explainer } from "./explain.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";
import { showProgress } from "./run.ts";
import { chooseCases, chooseSpan, type RunFlags, withRunFlags } from "./run-flags.ts";
import { simulateCase, usualTimesOf } from "./simulate.ts";
import { withWarmUp } from "./warm-up.ts";
import { handOverRun } from "./write-run.ts";

type Flags = RunFlags & { readonly "jitter-runs": number; readonly tolerance: string };

const jitterRunMaxCount = 100;
/** Mean delays of a message in the further simulations: what hops over real sockets cost. [ms] */
const jitterLeastMs = 0.5;
const jitterMostMs = 2;
/** To start the servers, rehearse and collect. [ms] */
const aroundLiveMs = 6_000;

/** Runs cases in both worlds under the same draws, and holds the live one against the other. */
async function verifyScenario(flags: Flags, io: Io): Promise<ExitCode> {
  const meansMs = jitterMeans(flags["jitter-runs"]);
  const toleranceFactor = readFactor(flags.tolerance);
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const variant = flags.variant ?? [loaded.baseline.name];
  const cases = withWarmUp(chooseCases(loaded, { ...flags, variant }), null);
  const span = chooseSpan(loaded.baseline.scenario, flags, true);
  const explainer = Explainer.of(flags, cases);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was measured (press again to end at once)"),
  );
  progress.say(announce(loaded.title, cases, span, meansMs.length + 1));
  const done: { of: ScenarioCase; predicted: World; run: LiveRun }[] = [];
  const parity: Parity[] = [];
  try {
    for (const of of cases) {
      if (signal.aborted) break;
      const { predicted, jittered } = await predict(
        of,
        loaded.file,
        span,
        meansMs,
        progress,
        signal,
      );
      const log = new ActivationLog();
      const listeners: OnActivation[] = [log.add];
      if (explainer !== null) listeners.push(explainer.hear(of));
      const run = await runLive({
        scenario: of.scenario,
        scenarioFile: loaded.file,
        variant: of.name,
        span,
        signal,
        onProgress: showProgress(progress, of.name, span),
        usualTimes: () => usualTimesOf(of, loaded.file, span),
        onActivation: (...it) => {
          for (const add of listeners) add(...it);
        },
      });
      done.push({ of, predicted, run });
      progress.say(`${of.name}: ${run.summary.planned} activations measured`);
      if (run.isPartial) break;
      parity.push(
        compareWorlds({
          variant: of.name,
          predicted,
          jittered,
          measured: { summary: run.summary, log },
          durationMs: spanMs(span),
          excluded: crashSpans(of.scenario, span),
          toleranceFactor,
        }),
      );
    }
  } finally {
    progress.clear();
    release();
  }
  const result = assembleResult({
    loaded,
    mode: "live",
    span,
    seeds: 1,
    cases: done.map(({ of, run }) => ({ of, summary: run.summary })),
    predictions: done.map(({ of, predicted }) => ({ of, summary: predicted.summary })),
    runs: done.map(({ of, run }) => ({ name: of.name, runs: [run.summary] })),
    reasons: done.flatMap(({ run }) => run.reasons),
    isPartial: signal.aborted,
    command: commandLine(),
    startedAt,
    elapsedMs: Date.now() - startedAt.getTime(),
  });
  const verified = parity.length === 0 ? result : { ...result, parity };
  const verdict = decideParityVerdict(verified);
  const exitCode = await handOverRun({ ...verified, verdict }, flags, io);
  if (!signal.aborted) {
    const run = { file: loaded.file, span, seeds: 1, isLive: true };
    await explainer?.print(run, flags, io);
  }
  return exitCode;
}

/** Simulates a case as it is, and again with slower messages under the same draws. */
async function predict(
  of: ScenarioCase,
  file: string,
  span: Span,
  meansMs: readonly number[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Pick<Worlds, "predicted" | "jittered">> {
  const simulateWorld = async (
    what: string,
    overhead: Pick<SimulateOptions, "overhead">,
  ): Promise<World> => {
    const log = new ActivationLog();
    const { summary } = await simulateCase(of, file, {
      span,
      seeds: 1,
      isStopped: () => signal.aborted,
      onProgress: (_, ratio) =>
        progress.update(`${of.name}: ${what}, ${Math.floor(ratio * 100)} %`),
      onActivation: log.add,
      ...overhead,
    });
    return { summary, log };
  };
  const predicted = await simulateWorld("predicting", {});
  const jittered: (World & { meanMs: number })[] = [];
  for (const [index, meanMs] of meansMs.entries()) {
    const overhead = { site: `verify/overhead/${index + 1}`, meanMs };
    const what = `predicting with slower messages, ${index + 1} of ${meansMs.length}`;
    jittered.push({ ...(await simulateWorld(what, { overhead })), meanMs });
  }
  return { predicted, jittered };
}

/** Means from the least to the most, evenly. */
function jitterMeans(count: number): readonly number[] {
  if (!Number.isInteger(count) || count < 0 || count > jitterRunMaxCount) {
    const what = `--jitter-runs: expected a whole number from 0 to ${jitterRunMaxCount}`;
    throw new UsageError("FLAG_INVALID", [{ what, hint: "write --jitter-runs 6" }]);
  }
  const stepMs = (jitterMostMs - jitterLeastMs) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => jitterLeastMs + index * stepMs);
}

function readFactor(text: string): number {
  const factor = Factor.safeParse(text);
  if (factor.success && factor.data > 0) return factor.data;
  const what = `--tolerance ${text}: expected a factor above 0, such as 2x`;
  throw new UsageError("FLAG_INVALID", [{ what, hint: "write --tolerance 2x" }]);
}

function announce(
  title: string,
  cases: readonly ScenarioCase[],
  span: Span,
  simulations: number,
): string {
  const names = cases.map(({ name }) => name).join(", ");
  const eachMs = spanMs(span) + aroundLiveMs;
  const drainMs = Math.max(0, ...cases.map(({ scenario }) => scenario.drain));
  const about = formatDuration(Math.round((cases.length * eachMs) / 1_000) * 1_000);
  return (
    `${title}\nsimulated ${simulations} times and run live on 127.0.0.1 for ${formatDuration(spanMs(span))}, ` +
    `for each of: ${names}\ntakes about ${about}, and up to ${formatDuration(drainMs)} more for late answers`
  );
}

export const verifyCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "verify <scenario>",
  describe: "Hold a live run against its simulation: do both worlds agree?",
  builder: (yargs: Argv<object>) =>
    withRunFlags(yargs)
      .option("jitter-runs", {
        type: "number",
        default: 6,
        describe: "Further simulations with slightly slower messages: how sensitive is it?",
      })
      .option("tolerance", {
        type: "string",
        default: "1x",
        describe: "Multiply every tolerance by this",
      })
      .example("$0 verify lunch-rush", "The baseline, over the scenario's live window")
      .example("$0 verify my.yaml --window 0s..20s --variant second-bank", "Another case"),
  handler: async (flags) => {
    process.exitCode = await verifyScenario(flags, io);
  },
});
