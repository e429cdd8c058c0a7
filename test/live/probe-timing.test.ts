import { describe, expect, it } from "vitest";
import { parseServerMs } from "../../src/live/probe-timing.ts";
import { renderTiming } from "../../src/live/protocol.ts";

describe("parseServerMs", () => {
  it.each([
    { why: "our own servers", value: renderTiming(10, 0, 0), ms: 10 },
    { why: "a worker that waits for another service", value: renderTiming(2, 30, 1.5), ms: 33.5 },
    { why: "a total", value: "total;dur=12.5", ms: 12.5 },
    { why: "own before total", value: "total;dur=12.5, own;dur=3", ms: 3 },
    { why: "the case of names", value: "Total;Dur=7", ms: 7 },
    { why: "spaces and a description", value: 'db;dur=5 , total ; desc="a, b" ; dur = 9', ms: 9 },
    { why: "a quoted number", value: 'total;dur="9.5"', ms: 9.5 },
    { why: "a description that imitates a metric", value: 'x;desc=", total;dur=1"', ms: undefined },
    { why: "a small number in short", value: "total;dur=5e-05", ms: 0.00005 },
    { why: "the first of two", value: "total;dur=1, total;dur=2", ms: 1 },
    { why: "other metrics alone", value: "db;dur=53, subtotal;dur=9", ms: undefined },
    { why: "a total without a duration", value: "total;desc=x", ms: undefined },
    { why: "no number", value: "total;dur=fast", ms: undefined },
    { why: "a negative number", value: "total;dur=-1", ms: undefined },
    { why: "nothing", value: "", ms: undefined },
  ])("reads $why", ({ value, ms }) => {
    expect(parseServerMs(["content-type", "text/plain", "Server-TIMING", value])).toBe(ms);
  });

  it("takes several headers for one list", () => {
    expect(
      parseServerMs(["server-timing", "db;dur=1", "date", "x", "Server-Timing", "total;dur=4"]),
    ).toBe(4);
  });

  it.each([
    { why: "no header", rawHeaders: [] },
    { why: "other headers", rawHeaders: ["date", "total;dur=4"] },
    {
      why: "a value in the place of a name",
      rawHeaders: ["x", "server-timing", "total;dur=4", ""],
    },
    { why: "half a header", rawHeaders: ["server-timing"] },
  ])("says nothing of $why", ({ rawHeaders }) => {
    expect(parseServerMs(rawHeaders)).toBeUndefined();
  });
});
