import path from "node:path";
import { ExitCode } from "../kernel/exit-code.ts";
import { renderSweep, type Sweep } from "../record/sweep-result.ts";
import { renderSweepCsv } from "../report/sweep-csv.ts";
import { renderSweepPage } from "../report/sweep-page.ts";
import { renderSweepText } from "../report/sweep-text.ts";
import type { Io } from "./io.ts";
import type { SweepFlags } from "./sweep.ts";
import { pageAssets } from "./write-run.ts";

/** Writes a sweep's folder, or prints it, and says what the exit code is. */
export async function handOverSweep(
  sweep: Sweep,
  flags: Pick<SweepFlags, "json" | "out" | "csv" | "exit-zero">,
  io: Io,
): Promise<ExitCode> {
  const text = renderSweep(sweep);
  if (flags.json) io.print(text.trimEnd());
  const isCsvShown = flags.csv === "";
  if (flags.csv !== undefined) {
    const csv = renderSweepCsv(sweep);
    if (isCsvShown) io.print(csv.trimEnd());
    else await io.writeText(flags.csv, csv, { overwrite: true });
  }
  const isBare = flags.json || isCsvShown;
  if (!isBare || flags.out !== undefined) {
    const folder = flags.out ?? defaultFolder(sweep);
    await io.writeText(path.join(folder, "sweep.json"), text, { overwrite: true });
    const page = path.join(folder, "report.html");
    await io.writeText(page, renderSweepPage(sweep, pageAssets()), { overwrite: true });
    if (!isBare) {
      io.print(renderSweepText(sweep));
      io.print(`report: ${page}`);
    }
  }
  if (sweep.partial) return ExitCode.interrupted;
  const isFine = flags["exit-zero"] || sweep.cells.every(({ passed }) => passed);
  return isFine ? ExitCode.ok : ExitCode.gateFailed;
}

/** `reports/lunch-rush-sweep-2026-11-05T12-30-00`. */
function defaultFolder({ scenario, environment }: Sweep): string {
  const time = environment.startedAt.slice(0, 19).replaceAll(":", "-");
  return path.join("reports", `${scenario.name}-sweep-${time}`);
}
