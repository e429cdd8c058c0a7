import path from "node:path";
import { ExitCode } from "../kernel/exit-code.ts";
import { type Result, renderResult } from "../record/result.ts";
import { defaultFolder, handOver } from "./hand-over.ts";
import type { Io } from "./io.ts";
import { readingOfResult } from "./readings.ts";
import type { RunFlags } from "./run-flags.ts";

/** Writes a run's folder, or prints its JSON, and says what the exit code is. */
export async function handOverRun(
  result: Result,
  flags: Pick<RunFlags, "json" | "out" | "exit-zero">,
  io: Io,
): Promise<ExitCode> {
  const json = renderResult(result);
  const reading = () => readingOfResult(result);
  await handOver({ ...result, kind: "result", json, reading }, flags, io);
  return exitCodeOf(result, flags["exit-zero"]);
}

function exitCodeOf(result: Result, isAnyVerdictFine: boolean): ExitCode {
  if (result.partial) return ExitCode.interrupted;
  if (isAnyVerdictFine) return ExitCode.ok;
  if (result.verdict === "inconclusive") return ExitCode.untrusted;
  return result.verdict === "pass" ? ExitCode.ok : ExitCode.gateFailed;
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
  const folder = flags.out ?? defaultFolder("result", name, startedAt.toISOString());
  return path.resolve(folder, "reversals.ndjson");
}
