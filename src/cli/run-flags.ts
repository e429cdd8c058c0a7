import type { Argv } from "yargs";
import type { Span } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import { parseWindow } from "../kernel/window.ts";
import type { LoadedScenario, ScenarioCase } from "../scenario/loader.ts";
import { nearest } from "../scenario/nearest.ts";
import type { Scenario } from "../scenario/schema.ts";

/** Flags of every command that runs a scenario. */
export type RunFlags = {
  readonly scenario: string;
  readonly variant?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly window?: string | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly "exit-zero": boolean;
  readonly explain?: string | undefined;
};

/** Adds the flags that `run` and `simulate` share. */
export function withRunFlags(yargs: Argv<object>): Argv<RunFlags> {
  return yargs
    .positional("scenario", {
      type: "string",
      demandOption: true,
      describe: "YAML file, or the name of a shipped scenario",
    })
    .option("variant", {
      type: "string",
      array: true,
      describe: "Run only this case (baseline, or a variant's name); may be repeated",
    })
    .option("seed", { type: "string", describe: "Use this seed instead of the scenario's" })
    .option("window", {
      type: "string",
      describe: "Run only this part of the scenario, such as 8m..10m",
    })
    .option("out", {
      type: "string",
      describe: "Folder for result.json and report.html (default: reports/<scenario>-<time>)",
    })
    .option("json", {
      type: "boolean",
      default: false,
      describe: "Print the result as JSON on stdout; write files only with --out",
    })
    .option("quiet", { type: "boolean", default: false, describe: "No progress on stderr" })
    .option("exit-zero", {
      type: "boolean",
      default: false,
      describe: "Exit with 0 whatever the verdict (for a look, not for CI)",
    })
    .option("explain", {
      type: "string",
      describe:
        "After the summary, the timelines of so many of the worst activations of each case (5), " +
        "or of a certain one (activations#4711); with --json on stderr",
    });
}

/** The cases that the flags ask for, with the seed that they ask for. */
export function chooseCases(
  loaded: LoadedScenario,
  flags: Pick<RunFlags, "variant" | "seed">,
): readonly ScenarioCase[] {
  const all = [loaded.baseline, ...loaded.variants];
  const wanted = flags.variant ?? all.map(({ name }) => name);
  const problems = wanted.flatMap((name) => {
    if (all.some((it) => it.name === name)) return [];
    const near = nearest(
      name,
      all.map((it) => it.name),
    );
    const hint = `write --variant ${near ?? all.map((it) => it.name).join(" or --variant ")}`;
    return [{ what: `--variant ${name}: ${loaded.file} has no such variant`, hint }];
  });
  if (problems.length > 0) throw new UsageError("VARIANT_UNKNOWN", problems);
  const { seed } = flags;
  if (seed === "") throw new UsageError("FLAG_INVALID", [{ what: "--seed: expected a text" }]);
  return all
    .filter(({ name }) => wanted.includes(name))
    .map((it) => (seed === undefined ? it : { ...it, scenario: { ...it.scenario, seed } }));
}

/**
 * The part of the scenario to run: the flag's, else for a live run the scenario's own `live.window`.
 *
 * @throws {UsageError} `FLAG_INVALID` for a window that is none or lies outside.
 */
export function chooseSpan(
  scenario: Scenario,
  flags: Pick<RunFlags, "window">,
  isLive: boolean,
): Span {
  const scenarioMs = scenario.duration;
  if (flags.window === undefined) {
    const window = isLive ? scenario.live.window : undefined;
    return { scenarioMs, fromMs: window?.fromMs ?? 0, toMs: window?.toMs ?? scenarioMs };
  }
  const window = parseWindow(flags.window);
  if (window === undefined || window.toMs > scenarioMs) {
    const what = `--window ${flags.window}: expected a part of the scenario`;
    const hint = `write --window 0s..${Math.min(60, scenarioMs / 1_000)}s`;
    throw new UsageError("FLAG_INVALID", [{ what, hint }]);
  }
  return { scenarioMs, ...window };
}
