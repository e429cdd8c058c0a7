import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { UsageError } from "../kernel/errors.ts";
import type { Trace } from "../traffic/arrivals.ts";
import { openTrace, type TraceSource } from "../traffic/trace.ts";

const chunkBytes = 64 * 1024;

/** The recording of a trace, read from its file piece by piece as it is played. */
export function openTraceFile(trace: Trace, scenarioFile: string): TraceSource {
  const path = resolve(dirname(scenarioFile), trace.file);
  return openTrace(trace, path, () => readChunks(path));
}

/**
 * @throws {UsageError} `TRACE_UNREADABLE` when there is no such file.
 */
function* readChunks(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    const what = `${path}: ${cause instanceof Error ? cause.message : String(cause)}`;
    const hint = "the path of a trace is relative to its scenario file";
    throw new UsageError("TRACE_UNREADABLE", [{ what, hint }], { cause });
  }
  try {
    const decoder = new StringDecoder("utf8");
    const bytes = Buffer.alloc(chunkBytes);
    for (;;) {
      const count = readSync(file, bytes, 0, chunkBytes, null);
      if (count === 0) break;
      yield decoder.write(bytes.subarray(0, count));
    }
    yield decoder.end();
  } finally {
    closeSync(file);
  }
}
