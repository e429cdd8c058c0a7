import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

function complaintOf(text: string): string {
  try {
    parseScenario(text, "a.yaml");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing";
}

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
  .concat(
    [..."bcdefgh"].map((name, i) => {
      const alias = `*${"abcdefg"[i]}`;
      return `${name}: &${name} [${Array(10).fill(alias).join(", ")}]`;
    }),
  )
  .join("\n");

describe("what is no scenario at all", () => {
  it.each([
    { why: "an empty file", text: "", says: "a.yaml:1:1: the file is empty" },
    { why: "comments alone", text: "# later\n", says: "a.yaml:1:1: the file is empty" },
    { why: "a null", text: "~", says: "a.yaml:1:1: the file is empty" },
    { why: "a text", text: "hello", says: "a.yaml:1:1: expected a mapping of keys" },
    { why: "a list", text: "\n- a\n", says: "a.yaml:2:1: expected a mapping of keys" },
    { why: "a number", text: "3", says: "a.yaml:1:1: expected a mapping of keys" },
    { why: "an alias", text: "*a", says: "a.yaml:1:1: nothing is called &a" },
    { why: "a zero byte", text: "\u0000", says: "a.yaml:1:1: expected a mapping of keys" },
    { why: "an end of document", text: "...\n", says: "a.yaml:1:1: the file is empty" },
    { why: "a deep list", text: "[".repeat(100_000), says: "nested more than 60 levels deep" },
    { why: "a deep mapping", text: "{a: ".repeat(20_000), says: "nested more than 60 levels deep" },
    {
      why: "a list of 70 levels",
      text: `name: ${"[".repeat(70)}${"]".repeat(70)}`,
      says: "a.yaml:1:67: nested more than 60 levels deep",
    },
    {
      why: "aliases that double each other",
      text: bomb,
      says: "aliases make the scenario larger than 100000 values",
    },
    {
      why: "aliases that nest each other",
      text: Array.from({ length: 80 }, (_, i) => `k${i}: &a${i} [*a${i - 1}]`).join("\n"),
      says: "nested more than 60 levels deep",
    },
    {
      why: "more than 1 MiB",
      text: `# ${"x".repeat(1_048_576)}\n`,
      says: "a.yaml:1:1: the file is larger than 1 MiB",
    },
  ])("$why is a located problem", ({ text, says }) => {
    expect(complaintOf(text)).toContain(says);
  });
});
