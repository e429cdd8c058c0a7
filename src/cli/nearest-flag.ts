import { UsageError } from "../kernel/errors.ts";
import { nearest } from "../scenario/nearest.ts";

/**
 * An error of the command line that names flags which the command does not have, with those that were
 * probably meant; any other error as it is. yargs tells what is unknown in a sentence alone, and the
 * flags of a command in its help alone.
 *
 * @param help - Asks for the help of the command, the first of the words.
 */
export async function withNearestFlags(
  error: unknown,
  words: readonly string[],
  help: () => Promise<string>,
): Promise<unknown> {
  if (!(error instanceof UsageError) || error.code !== "COMMAND_LINE") return error;
  const what = error.problems[0]?.what ?? "";
  const unknown = /^Unknown arguments?: (.*)$/.exec(what)?.[1]?.split(", ") ?? [];
  // yargs names a flag with a dash twice, as it is written and in camel case.
  const written = words.filter((it) => unknown.includes(partsOf(it)?.name ?? ""));
  if (written.length === 0) return error;
  const [command = ""] = words;
  const flags = [...(await help()).matchAll(optionLine)].map((it) => it[1] ?? "");
  const problems = written.map((word) => {
    const { no = "", name = "" } = partsOf(word) ?? {};
    const near = meantBy(name, flags);
    const what = `--${no}${name}: no such flag`;
    return near === undefined
      ? { what, hint: `\`tillstorm ${command} --help\` lists the flags` }
      : { what, hint: `did you mean --${no}${near}?` };
  });
  return new UsageError("COMMAND_LINE", problems, { cause: error });
}

/** How a flag stands in the help: `  -h, --help` or `      --seeds`. */
const optionLine = /^ {2}(?:-\w, | {4})--([\w-]+)/gm;

/** `seeds` of `--seeds`, `--seeds=3` and `--no-seeds`; `undefined` of what is no flag. */
function partsOf(word: string): { readonly no: string; readonly name: string } | undefined {
  const [, no = "", name] = /^--(no-)?([^=]+)/.exec(word) ?? [];
  return name === undefined ? undefined : { no, name };
}

/** Letters that changed places are the likeliest slip; else the nearest flag. */
function meantBy(name: string, flags: readonly string[]): string | undefined {
  const letters = (of: string) => [...of].sort().join("");
  return flags.find((it) => letters(it) === letters(name)) ?? nearest(name, flags);
}
