import { type Problem, UsageError } from "../kernel/errors.ts";
import type { LoadedScenario } from "../scenario/loader.ts";
import { openTraceFile } from "../scenario/trace-file.ts";

/**
 * Reads every recording that a scenario plays once through, so that a bad row is known before a
 * run begins and not in the middle of it.
 *
 * @throws {UsageError} `TRACE_INVALID`, with the place in the recording, or in the scenario where
 * the recording cannot be read.
 */
export function checkTraces(loaded: LoadedScenario): void {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { scenario } of [loaded.baseline, ...loaded.variants]) {
    for (const [stream, { arrivals }] of Object.entries(scenario.traffic)) {
      const { trace } = arrivals;
      if (trace === undefined || seen.has(JSON.stringify(trace))) continue;
      seen.add(JSON.stringify(trace));
      const at = loaded.placeOf(["traffic", stream, "arrivals", "trace", "file"]);
      problems.push(...problemsOf(() => countRows(trace, loaded.file, scenario.duration), at));
    }
  }
  if (problems.length > 0) throw new UsageError("TRACE_INVALID", problems);
}

function problemsOf(check: () => number, at: Problem["at"]): Problem[] {
  const place = at === undefined ? {} : { at };
  try {
    if (check() > 0) return [];
    const what = "the recording has no arrival within the duration of the scenario";
    const hint = "set `window` or `speed` of the trace, or a longer duration";
    return [{ what, hint, ...place }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.problems.map((problem) => ({ ...place, ...problem }));
  }
}

/** How many arrivals are played before the scenario ends. Reads to the end all the same. */
function countRows(
  trace: Parameters<typeof openTraceFile>[0],
  scenarioFile: string,
  durationMs: number,
): number {
  let count = 0;
  for (const { timeMs } of openTraceFile(trace, scenarioFile).rows()) {
    if (timeMs < durationMs) count += 1;
  }
  return count;
}
