import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { UsageError } from "../../src/kernel/errors.ts";
import { Arrivals, type Trace } from "../../src/traffic/arrivals.ts";
import { openTrace } from "../../src/traffic/trace.ts";
import { listed, planOf } from "./planned.ts";

type Written = Partial<NonNullable<z.input<typeof Arrivals>["trace"]>>;

function traceOf(written: Written): Trace {
  const { trace } = Arrivals.parse({ trace: { file: "x.csv", ...written } });
  if (trace === undefined) throw new Error("these arrivals are a trace");
  return trace;
}

/** The rows of a text that comes in chunks of `size` characters. */
function rowsOf(text: string, written: Written = {}, size = 1_000): [number, number][] {
  const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const rows = openTrace(traceOf(written), "x.csv", () => chunks).rows();
  return [...rows].map(({ timeMs, amountMinor }) => [timeMs, amountMinor]);
}

function problemOf(text: string, written: Written = {}): string {
  try {
    rowsOf(text, written);
  } catch (error) {
    if (error instanceof UsageError && error.code === "TRACE_INVALID") return error.message;
    throw error;
  }
  return "none";
}

describe("openTrace", () => {
  const plain = "time_s,amount_eur\n0,149.62\n1.5,2.69\n1.5,0\n";
  it.each<{ why: string; text: string; written?: Written; rows: [number, number][] }>([
    {
      why: "times alone",
      text: plain,
      rows: [
        [0, -1],
        [1_500, -1],
        [1_500, -1],
      ],
    },
    {
      why: "amounts in cents",
      text: plain,
      written: { amount: "amount_eur" },
      rows: [
        [0, 14_962],
        [1_500, 269],
        [1_500, 0],
      ],
    },
    {
      why: "twice as fast",
      text: plain,
      written: { speed: 2 },
      rows: [
        [0, -1],
        [750, -1],
        [750, -1],
      ],
    },
    {
      why: "whole microseconds",
      text: "time_s\n1\n",
      written: { speed: 7 },
      rows: [[142.857, -1]],
    },
    {
      why: "milliseconds",
      text: "t\n5\n7.25\n",
      written: { column: "t", unit: "ms" },
      rows: [
        [5, -1],
        [7.25, -1],
      ],
    },
    {
      why: "a window, shifted, then faster",
      text: "time_s\n1\n2\n3\n4\n",
      written: { window: "2s..4s", speed: 10 },
      rows: [
        [0, -1],
        [100, -1],
      ],
    },
    {
      why: "a window whose start is no exact fraction",
      text: "time_s\n1.001\n",
      written: { window: "1001ms..2s" },
      rows: [[0, -1]],
    },
    {
      why: "CRLF, BOM, quotes, blanks, blank last line",
      written: { amount: 'the, "amount"' },
      text: '\uFEFF"time_s", "the, ""amount"""\r\n"1", 2.50\r\n 2 ,"3"\r\n\r\n',
      rows: [
        [1_000, 250],
        [2_000, 300],
      ],
    },
    { why: "no line end at the end, and 1e5", text: "time_s\n1e5", rows: [[100_000_000, -1]] },
  ])("reads $why, in chunks of any size", ({ text, written, rows }) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect(rowsOf(text, written, size)).toEqual(rows);
  });

  it.each<{ why: string; text: string; written?: Written; says: string[] }>([
    {
      why: "a misspelt column",
      text: "time,amount_eur,class\n",
      says: [
        "x.csv:1:1: no column time_s; the columns are time, amount_eur, class",
        "hint: write column: time",
      ],
    },
    {
      why: "both columns at once",
      text: "time,amount_eur\n",
      written: { amount: "amount" },
      says: [
        "x.csv:1:1: no column time_s",
        "x.csv:1:6: no column amount;",
        "write amount: amount_eur",
      ],
    },
    {
      why: "a time that is no number",
      text: "id,time_s\na,1\nb,0x10\n",
      says: ['x.csv:3:3: time_s: expected a number, found "0x10"'],
    },
    {
      why: "an empty time",
      text: "id,time_s\na,\n",
      says: ['x.csv:2:3: time_s: expected a number, found ""'],
    },
    { why: "a negative time", text: "time_s\n-1\n", says: ["x.csv:2:1: time_s: -1 is before 0"] },
    {
      why: "a time that goes back",
      text: "time_s\n2\n\n1.5\n",
      says: ["x.csv:4:1: time_s: 1.5 is before the row above", "sort the rows"],
    },
    {
      why: "a time and an amount at once",
      text: "time_s,a\n1,2\nx,-3\n",
      written: { amount: "a" },
      says: [
        "x.csv:3:1: time_s: expected a number",
        'x.csv:3:3: a: expected an amount from 0, found "-3"',
      ],
    },
    {
      why: "a decimal comma",
      text: "time_s,a\n1,2,50\n",
      says: ["x.csv:2:1: expected 2 fields as in the header, found 3"],
    },
    {
      why: "an open quote",
      text: 'time_s,a\n1,"x\n',
      says: ["x.csv:2:3: a double quote is not closed"],
    },
    { why: "an empty file", text: "", says: ["x.csv:1:1: the file is empty"] },
    { why: "a header alone", text: "time_s\n", says: ["x.csv:1:1: no rows after the header"] },
  ])("says where $why stands", ({ text, written, says }) => {
    for (const part of says) expect(problemOf(text, written)).toContain(part);
  });

  it("reads no further than it is asked to, and lets the file be closed", () => {
    let chunkCount = 0;
    let isClosed = false;
    function* chunks() {
      try {
        yield "time_s\n";
        for (chunkCount = 1; chunkCount < 1_000; chunkCount += 1) yield `${chunkCount}\n`;
      } finally {
        isClosed = true;
      }
    }
    const trace = openTrace(traceOf({}), "x.csv", chunks);
    expect(listed(planOf({ trace: { file: "x.csv" } }, { trace, durationMs: 5_000 }))).toHaveLength(
      4,
    );
    expect(chunkCount).toBe(5);
    expect(isClosed).toBe(true);
  });
});

describe("a plan of a trace", () => {
  it("keeps the numbers of the whole plan in a window", () => {
    const trace = openTrace(traceOf({ amount: "a" }), "x.csv", () => [
      "time_s,a\n1,5\n2,6\n2,7\n3,8\n",
    ]);
    const window = { fromMs: 1_500, toMs: 3_000 };
    expect(listed(planOf({ trace: { file: "x.csv" } }, { trace, window }))).toEqual([
      { index: 1, atMs: 500, amountMinor: 600 },
      { index: 2, atMs: 500, amountMinor: 700 },
    ]);
  });

  const recording = new URL("../../../shared/data/creditcard-arrivals-head.csv", import.meta.url);
  it.skipIf(!existsSync(recording))(
    "plays the card recording one for one, 60 times as fast",
    () => {
      const text = readFileSync(recording, "utf8");
      const trace = openTrace(traceOf({ amount: "amount_eur", speed: 60 }), "x.csv", () => [text]);
      const arrivals = listed(planOf({ trace: { file: "x.csv" } }, { trace, durationMs: 120_000 }));
      expect(arrivals).toHaveLength(5_648);
      expect(arrivals[0]).toEqual({ index: 0, atMs: 0, amountMinor: 14_962 });
      expect(arrivals.at(-1)).toEqual({ index: 5_647, atMs: 97_900, amountMinor: 1_495 });
      expect(arrivals.filter(({ atMs }) => atMs < 60_000)).toHaveLength(3_963); // Hour 0, complete.
    },
  );
});
