import type { Argv, CommandModule } from "yargs";
import { measuredUncreditedRatio } from "../analysis/figure.ts";
import { evaluateGates } from "../analysis/gates.ts";
import { uncreditedMaxRatio } from "../analysis/knee.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { Knee, type LoadPoint } from "../record/knee-result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import { canSpike, scaleLoad, withSpike } from "../scenario/load-factor.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { CaseTotal } from "../sim/case-total.ts";
import { type Grid, openGrid } from "../sim/grid.ts";
import { measuredMs } from "../sim/simulate.ts";
import { ranScenarioOf } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { environmentOf } from "./environment.ts";
import { handOver } from "./hand-over.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { findKnee, type LoadLab, type Spike } from "./knee-search.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";
import { readingOfKnee } from "./readings.ts";
import { chooseCases, chooseSpan } from "./run-flags.ts";
import { type SearchFlags, seedProblems, withSearchFlags } from "./search-flags.ts";
import { chooseWorkers } from "./simulate-cases.ts";
import { chooseWarmUp, withWarmUp } from "./warm-up.ts";

type Flags = SearchFlags & { readonly "max-load": number };

const seedRange = { least: 1, most: 100, usual: 3 };
const maxLoadDefault = 16;
const maxLoadMost = 32;
const resolutionRatio = 0.02;

/** Raises the load of a scenario until it collapses, and looks whether it comes back. */
async function findKneeOf(flags: Flags, io: Io): Promise<ExitCode> {
  checkFlags(flags);
  const workers = chooseWorkers(flags.workers);
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const chosen = chooseCases(loaded, { ...flags, variant: [flags.variant] });
  const span = chooseSpan(loaded.baseline.scenario, flags, false);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was measured"),
  );
  const warmUp = await chooseWarmUp(chosen, {
    ...{ file: loaded.file, span, isStopped: () => signal.aborted },
    onProgress: (text) => progress.update(text),
  });
  const [of = loaded.baseline] = withWarmUp(chosen, warmUp);
  const grid = openGrid({ workers, signal });
  const lab: LoadLab = {
    measure: (load, spike) => {
      const what = spike === undefined ? "" : `, after a spike of ${spike.load}x`;
      progress.update(`simulating ${load} times the load${what}`);
      return measure({ grid, of, span, file: loaded.file, seeds: flags.seeds }, load, spike);
    },
    pointOf: (load, summary) => {
      const lengthMs = measuredMs(scaleLoad(of.scenario, load), spanAt(of, span, load));
      return pointOf(of, lengthMs, load, summary);
    },
    canSpike: canSpike(of.scenario),
    durationMs: spanMs(span),
    maxLoad: flags["max-load"],
    resolutionRatio,
  };
  try {
    const findings = await findKnee(lab);
    progress.clear();
    if (findings.points.length === 0) {
      progress.say("nothing was simulated yet, so nothing is written");
      return ExitCode.interrupted;
    }
    const elapsedMs = Date.now() - startedAt.getTime();
    const knee = Knee.parse({
      schema: "tillstorm.knee/1",
      partial: signal.aborted,
      environment: environmentOf({ command: commandLine(), startedAt, elapsedMs }),
      scenario: ranScenarioOf(loaded, of.scenario, { span, seeds: flags.seeds, warmUp }),
      variant: of.name,
      gates: of.gates.map(({ text }) => text),
      ...findings,
    });
    const json = `${JSON.stringify(knee, null, 1)}\n`;
    await handOver({ ...knee, kind: "knee", json, reading: () => readingOfKnee(knee) }, flags, io);
    return knee.partial ? ExitCode.interrupted : ExitCode.ok;
  } finally {
    progress.clear();
    await grid.close();
    release();
  }
}

function checkFlags({ seeds, "max-load": maxLoad }: Flags): void {
  const problems = [
    ...seedProblems(seeds, seedRange),
    ...(maxLoad >= 1 && maxLoad <= maxLoadMost
      ? []
      : [
          {
            what: `--max-load: expected a number from 1 to ${maxLoadMost}`,
            hint: `write --max-load ${maxLoadDefault}`,
          },
        ]),
  ];
  if (problems.length > 0) throw new UsageError("FLAG_INVALID", problems);
}

type Measured = {
  readonly grid: Grid;
  readonly of: ScenarioCase;
  readonly span: Span;
  readonly file: string;
  readonly seeds: number;
};

/** The case under so many times its load, all seeds together; null: it was stopped. */
async function measure(
  { grid, of, span, file, seeds }: Measured,
  load: number,
  spike?: Spike,
): Promise<VariantSummary | null> {
  const scaled = scaleLoad(of.scenario, load);
  const scenario =
    spike === undefined
      ? scaled
      : withSpike(scaled, {
          fromMs: span.fromMs + spike.fromMs,
          forMs: spike.forMs,
          factor: spike.load / load,
        });
  const run = { scenario, variant: of.name, span: spanAt(of, span, load) };
  const parts = await Promise.all(
    Array.from({ length: seeds }, (_, seedIndex) => grid.record({ ...run, file, seedIndex })),
  );
  const total = new CaseTotal(run);
  for (const part of parts) {
    if (part === null || part.isPartial) return null;
    total.add(part);
  }
  return total.simulated().summary;
}

/** The part that is run: where a recording is played faster, as much shorter. */
function spanAt({ scenario }: ScenarioCase, span: Span, load: number): Span {
  const { duration } = scaleLoad(scenario, load);
  const shrink = duration / scenario.duration;
  return { scenarioMs: duration, fromMs: span.fromMs * shrink, toMs: span.toMs * shrink };
}

function pointOf(
  { gates }: ScenarioCase,
  durationMs: number,
  load: number,
  summary: VariantSummary,
): LoadPoint {
  const seconds = (durationMs * summary.seeds) / 1_000;
  const uncreditedRatio = measuredUncreditedRatio(summary);
  const holds =
    gates.length > 0
      ? evaluateGates(gates, summary).every(({ passed }) => passed)
      : (uncreditedRatio ?? 0) < uncreditedMaxRatio;
  return {
    load,
    offeredPerSecond: summary.planned / seconds,
    creditedPerSecond: summary.outcomes.credited / seconds,
    latencyP50Ms: summary.latencyMs.p50,
    latencyP99Ms: summary.latencyMs.p99,
    uncreditedRatio,
    holds,
  };
}

export const kneeCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "knee <scenario>",
  describe: "How much load it bears: raises it until the chain collapses, and lets it fall again",
  builder: (yargs: Argv<object>) =>
    withSearchFlags(yargs, "knee.json and knee.html", seedRange)
      .option("max-load", {
        type: "number",
        default: maxLoadDefault,
        describe: "Greatest factor on the scenario's load",
      })
      .example("$0 knee second-bank", "At what load do the gates fail, and when does it collapse?")
      .example("$0 knee my.yaml --variant budget --seeds 5", "Does it come back after a spike?")
      .example("$0 knee my.yaml --json | jq .knee.lastGoodLoad", "For a script"),
  handler: async (flags) => {
    process.exitCode = await findKneeOf(flags, io);
  },
});
