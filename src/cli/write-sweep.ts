import { ExitCode } from "../kernel/exit-code.ts";
import { renderSweep, type Sweep } from "../record/sweep-result.ts";
import { renderSweepCsv } from "../report/sweep-csv.ts";
import { handOver } from "./hand-over.ts";
import { type Io, writeOutput } from "./io.ts";
import { readingOfSweep } from "./readings.ts";
import type { SweepFlags } from "./sweep.ts";

/** Writes a sweep's folder, or prints it, and says what the exit code is. */
export async function handOverSweep(
  sweep: Sweep,
  flags: Pick<SweepFlags, "json" | "out" | "csv" | "exit-zero">,
  io: Io,
): Promise<ExitCode> {
  const isCsvShown = flags.csv === "";
  if (isCsvShown) io.print(renderSweepCsv(sweep).trimEnd());
  const json = renderSweep(sweep);
  const reading = () => readingOfSweep(sweep);
  const isBare = flags.json || isCsvShown;
  await handOver({ ...sweep, kind: "sweep", json, reading }, flags, io, isBare);
  // Last: where it cannot be written, all the rest is there.
  if (flags.csv !== undefined && !isCsvShown) {
    await writeOutput(io, flags.csv, renderSweepCsv(sweep));
  }
  if (sweep.partial) return ExitCode.interrupted;
  const isFine = flags["exit-zero"] || sweep.cells.every(({ passed }) => passed);
  return isFine ? ExitCode.ok : ExitCode.gateFailed;
}
