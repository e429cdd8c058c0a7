import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ExitCode } from "../kernel/exit-code.ts";
import { type Result, renderResult } from "../record/result.ts";
import { renderPage } from "../report/page.ts";
import { renderSummary } from "../report/summary.ts";
import type { Io } from "./io.ts";
import type { RunFlags } from "./run-flags.ts";

/** Writes a run's folder, or prints its JSON, and says what the exit code is. */
export async function handOver(
  result: Result,
  flags: Pick<RunFlags, "json" | "out" | "exit-zero">,
  io: Io,
): Promise<ExitCode> {
  const text = renderResult(result);
  if (flags.json) io.print(text.trimEnd());
  if (!flags.json || flags.out !== undefined) {
    const { scenario, environment } = result;
    const folder = flags.out ?? defaultFolder(scenario.name, environment.startedAt);
    await io.writeText(path.join(folder, "result.json"), text, { overwrite: true });
    const page = path.join(folder, "report.html");
    await io.writeText(page, renderPage(result, pageAssets()), { overwrite: true });
    if (!flags.json) {
      io.print(renderSummary(result));
      io.print(`report: ${page}`);
    }
  }
  return exitCodeOf(result, flags["exit-zero"]);
}

function exitCodeOf(result: Result, isAnyVerdictFine: boolean): ExitCode {
  if (result.partial) return ExitCode.interrupted;
  if (isAnyVerdictFine) return ExitCode.ok;
  if (result.verdict === "inconclusive") return ExitCode.untrusted;
  return result.verdict === "pass" ? ExitCode.ok : ExitCode.gateFailed;
}

/** chart.js as one script, to be put into the page. */
export function pageAssets(): { readonly chartLibrary: string } {
  const entry = createRequire(import.meta.url).resolve("chart.js");
  return { chartLibrary: readFileSync(path.join(path.dirname(entry), "chart.umd.min.js"), "utf8") };
}

/** `reports/lunch-rush-2026-11-05T12-30-00`. */
function defaultFolder(name: string, startedAt: string): string {
  const time = startedAt.slice(0, 19).replaceAll(":", "-");
  return path.join("reports", `${name}-${time}`);
}

/**
 * The file in a run's folder that its terminals write reversals to while the run goes on;
 * `undefined` where the run has no folder, for its result is only printed.
 */
export function reversalsFileOf(
  flags: Pick<RunFlags, "json" | "out">,
  name: string,
  startedAt: Date,
): string | undefined {
  if (flags.json && flags.out === undefined) return undefined;
  const folder = flags.out ?? defaultFolder(name, startedAt.toISOString());
  return path.resolve(folder, "reversals.ndjson");
}
