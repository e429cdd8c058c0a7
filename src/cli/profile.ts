import type { Argv, CommandModule } from "yargs";
import {
  jointConfidence,
  profileBaseline,
  rankChanges,
  type TriedChange,
} from "../analysis/profile.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { Profile } from "../record/profile-result.ts";
import { interventionsOf } from "../scenario/interventions.ts";
import { openGrid } from "../sim/grid.ts";
import type { GridJob } from "../sim/grid-wire.ts";
import { inOrder } from "../sim/in-order.ts";
import { ranScenarioOf } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { environmentOf } from "./environment.ts";
import { handOver } from "./hand-over.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";
import { readingOfProfile } from "./readings.ts";
import { chooseCases, chooseSpan } from "./run-flags.ts";
import { type SearchFlags, seedProblems, withSearchFlags } from "./search-flags.ts";
import { chooseWorkers } from "./simulate-cases.ts";
import { chooseStages } from "./stage-filter.ts";
import { chooseWarmUp, withWarmUp } from "./warm-up.ts";

type Flags = SearchFlags & { readonly stages?: readonly string[] | undefined };

const seedRange = { least: 10, most: 1_000, usual: 10 };

/** Tries every small change of a scenario under the same draws, and says what each is worth. */
async function profileScenario(flags: Flags, io: Io): Promise<ExitCode> {
  const { seeds } = flags;
  const problems = seedProblems(seeds, seedRange);
  if (problems.length > 0) throw new UsageError("FLAG_INVALID", problems);
  const workers = chooseWorkers(flags.workers);
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const chosen = chooseCases(loaded, { ...flags, variant: [flags.variant] });
  const span = chooseSpan(loaded.baseline.scenario, flags, false);
  const stages =
    flags.stages === undefined
      ? undefined
      : chooseStages((chosen[0] ?? loaded.baseline).scenario, flags.stages, loaded.file);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing what was tried"),
  );
  const warmUp = await chooseWarmUp(chosen, {
    ...{ file: loaded.file, span, isStopped: () => signal.aborted },
    onProgress: (text) => progress.update(text),
  });
  const [of = loaded.baseline] = withWarmUp(chosen, warmUp);
  const { scenario } = of;
  const interventions = interventionsOf(scenario).filter(
    ({ target }) => stages === undefined || stages.has(target),
  );
  const grid = openGrid({ workers, signal });
  const jobOf = (changed: typeof scenario): GridJob => ({
    ...{ scenario: changed, file: loaded.file, variant: of.name, span },
    ...{ seedIndex: 0, seedCount: seeds },
  });
  const jobs = [scenario, ...interventions.map((it) => it.scenario)];
  const done: Awaited<ReturnType<typeof grid.figures>>[] = [];
  try {
    const start = (changed: typeof scenario) => grid.figures(jobOf(changed));
    for await (const figures of inOrder(jobs, 2 * grid.workerCount, start)) {
      if (figures === null || figures.isPartial) break;
      done.push(figures);
      progress.update(`trying changes: ${done.length - 1} of ${interventions.length}`);
    }
  } finally {
    progress.clear();
    await grid.close();
    release();
  }
  const [baseline, ...others] = done;
  if (baseline === undefined || baseline === null) {
    progress.say("nothing was simulated yet, so nothing is written");
    return ExitCode.interrupted;
  }
  const tried = others.flatMap((figures, place): TriedChange[] => {
    const change = interventions[place];
    if (figures === null || change === undefined) return [];
    return [{ kind: change.kind, target: change.target, runs: figures.runs }];
  });
  const elapsedMs = Date.now() - startedAt.getTime();
  const profile = Profile.parse({
    schema: "tillstorm.profile/1",
    partial: signal.aborted,
    environment: environmentOf({ command: commandLine(), startedAt, elapsedMs }),
    scenario: ranScenarioOf(loaded, scenario, { span, seeds, warmUp }),
    variant: of.name,
    ...(stages !== undefined && { stages: [...stages] }),
    changeCount: interventions.length,
    jointConfidence,
    baseline: profileBaseline(baseline.runs),
    rows: rankChanges(baseline.runs, tried, interventions.length),
  });
  const json = `${JSON.stringify(profile, null, 1)}\n`;
  const reading = () => readingOfProfile(profile);
  await handOver({ ...profile, kind: "profile", json, reading }, flags, io);
  return profile.partial ? ExitCode.interrupted : ExitCode.ok;
}

export const profileCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "profile <scenario>",
  describe: "What each small change would be worth: a stage faster, a worker more, fewer retries",
  builder: (yargs: Argv<object>) =>
    withSearchFlags(yargs, "profile.json and profile.html", seedRange)
      .option("stages", {
        type: "string",
        array: true,
        describe:
          "Try only changes of these stages, such as bank.risk or 'operator.*'; may be repeated",
      })
      .example("$0 profile lunch-rush --window 7m..13m", "Which station is worth a worker more?")
      .example("$0 profile my.yaml --variant second-bank", "The same of a variant")
      .example("$0 profile lunch-rush --stages bank.risk", "Is a worker more worth it there?")
      .example("$0 profile my.yaml --json | jq '.rows[0]'", "For a script"),
  handler: async (flags) => {
    process.exitCode = await profileScenario(flags, io);
  },
});
