import { closest } from "fastest-levenshtein";
import { type Problem, type SourceLocation, UsageError } from "../kernel/errors.ts";
import { roundMs } from "../kernel/units.ts";
import type { Trace } from "./arrivals.ts";
import { fieldOffsets, fieldText, parseDecimal } from "./csv.ts";

/** One recorded arrival. */
export type TraceRow = Readonly<{
  /** [ms, whole microseconds, never decreasing from row to row] */
  timeMs: number;
  /** As recorded, or -1 where the amounts are drawn. [minor units] */
  amountMinor: number;
}>;

/** Reads the lines of one recording: finds the columns in its header, then times and amounts. */
export class TraceReader {
  readonly #trace: Trace;
  readonly #file: string;
  readonly #fieldCount: number;
  readonly #timeIndex: number;
  /** -1: the amounts are drawn. */
  readonly #amountIndex: number;

  constructor(trace: Trace, file: string, header: string) {
    this.#trace = trace;
    this.#file = file;
    const offsets = this.#split(header, 1);
    const names = offsets.slice(0, -1).map((_, index) => fieldText(header, offsets, index));
    this.#fieldCount = names.length;
    this.#timeIndex = names.indexOf(trace.column);
    this.#amountIndex = trace.amount === undefined ? -1 : names.indexOf(trace.amount);

    const wanted = Object.entries({ column: trace.column, amount: trace.amount });
    const problems = wanted.flatMap(([key, name]): Problem[] => {
      if (name === undefined || names.includes(name)) return [];
      const nearest = closest(name, names);
      const what = `no column ${name}; the columns are ${names.join(", ")}`;
      const at = this.#at(1, offsets[names.indexOf(nearest)]);
      return [{ what, hint: `write ${key}: ${nearest}`, at }];
    });
    if (problems.length > 0) throw new UsageError("TRACE_INVALID", problems);
  }

  /** One row, in the recording's own time. `lastMs` is the time of the row before. */
  read(text: string, line: number, lastMs: number): TraceRow {
    const offsets = this.#split(text, line);
    if (offsets.length - 1 !== this.#fieldCount) {
      const what = `expected ${this.#fieldCount} fields as in the header, found ${offsets.length - 1}`;
      const hint = "put double quotes around a field that holds a comma";
      throw new UsageError("TRACE_INVALID", [{ what, hint, at: this.#at(line) }]);
    }
    const time = fieldText(text, offsets, this.#timeIndex);
    const timeMs = roundMs(decimalOf(time) * (this.#trace.unit === "s" ? 1_000 : 1));
    if (this.#amountIndex < 0 && timeMs >= lastMs) return { timeMs, amountMinor: -1 };

    const amount = this.#amountIndex < 0 ? "0" : fieldText(text, offsets, this.#amountIndex);
    const amountMinor = Math.round(decimalOf(amount) * 100);
    if (timeMs >= lastMs && amountMinor >= 0) return { timeMs, amountMinor };

    const problems: Problem[] = [];
    if (!(timeMs >= lastMs)) {
      const at = this.#at(line, offsets[this.#timeIndex]);
      problems.push({ ...timeProblem(this.#trace.column, time, timeMs), at });
    }
    if (!(amountMinor >= 0)) {
      const what = `${this.#trace.amount}: expected an amount from 0, found "${amount}"`;
      const hint = "leave the row out, or leave out the key `amount`: then amounts are drawn";
      problems.push({ what, hint, at: this.#at(line, offsets[this.#amountIndex]) });
    }
    throw new UsageError("TRACE_INVALID", problems);
  }

  #split(text: string, line: number): number[] {
    const offsets = fieldOffsets(text);
    if (offsets !== undefined) return offsets;
    const what = "a double quote is not closed on its line";
    const at = this.#at(line, text.lastIndexOf('"'));
    throw new UsageError("TRACE_INVALID", [{ what, hint: "keep each row on one line", at }]);
  }

  #at(line: number, offset = 0): SourceLocation {
    return { file: this.#file, line, column: offset + 1 };
  }
}

function decimalOf(text: string): number {
  return parseDecimal(text) ?? Number.NaN;
}

function timeProblem(name: string, text: string, timeMs: number): Problem {
  if (Number.isNaN(timeMs)) {
    const what = `${name}: expected a number, found "${text}"`;
    return { what, hint: "write each time as a plain number, such as 12.5" };
  }
  if (timeMs < 0) {
    return { what: `${name}: ${text} is before 0`, hint: "count the times from the first row" };
  }
  return { what: `${name}: ${text} is before the row above`, hint: "sort the rows by time" };
}
