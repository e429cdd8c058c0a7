import path from "node:path";
import type { CommandModule } from "yargs";
import { decideVerdict, distrustReasons } from "../analysis/verdict.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { parseResult, type Result, type VariantResult } from "../record/result.ts";
import { type Io, writeOutput } from "./io.ts";
import { type Reading, readingOfResult } from "./readings.ts";
import { readingOf, readStored, type Stored, storedFiles } from "./stored.ts";

type Flags = { readonly results: readonly string[]; readonly out?: string | undefined };

/** Renders again what is stored: one as it was, several results side by side. */
async function report(flags: Flags, io: Io): Promise<ExitCode> {
  const stored: Stored[] = [];
  for (const given of flags.results) stored.push(await readStored(given, io));
  const [first, ...others] = stored;
  if (first === undefined) throw new UsageError("FLAG_INVALID", [{ what: "name a result.json" }]);
  const reading = others.length === 0 ? readingOf(first) : comparisonOf(stored);
  const page = path.join(flags.out ?? path.dirname(first.file), reading.pageFile);
  io.print(reading.text);
  await writeOutput(io, page, reading.page);
  io.print(`report: ${page}`);
  return ExitCode.ok;
}

/** @throws {UsageError} `RESULT_INVALID` where not all of them are results. */
function comparisonOf(stored: readonly Stored[]): Reading {
  const others = stored.filter(({ kind }) => kind !== "result");
  if (others.length > 0) {
    const problems = others.map(({ file, kind }) => ({
      what: `${file}: it is a ${kind}, and only results can be set side by side`,
      hint: `name it alone: tillstorm report ${file}`,
    }));
    throw new UsageError("RESULT_INVALID", problems);
  }
  const result = sideBySide(stored.map(({ text, file }) => parseResult(text, file)));
  return readingOfResult(result, "comparison.html");
}

/** One page of several results: their variants stand side by side under the names of their runs. */
function sideBySide(results: readonly Result[]): Result {
  const [first] = results;
  if (first === undefined) throw new UsageError("FLAG_INVALID", [{ what: "name a result.json" }]);
  const renamed = (pick: (result: Result) => readonly VariantResult[]) =>
    results.flatMap((result, index) =>
      pick(result).map((it) => ({ ...it, name: nameIn(results, index, it.name) })),
    );
  const variants = renamed((result) => result.variants);
  const mode = results.some((it) => it.mode === "live") ? "live" : "simulated";
  const partial = results.some((it) => it.partial);
  const reasons = [...new Set(results.flatMap((it) => it.reasons))];
  return {
    ...first,
    mode,
    partial,
    reasons: [...new Set([...reasons, ...distrustReasons({ mode: "simulated", variants })])],
    verdict: decideVerdict({ mode: "simulated", partial, reasons, variants }),
    variants,
    predictions: renamed((result) => result.predictions),
    faults: results.flatMap((result, index) =>
      result.faults.map((it) => ({ ...it, variant: nameIn(results, index, it.variant) })),
    ),
    comparisons: [],
    parity: undefined, // Whether two worlds agree stands in the report of each.
  };
}

function nameIn(results: readonly Result[], index: number, variant: string): string {
  return `${index + 1} ${results[index]?.scenario.name ?? ""}: ${variant}`;
}

export const reportCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "report <results..>",
  describe: "Render again what is stored, or several results side by side",
  builder: (yargs) =>
    yargs
      .positional("results", {
        type: "string",
        array: true,
        demandOption: true,
        describe: `One ${storedFiles}, or its folder; or several results`,
      })
      .option("out", {
        type: "string",
        describe: "Folder for the page (default: beside the first)",
      })
      .example("$0 report reports/lunch-rush-2026-11-05T12-30-00", "Write report.html anew")
      .example("$0 report before/result.json after/result.json", "Two results side by side")
      .example("$0 report knee.json --out pages", "The same of a plan, a sweep or a profile"),
  handler: async (flags) => {
    process.exitCode = await report(flags, io);
  },
});
