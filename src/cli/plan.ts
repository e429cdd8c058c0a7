import type { Argv, CommandModule } from "yargs";
import { spanMs } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { formatDuration } from "../kernel/units.ts";
import type { PlanResult } from "../record/plan-result.ts";
import type { LoadedScenario } from "../scenario/loader.ts";
import type { LoadedPlan } from "../scenario/plan.ts";
import { openGrid } from "../sim/grid.ts";
import { ranScenarioOf } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { environmentOf } from "./environment.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { makePlan } from "./make-plan.ts";
import { Progress } from "./progress.ts";
import { chooseSpan, type RunFlags } from "./run-flags.ts";
import { chooseWorkers } from "./simulate-cases.ts";
import { requireFixedWarmUp, requireRoom } from "./warm-up.ts";
import { handOverPlan } from "./write-plan.ts";

export type PlanFlags = Pick<
  RunFlags,
  "scenario" | "seed" | "window" | "out" | "json" | "quiet" | "exit-zero"
> & { readonly workers?: number | undefined; readonly patch?: string | undefined };

/** Looks for the cheapest configuration that passes, and writes what it found. */
async function planScenario(flags: PlanFlags, io: Io): Promise<ExitCode> {
  const workers = chooseWorkers(flags.workers);
  if (flags.seed === "")
    throw new UsageError("FLAG_INVALID", [{ what: "--seed: expected a text" }]);
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const plan = planOf(loaded);
  const { scenario } = loaded.baseline;
  const chosen = chooseSpan(scenario, flags, false);
  const span = flags.window === undefined ? { ...chosen, ...plan.window } : chosen;
  const seed = flags.seed ?? scenario.seed;
  requireFixedWarmUp(loaded.baseline);
  const { warmUp } = scenario;
  const given =
    typeof warmUp === "number" ? { ms: warmUp, pilots: 0, isAtBound: false } : undefined;
  if (given !== undefined) requireRoom(given.ms, spanMs(span));
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing the best so far"),
  );
  const { seeds, time } = plan.spec.budget;
  const clock = time === undefined ? undefined : AbortSignal.timeout(time);
  const grid = openGrid({
    workers,
    signal: clock === undefined ? signal : AbortSignal.any([signal, clock]),
  });
  try {
    const onProgress = (text: string) => progress.update(text);
    const findings = await makePlan({ loaded, plan, span, seed, grid, onProgress });
    const spent =
      clock?.aborted === true && !signal.aborted
        ? [`the time budget of ${formatDuration(time ?? 0)} is spent`]
        : [];
    const stopped = signal.aborted ? ["it was interrupted"] : spent;
    const isPartial = findings.partial || stopped.length > 0;
    const result: PlanResult = {
      schema: "tillstorm.plan/1",
      ...findings,
      verdict: isPartial ? "partial" : findings.verdict,
      reasons: [...stopped, ...findings.reasons], // Why it is no whole plan comes first.
      partial: isPartial,
      environment: environmentOf({
        startedAt,
        elapsedMs: Date.now() - startedAt.getTime(),
        command: commandLine(),
      }),
      scenario: ranScenarioOf(loaded, { ...scenario, seed }, { span, seeds, warmUp: given }),
    };
    progress.clear();
    const exitCode = await handOverPlan(result, loaded, flags, io);
    return signal.aborted ? ExitCode.interrupted : exitCode;
  } finally {
    progress.clear();
    await grid.close();
    release();
  }
}

function planOf(loaded: LoadedScenario): LoadedPlan {
  if (loaded.plan !== undefined) return loaded.plan;
  const what = `${loaded.file}: the scenario has no plan: nothing says what may be bought`;
  const hint = "add plan: { vary: { services.bank.replicas: { values: 1..6, cost: 40 } } }";
  throw new UsageError("PLAN_MISSING", [{ what, hint }]);
}

export const planCommand = (io: Io): CommandModule<object, PlanFlags> => ({
  command: "plan <scenario>",
  describe: "Find the cheapest configuration that passes the gates under every load and failure",
  builder: (yargs: Argv<object>) =>
    yargs
      .positional("scenario", {
        type: "string",
        demandOption: true,
        describe: "YAML file with a plan, or the name of a shipped scenario",
      })
      .option("patch", {
        type: "string",
        describe: "Write the cheapest as a patch of the scenario file, one variant more",
      })
      .option("seed", { type: "string", describe: "Use this seed instead of the scenario's" })
      .option("window", {
        type: "string",
        describe: "Simulate this part of the scenario instead of plan.window, such as 8m..9m",
      })
      .option("workers", {
        type: "number",
        describe: "Threads that share the runs; the answer is the same (default: one a core)",
      })
      .option("out", {
        type: "string",
        describe: "Folder for plan.json and report.html (default: reports/<scenario>-plan-<time>)",
      })
      .option("json", {
        type: "boolean",
        default: false,
        describe: "Print the plan as JSON on stdout; write files only with --out",
      })
      .option("quiet", { type: "boolean", default: false, describe: "No progress on stderr" })
      .option("exit-zero", {
        type: "boolean",
        default: false,
        describe: "Exit with 0 although no configuration passes",
      })
      .example(
        "$0 plan lunch-rush",
        "What must be bought so that lunch hour holds at twice the load?",
      )
      .example("$0 plan my.yaml --patch p.diff && patch my.yaml p.diff", "Take it over")
      .example("$0 simulate my.yaml --variant planned", "See what it does, once it is a variant")
      .epilogue(
        "The scenario says what may vary and what it costs:\n\n" +
          "  plan:\n" +
          "    costUnit: EUR/month\n" +
          "    vary:\n" +
          "      services.bank.replicas: { values: 1..6, cost: 40 }\n" +
          "      services.operator.stages.forward.call.balancer: { values: [round-robin, least-requests] }\n" +
          "    loads: [1x, 2x]\n" +
          "    failures: { one-less: { replicaDown: any, loads: [1x] } }\n\n" +
          "Exit codes: 0 a configuration passes, 1 none does, 2 wrong scenario or command line,\n" +
          "3 the budget was spent before it was known, 130 interrupted.",
      ),
  handler: async (flags) => {
    process.exitCode = await planScenario(flags, io);
  },
});
