import { describe, expect, it } from "vitest";
import {
  cutText,
  plainText,
  renderTextTable,
  widthOf,
  wrapText,
} from "../../src/report/text-table.ts";

describe("renderTextTable", () => {
  const columns = [{ head: "variant", isText: true }, { head: "lost" }];

  it("aligns words left and figures right", () => {
    expect(renderTextTable(columns, [["a", "1,234"]], 40)).toEqual([
      "variant   lost",
      "a        1,234",
    ]);
  });

  it("cuts words, never figures, when a line grows too long", () => {
    expect(renderTextTable(columns, [["a-very-long-name", "1,234,567"]], 20)).toEqual([
      "variant         lost",
      "a-very-l…  1,234,567",
    ]);
  });

  it("counts two columns for an East Asian character", () => {
    expect(widthOf("午餐 a")).toBe(6);
    expect(renderTextTable(columns, [["午餐高峰", "1"]], 40)[1]).toBe("午餐高峰     1");
  });
});

it("cutText tells that something is missing", () => {
  expect(cutText("baseline", 8)).toBe("baseline");
  expect(cutText("baseline", 5)).toBe("base…");
});

it("wrapText indents the lines that follow the first", () => {
  expect(wrapText("one two three four", 11, "- ", "    ")).toEqual([
    "- one two",
    "    three",
    "    four",
  ]);
});

it("plainText lets no control character steer the terminal", () => {
  expect(plainText("a\u001b[31mb\r\nc\u202ed")).toBe("a [31mb c d");
});
