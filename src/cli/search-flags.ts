import type { Argv } from "yargs";
import type { Problem } from "../kernel/errors.ts";

/** Flags of the commands that simulate one case of a scenario many times over. */
export type SearchFlags = {
  readonly scenario: string;
  readonly variant: string;
  readonly seed?: string | undefined;
  readonly seeds: number;
  readonly window?: string | undefined;
  readonly workers?: number | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
};

/** Numbers of seeds that a command takes. */
export type SeedRange = { readonly least: number; readonly most: number; readonly usual: number };

/** What is wrong with a number of seeds; nothing, if it is one of those. */
export function seedProblems(seeds: number, { least, most, usual }: SeedRange): readonly Problem[] {
  if (Number.isInteger(seeds) && seeds >= least && seeds <= most) return [];
  const what = `--seeds: expected a whole number from ${least} to ${most}`;
  return [{ what, hint: `write --seeds ${usual}` }];
}

/** @param files - What the folder gets, for `--help`. */
export function withSearchFlags(
  yargs: Argv<object>,
  files: string,
  { least, most, usual }: SeedRange,
): Argv<SearchFlags> {
  return yargs
    .positional("scenario", {
      type: "string",
      demandOption: true,
      describe: "YAML file, or the name of a shipped scenario",
    })
    .option("variant", {
      type: "string",
      default: "baseline",
      describe: "The case: baseline, or a variant's name",
    })
    .option("seed", { type: "string", describe: "Use this seed instead of the scenario's" })
    .option("seeds", {
      type: "number",
      default: usual,
      describe: `Runs of each, under so many seeds: ${least} to ${most}`,
    })
    .option("window", { type: "string", describe: "Run only this part, such as 8m..10m" })
    .option("workers", {
      type: "number",
      describe: "Threads that share the runs; the result is the same (default: one a core)",
    })
    .option("out", { type: "string", describe: `Folder for ${files}` })
    .option("json", {
      type: "boolean",
      default: false,
      describe: "Print the result as JSON on stdout; write files only with --out",
    })
    .option("quiet", { type: "boolean", default: false, describe: "No progress on stderr" });
}
