import { describe, expect, it } from "vitest";
import {
  formatInstant,
  formatMinor,
  formatMs,
  formatNumber,
  formatPercent,
  formatPlural,
} from "../../src/report/format.ts";

describe("formatNumber", () => {
  it.each([
    { value: null, text: "–", why: "nothing was measured" },
    { value: 0, text: "0", why: "a measured zero is a zero" },
    { value: -0, text: "0", why: "negative zero is of no interest" },
    { value: 1_234_567, text: "1,234,567", why: "whole numbers are kept whole" },
    { value: 71.2345, text: "71.2", why: "three digits are enough for a mean" },
    { value: 1_234.5, text: "1,235", why: "thousands need no decimals" },
  ])("$value reads $text: $why", ({ value, text }) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe("formatMs", () => {
  it.each([
    { ms: null, text: "–" },
    { ms: 0, text: "0 ms" },
    { ms: 0.031, text: "0.031 ms" },
    { ms: 141.5, text: "142 ms" },
    { ms: 999.7, text: "1 s" },
    { ms: 4_321, text: "4.32 s" },
    { ms: 119_000, text: "119 s" },
    { ms: 125_000, text: "2.08 min" },
    { ms: 9_000_000, text: "2.5 h" },
  ])("$ms reads $text", ({ ms, text }) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe("formatPercent", () => {
  it.each([
    { ratio: null, text: "–", why: "nothing was measured" },
    { ratio: 0, text: "0%", why: "nothing at all" },
    { ratio: 0.000_001, text: "<0.001%", why: "one in a million is not nothing" },
    { ratio: 0.001_234, text: "0.123%", why: "small shares get more digits" },
    { ratio: 0.070_2, text: "7.02%", why: "middling ones fewer" },
    { ratio: 0.163_2, text: "16.3%", why: "large ones one" },
    { ratio: 0.999_8, text: "99.98%", why: "no digit more than it takes" },
    { ratio: 0.999_96, text: "99.996%", why: "not quite all is not all" },
    { ratio: 0.999_999_9, text: ">99.999%", why: "not quite all is not all" },
    { ratio: 1, text: "100%", why: "all" },
    { ratio: 1.5, text: "150%", why: "more than all, such as of a prediction" },
  ])("$ratio reads $text: $why", ({ ratio, text }) => {
    expect(formatPercent(ratio)).toBe(text);
  });
});

describe("formatInstant", () => {
  it.each([
    { ms: 0, text: "0s" },
    { ms: 250, text: "250ms" },
    { ms: 12_345, text: "12.3s" },
    { ms: 483_217.123, text: "8m3s" },
    { ms: 59_999.9, text: "1m" },
  ])("$ms reads $text", ({ ms, text }) => {
    expect(formatInstant(ms)).toBe(text);
  });
});

describe("formatMinor", () => {
  it.each([
    { minor: 0, text: "0.00" },
    { minor: 5, text: "0.05" },
    { minor: 123_456, text: "1,234.56" },
    { minor: -3_488_358, text: "−34,883.58" },
  ])("$minor minor units read $text", ({ minor, text }) => {
    expect(formatMinor(minor)).toBe(text);
  });
});

it("formatPlural counts one thing as one", () => {
  expect(formatPlural(1, "variant")).toBe("1 variant");
  expect(formatPlural(1_200, "variant")).toBe("1,200 variants");
});
