import { ExitCode } from "../kernel/exit-code.ts";
import { type PlanResult, renderPlanResult } from "../record/plan-result.ts";
import type { LoadedScenario } from "../scenario/loader.ts";
import { handOver } from "./hand-over.ts";
import { type Io, writeOutput } from "./io.ts";
import type { PlanFlags } from "./plan.ts";
import { readingOfPlan } from "./readings.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** Writes a plan's folder, or prints its JSON, and says what the exit code is. */
export async function handOverPlan(
  plan: PlanResult,
  loaded: LoadedScenario,
  flags: Pick<PlanFlags, "json" | "out" | "patch" | "exit-zero">,
  io: Io,
): Promise<ExitCode> {
  const json = renderPlanResult(plan);
  const reading = () => readingOfPlan(plan);
  await handOver({ ...plan, kind: "plan", json, reading }, flags, io);
  if (flags.patch !== undefined) await writePatch(plan, loaded, flags.patch, io);
  return exitCodeOf(plan, flags["exit-zero"]);
}

async function writePatch(
  { patch }: PlanResult,
  loaded: LoadedScenario,
  file: string,
  io: Io,
): Promise<void> {
  if (patch === null || loaded.plan === undefined) {
    io.note(`${file} is not written: there is nothing to change`);
    return;
  }
  const mark = loaded.text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = mark + loaded.plan.withVariant(patch.overrides).text;
  await writeOutput(io, file, unifiedDiff(loaded.file, loaded.text, text));
  io.note(`${file}: the variant ${patch.variant}; apply it with: patch ${loaded.file} ${file}`);
}

function exitCodeOf({ verdict, cheapest }: PlanResult, isAnyVerdictFine: boolean): ExitCode {
  if (isAnyVerdictFine) return ExitCode.ok;
  if (verdict === "none") return ExitCode.gateFailed;
  if (verdict === "partial" || cheapest === null) return ExitCode.untrusted;
  return ExitCode.ok;
}
