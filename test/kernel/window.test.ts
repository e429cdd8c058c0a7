import { describe, expect, it } from "vitest";
import { parseWindow, Window } from "../../src/kernel/window.ts";

const told = "expected a window such as 8m..10m";

describe("Window", () => {
  it.each([
    { text: "8m..10m", fromMs: 480_000, toMs: 600_000 },
    { text: "0s..1us", fromMs: 0, toMs: 0.001 },
    { text: "1.5s...5m", fromMs: 1_500, toMs: 30_000 },
    { text: "1h30m..2h", fromMs: 5_400_000, toMs: 7_200_000 },
  ])("reads $text", ({ text, fromMs, toMs }) => {
    expect(Window.parse(text)).toEqual({ fromMs, toMs });
    expect(parseWindow(text)).toEqual({ fromMs, toMs });
  });

  it.each([
    { why: "an end before the start", value: "10m..8m" },
    { why: "an empty stretch", value: "8m..8m" },
    { why: "no end", value: "8m.." },
    { why: "no start", value: "..8m" },
    { why: "three instants", value: "1m..2m..3m" },
    { why: "a bare duration", value: "8m" },
    { why: "another dash", value: "8m-10m" },
    { why: "spaces", value: "8m .. 10m" },
    { why: "no units", value: "8..10" },
    { why: "an end beyond all bounds", value: `8m..${"9".repeat(400)}d` },
    { why: "nothing", value: "" },
    { why: "what is no text", value: 8 },
  ])("refuses $why", ({ value }) => {
    const result = Window.safeParse(value);
    expect(result.error?.issues.map(({ message }) => message)).toEqual([told]);
    expect(parseWindow(String(value))).toBeUndefined();
  });
});
