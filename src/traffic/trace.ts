import { UsageError } from "../kernel/errors.ts";
import { roundMs } from "../kernel/units.ts";
import type { Trace } from "./arrivals.ts";
import { splitLines } from "./csv.ts";
import { TraceReader, type TraceRow } from "./trace-reader.ts";

/** A recording that can be played from its beginning, any number of times. */
export interface TraceSource {
  /**
   * The played rows, read as they are asked for. Their times count from the start of the played
   * part, at the played speed, in whole microseconds. To stop early, `return` the iterator.
   */
  rows(): Iterable<TraceRow>;
}

/**
 * A recording in CSV: header line, commas, double quotes, LF or CRLF. It is read lazily: what is
 * wrong with a row shows when it is reached.
 *
 * @param file - What to call it in errors.
 * @param chunks - Opens the text anew and gives it piece by piece.
 * @throws {UsageError} `TRACE_INVALID`, from `rows`, at the first line that cannot be played.
 */
export function openTrace(trace: Trace, file: string, chunks: () => Iterable<string>): TraceSource {
  return { rows: () => play(trace, file, chunks()) };
}

function* play(trace: Trace, file: string, chunks: Iterable<string>): Generator<TraceRow> {
  const { fromMs, toMs } = trace.window ?? { fromMs: 0, toMs: Number.POSITIVE_INFINITY };
  let reader: TraceReader | undefined;
  let line = 0;
  let rowCount = 0;
  let lastMs = 0;
  for (const text of splitLines(chunks)) {
    line += 1;
    if (reader === undefined) {
      reader = new TraceReader(trace, file, text);
      continue;
    }
    if (text.trim() === "") continue;
    const row = reader.read(text, line, lastMs);
    rowCount += 1;
    lastMs = row.timeMs;
    if (lastMs >= toMs) return;
    if (lastMs < fromMs) continue;
    yield { timeMs: roundMs((lastMs - fromMs) / trace.speed), amountMinor: row.amountMinor };
  }
  if (rowCount > 0) return;
  const what = reader === undefined ? "the file is empty" : "no rows after the header line";
  const at = { file, line: Math.max(1, line), column: 1 };
  throw new UsageError("TRACE_INVALID", [{ what, hint: "record at least one arrival", at }]);
}
