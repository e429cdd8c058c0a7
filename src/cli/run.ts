import type { Argv, CommandModule } from "yargs";
import { type Span, spanMs } from "../chain/span.ts";
import type { ExitCode } from "../kernel/exit-code.ts";
import { formatDuration } from "../kernel/units.ts";
import { forgetReversals, openReversals } from "../live/reversal-file.ts";
import { type LiveRun, type OnProgress, runLive } from "../live/run-live.ts";
import type { VariantSummary } from "../record/run-record.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { assembleResult } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { Explainer } from "./explain.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";
import { chooseCases, chooseSpan, type RunFlags, withRunFlags } from "./run-flags.ts";
import { simulateCase, usualTimesOf } from "./simulate.ts";
import { withWarmUp } from "./warm-up.ts";
import { handOverRun, reversalsFileOf } from "./write-run.ts";

/** Runs the cases of a scenario on real servers, one after the other, each beside its prediction. */
async function runScenario(flags: RunFlags, io: Io): Promise<ExitCode> {
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  // A live run is warmed up by its rehearsal, and is too short for more: it counts as a whole.
  const cases = withWarmUp(chooseCases(loaded, flags), null);
  const span = chooseSpan(loaded.baseline.scenario, flags, true);
  const reversalsFile = reversalsFileOf(flags, loaded.baseline.scenario.name, startedAt);
  if (reversalsFile !== undefined) forgetReversals(reversalsFile);
  const explainer = Explainer.of(flags, cases);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was measured (press again to end at once)"),
  );
  progress.say(announce(loaded.title, cases, span));
  const measured: { of: ScenarioCase; run: LiveRun }[] = [];
  const predicted: { of: ScenarioCase; summary: VariantSummary }[] = [];
  try {
    for (const of of cases) {
      if (signal.aborted) break;
      progress.update(`predicting ${of.name}`);
      const { summary } = await simulateCase(of, loaded.file, { span, seeds: 1 });
      predicted.push({ of, summary });
      const run = await runLive({
        scenario: of.scenario,
        scenarioFile: loaded.file,
        variant: of.name,
        span,
        signal,
        reversalsFile,
        onProgress: showProgress(progress, of.name, span),
        usualTimes: () => usualTimesOf(of, loaded.file, span),
        ...(explainer !== null && { onActivation: explainer.hear(of) }),
      });
      measured.push({ of, run });
      progress.say(`${of.name}: ${run.summary.planned} activations measured`);
    }
  } finally {
    progress.clear();
    release();
    sayOpenReversals(reversalsFile, io);
  }
  const result = assembleResult({
    loaded,
    mode: "live",
    span,
    seeds: 1,
    cases: measured.map(({ of, run }) => ({ of, summary: run.summary })),
    predictions: predicted.slice(0, measured.length),
    runs: measured.map(({ of, run }) => ({ name: of.name, runs: [run.summary] })),
    reasons: measured.flatMap(({ run }) => run.reasons),
    isPartial: signal.aborted,
    command: commandLine(),
    startedAt,
    elapsedMs: Date.now() - startedAt.getTime(),
  });
  const exitCode = await handOverRun(result, flags, io);
  if (!signal.aborted) {
    const run = { file: loaded.file, span, seeds: 1, isLive: true };
    await explainer?.print(run, flags, io);
  }
  return exitCode;
}

/** Also after a run that failed: nothing else then tells of them. */
function sayOpenReversals(file: string | undefined, io: Io): void {
  const count = file === undefined ? 0 : openReversals(file).length;
  if (count === 0) return;
  const are = count === 1 ? "1 reversal is" : `${count} reversals are`;
  io.note(`${are} left for people to settle, listed or pending in ${file}`);
}

function announce(title: string, cases: readonly ScenarioCase[], span: Span): string {
  const names = cases.map(({ name }) => name).join(", ");
  const each = formatDuration(spanMs(span));
  const part =
    spanMs(span) === span.scenarioMs
      ? ""
      : ` (${formatDuration(span.fromMs)} to ${formatDuration(span.toMs)} of the scenario)`;
  return `${title}\nlive on 127.0.0.1, ${each}${part} for each of: ${names}`;
}

export function showProgress(progress: Progress, name: string, span: Span): OnProgress {
  return (phase, driver, nowMs) => {
    if (driver === undefined) {
      progress.update(`${name}: ${phase}`);
      return;
    }
    const total = formatDuration(spanMs(span));
    const now = `${Math.max(0, Math.min(nowMs, spanMs(span)) / 1_000).toFixed(0)}s`;
    const draining = nowMs > spanMs(span) ? ", waiting for the last answers" : "";
    const lag =
      driver.sendLagP99Ms === null ? "" : `, send lag p99 ${driver.sendLagP99Ms.toFixed(2)} ms`;
    progress.update(
      `${name}: ${now} of ${total}, ${driver.planned} started, ${driver.open} under way${lag}${draining}`,
    );
  };
}

export const runCommand = (io: Io): CommandModule<object, RunFlags> => ({
  command: "run <scenario>",
  describe: "Run a scenario live on real servers of 127.0.0.1, beside its prediction",
  builder: (yargs: Argv<object>) =>
    withRunFlags(yargs)
      .example("$0 run lunch-rush", "Baseline and every variant, one after the other")
      .example("$0 run my.yaml --window 8m..9m --variant baseline", "One minute of one case"),
  handler: async (flags) => {
    process.exitCode = await runScenario(flags, io);
  },
});
