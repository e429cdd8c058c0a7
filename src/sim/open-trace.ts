import type { OpenTrace } from "../chain/traffic.ts";
import type { Scenario } from "../scenario/schema.ts";
import { openTraceFile } from "../scenario/trace-file.ts";

/** Opens the recordings that a scenario plays; they are read from beside its file. */
export function traceOpener(scenario: Scenario, file: string): OpenTrace {
  return (stream) => {
    const trace = scenario.traffic[stream]?.arrivals.trace;
    if (trace === undefined) throw new Error(`the stream ${stream} plays no trace`);
    return openTraceFile(trace, file);
  };
}
