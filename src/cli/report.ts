import path from "node:path";
import type { CommandModule } from "yargs";
import { decideVerdict, distrustReasons } from "../analysis/verdict.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { parsePlanResult } from "../record/plan-result.ts";
import { parseResult, type Result, type VariantResult } from "../record/result.ts";
import { parseSweep } from "../record/sweep-result.ts";
import { renderPage } from "../report/page.ts";
import { renderPlanPage } from "../report/plan-page.ts";
import { renderPlanText } from "../report/plan-text.ts";
import { renderSummary } from "../report/summary.ts";
import { renderSweepPage } from "../report/sweep-page.ts";
import { renderSweepText } from "../report/sweep-text.ts";
import { type Io, systemCode } from "./io.ts";
import { pageAssets } from "./write-run.ts";

type Flags = { readonly results: readonly string[]; readonly out?: string | undefined };

/** Renders stored results again: one as it was, several side by side. */
async function report(flags: Flags, io: Io): Promise<ExitCode> {
  const [only = ""] = flags.results;
  if (flags.results.length === 1 && path.basename(only) === "sweep.json") {
    return reportSweep(only, flags, io);
  }
  if (flags.results.length === 1 && path.basename(only) === "plan.json") {
    return reportPlan(only, flags, io);
  }
  const results: { file: string; result: Result }[] = [];
  for (const given of flags.results) {
    const file = given.endsWith(".json") ? given : path.join(given, "result.json");
    results.push({ file, result: parseResult(await readStored(file, io), file) });
  }
  const [first] = results;
  if (first === undefined) throw new UsageError("FLAG_INVALID", [{ what: "name a result.json" }]);
  const result = results.length === 1 ? first.result : sideBySide(results.map((it) => it.result));
  const folder = flags.out ?? path.dirname(first.file);
  const page = path.join(folder, results.length === 1 ? "report.html" : "comparison.html");
  await io.writeText(page, renderPage(result, pageAssets()), { overwrite: true });
  io.print(renderSummary(result));
  io.print(`report: ${page}`);
  return ExitCode.ok;
}

async function reportPlan(file: string, flags: Flags, io: Io): Promise<ExitCode> {
  const plan = parsePlanResult(await readStored(file, io), file);
  const page = path.join(flags.out ?? path.dirname(file), "report.html");
  await io.writeText(page, renderPlanPage(plan, pageAssets()), { overwrite: true });
  io.print(renderPlanText(plan));
  io.print(`report: ${page}`);
  return ExitCode.ok;
}

async function reportSweep(file: string, flags: Flags, io: Io): Promise<ExitCode> {
  const sweep = parseSweep(await readStored(file, io), file);
  const page = path.join(flags.out ?? path.dirname(file), "report.html");
  await io.writeText(page, renderSweepPage(sweep, pageAssets()), { overwrite: true });
  io.print(renderSweepText(sweep));
  io.print(`report: ${page}`);
  return ExitCode.ok;
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

async function readStored(file: string, io: Io): Promise<string> {
  try {
    return await io.readText(file);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const what = `${file}: cannot be read (${code})`;
    const hint = "name a result.json, or the folder of a run that holds one";
    throw new UsageError("RESULT_UNREADABLE", [{ what, hint }], { cause });
  }
}

export const reportCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "report <results..>",
  describe: "Render a stored result again, or several side by side",
  builder: (yargs) =>
    yargs
      .positional("results", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "result.json files, or folders of runs; or one sweep.json or plan.json",
      })
      .option("out", {
        type: "string",
        describe: "Folder for the page (default: beside the first)",
      })
      .example("$0 report reports/lunch-rush-2026-11-05T12-30-00", "Write report.html anew"),
  handler: async (flags) => {
    process.exitCode = await report(flags, io);
  },
});
