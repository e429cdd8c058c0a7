import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { type Problem, UsageError } from "../kernel/errors.ts";
import { systemCode } from "./io.ts";

/** What the command line came to, by the names of flags and positionals. */
type Given = Readonly<Record<string, unknown>>;

/**
 * Looks at all flags before anything runs: an hour of simulation is not to end in a file that cannot
 * be written, or in place of the scenario that it came from.
 *
 * @param listFlags - Those that may be given several times.
 * @throws {UsageError} `FLAG_INVALID`, with every flag that is wrong.
 */
export async function checkFlags(given: Given, listFlags: readonly string[]): Promise<void> {
  const problems = [
    ...Object.entries(given).flatMap(([flag, value]) => problemOf(flag, value, listFlags)),
    ...twoOnStdout(given),
    ...["csv", "patch"].flatMap((flag) => overScenario(flag, given)),
  ];
  const { out } = given;
  if (problems.length === 0 && typeof out === "string") problems.push(...(await outProblems(out)));
  if (problems.length > 0) throw new UsageError("FLAG_INVALID", problems);
}

function problemOf(flag: string, value: unknown, listFlags: readonly string[]): readonly Problem[] {
  // yargs keeps what is no flag under `_`, and every flag a second time in camel case.
  if (!Array.isArray(value) || flag === "_" || /[A-Z]/.test(flag)) return [];
  if (!listFlags.includes(flag)) {
    return [{ what: `--${flag} is given ${value.length} times`, hint: "give it once" }];
  }
  return value.length > 0
    ? []
    : [{ what: `--${flag} names nothing`, hint: "write a value behind it" }];
}

function twoOnStdout({ csv, json }: Given): readonly Problem[] {
  if (csv !== "" || json !== true) return [];
  return [{ what: "--csv and --json both print", hint: "write --csv FILE, or leave one out" }];
}

function overScenario(flag: string, { [flag]: file, scenario }: Given): readonly Problem[] {
  if (typeof file !== "string" || typeof scenario !== "string") return [];
  if (file === "") {
    // Of `--csv` alone: to standard output.
    return flag === "csv"
      ? []
      : [{ what: `--${flag} names no file`, hint: `write --${flag} FILE` }];
  }
  if (path.resolve(file) !== path.resolve(scenario)) return [];
  const what = `--${flag} ${file}: this is the scenario itself`;
  return [{ what, hint: "name another file" }];
}

/** What stands in the way of a folder: a file, or a place where nothing may be written. */
async function outProblems(folder: string): Promise<readonly Problem[]> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      if (!(await stat(at)).isDirectory()) {
        return [{ what: `--out ${folder}: ${at} is a file`, hint: "name a folder" }];
      }
      await access(at, constants.W_OK);
      return [];
    } catch (error) {
      const code = systemCode(error);
      const isMissing = code === "ENOENT" || code === "ENOTDIR";
      if (isMissing && at !== path.dirname(at)) continue;
      const what = `--out ${folder}: nothing can be written to ${at} (${code})`;
      return [{ what, hint: "name a folder that you may write to" }];
    }
  }
}
