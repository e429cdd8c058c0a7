import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  Count,
  Duration,
  Factor,
  formatDuration,
  PositiveCount,
  PositiveDuration,
  parseDurationMs,
  Rate,
  roundMs,
  Share,
} from "../../src/kernel/units.ts";

/** The value read, or what the user is told instead. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : result.error.issues.map(({ message }) => message);
}

const noDuration = ["expected a duration such as 250ms, 2s or 10m"];

describe("Duration", () => {
  it.each([
    { why: "milliseconds", text: "250ms", ms: 250 },
    { why: "seconds", text: "2s", ms: 2_000 },
    { why: "minutes", text: "10m", ms: 600_000 },
    { why: "hours", text: "1h", ms: 3_600_000 },
    { why: "days", text: "2d", ms: 172_800_000 },
    { why: "microseconds", text: "15us", ms: 0.015 },
    { why: "several units", text: "1m30s", ms: 90_000 },
    { why: "all units", text: "1d2h3m4s5ms6us", ms: 93_784_005.006 },
    { why: "a fraction", text: "0.1s", ms: 100 },
    { why: "a fraction without a whole", text: ".5s", ms: 500 },
    { why: "nothing", text: "0s", ms: 0 },
    { why: "less than half a microsecond", text: "0.4us", ms: 0 },
    { why: "half a microsecond", text: "0.0015ms", ms: 0.002 },
    { why: "no binary dust", text: "0.3ms", ms: 0.3 },
  ])("reads $why: $text", ({ text, ms }) => {
    expect(read(Duration, text)).toBe(ms);
    expect(parseDurationMs(text)).toBe(ms);
  });

  it.each([
    { why: "a number without a unit", value: "250" },
    { why: "a bare number", value: 250 },
    { why: "a unit without a number", value: "ms" },
    { why: "nothing at all", value: "" },
    { why: "a negative one", value: "-1s" },
    { why: "a space", value: "2 s" },
    { why: "a space around it", value: " 2s" },
    { why: "a line end", value: "2s\n" },
    { why: "an unknown unit", value: "2w" },
    { why: "a capital", value: "2S" },
    { why: "an exponent", value: "1e3ms" },
    { why: "a fraction without digits", value: "1.s" },
    { why: "a comma", value: "1,5s" },
    { why: "what is no text", value: null },
    { why: "what passes all bounds", value: `${"9".repeat(400)}s` },
  ])("refuses $why", ({ value }) => {
    expect(read(Duration, value)).toEqual(noDuration);
  });

  it("refuses none where one is needed", () => {
    const told = ["expected a duration above 0, such as 2s"];
    expect(read(PositiveDuration, "0ms")).toEqual(told);
    expect(read(PositiveDuration, "1us")).toBe(0.001);
  });
});

describe("Rate", () => {
  it.each([
    { text: "80/s", perSecond: 80 },
    { text: "4800/m", perSecond: 80 },
    { text: "7200/h", perSecond: 2 },
    { text: "86400/d", perSecond: 1 },
    { text: "0.5/s", perSecond: 0.5 },
    { text: "0/s", perSecond: 0 },
  ])("reads $text", ({ text, perSecond }) => {
    expect(read(Rate, text)).toBe(perSecond);
  });

  it.each(["80", 80, "80/ms", "80 / s", "-1/s", "/s", "80/s/s", "", `${"9".repeat(400)}/s`])(
    "refuses %j",
    (value) => {
      expect(read(Rate, value)).toEqual(["expected a rate such as 80/s or 4800/m"]);
    },
  );
});

describe("Share", () => {
  it.each([
    { text: "0%", ratio: 0 },
    { text: "0.2%", ratio: 0.002 },
    { text: "7%", ratio: 0.07 },
    { text: "29%", ratio: 0.29 },
    { text: "99.9%", ratio: 0.999 },
    { text: "100%", ratio: 1 },
  ])("reads $text without binary dust", ({ text, ratio }) => {
    expect(read(Share, text)).toBe(ratio);
  });

  it.each(["100.1%", "200%", "0.2", 0.2, "-1%", "%", "5 %", ""])("refuses %j", (value) => {
    expect(read(Share, value)).toEqual(["expected a share such as 0.2% (0% to 100%)"]);
  });
});

describe("Factor", () => {
  it.each([
    { text: "3x", factor: 3 },
    { text: "0.5x", factor: 0.5 },
    { text: ".5x", factor: 0.5 },
    { text: "0x", factor: 0 },
  ])("reads $text", ({ text, factor }) => {
    expect(read(Factor, text)).toBe(factor);
  });

  it.each(["3", 3, "x", "-3x", "3X", "3xx", ""])("refuses %j", (value) => {
    expect(read(Factor, value)).toEqual(["expected a factor such as 3x or 0.5x"]);
  });
});

describe("counts", () => {
  it.each([
    { why: "one", schema: PositiveCount, value: 1, told: 1 },
    { why: "none", schema: PositiveCount, value: 0, told: ["expected a whole number from 1"] },
    { why: "a part", schema: PositiveCount, value: 1.5, told: ["expected a whole number from 1"] },
    { why: "a text", schema: PositiveCount, value: "1", told: ["expected a whole number from 1"] },
    {
      why: "too many",
      schema: PositiveCount,
      value: 1_000_001,
      told: ["expected a whole number up to 1000000"],
    },
    { why: "possibly none", schema: Count, value: 0, told: 0 },
    { why: "below none", schema: Count, value: -1, told: ["expected a whole number from 0"] },
    {
      why: "far too many",
      schema: Count,
      value: 1_000_000_001,
      told: ["expected a whole number up to 1000000000"],
    },
  ])("read or refuse $why", ({ schema, value, told }) => {
    expect(read(schema, value)).toEqual(told);
  });
});

describe("formatDuration", () => {
  it.each([
    { ms: 0, text: "0s" },
    { ms: 0.015, text: "15us" },
    { ms: 250, text: "250ms" },
    { ms: 1.5, text: "1.5ms" },
    { ms: 1_000, text: "1s" },
    { ms: 1_500.001, text: "1.500001s" },
    { ms: 90_000, text: "1m30s" },
    { ms: 3_600_000, text: "1h" },
    { ms: 3_660_500, text: "1h1m0.5s" },
    { ms: 86_400_000, text: "24h" },
  ])("writes $ms ms as $text", ({ ms, text }) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("roundMs", () => {
  it.each([
    { ms: 1.2344, rounded: 1.234 },
    { ms: 1.2346, rounded: 1.235 },
    { ms: 0.1 + 0.2, rounded: 0.3 },
    { ms: 0.0004, rounded: 0 },
  ])("rounds $ms ms to whole microseconds", ({ ms, rounded }) => {
    expect(roundMs(ms)).toBe(rounded);
  });
});
