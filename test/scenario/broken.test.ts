import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { type BrokenCase, parseBroken, renderBroken, themes } from "./broken-cases.ts";
import { lunchRush } from "./lunch-rush.ts";

/** What the loader says to a broken text, without the file's name. */
function complaintsOf(text: string): readonly string[] {
  try {
    parseScenario(text, "a.yaml");
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    for (const { at, what, hint } of error.problems) {
      expect(at, what).toBeDefined();
      expect(hint !== undefined || what.includes("expected"), what).toBe(true);
    }
    return error.message.split("\n").map((line) => line.replace(/^a\.yaml:/, ""));
  }
  return ["nothing"];
}

const read = (theme: string): readonly BrokenCase[] =>
  parseBroken(readFileSync(new URL(`broken/${theme}.txt`, import.meta.url), "utf8"));

// Each theme is a file of edits to the valid scenario, with all that the loader says to each.
describe.each(themes)("%s", (theme) => {
  it.each(read(theme))("$why", ({ find, put, says }) => {
    expect(lunchRush.split(find)).toHaveLength(2); // The edit hits one place.
    expect(complaintsOf(lunchRush.replace(find, () => put))).toEqual(says);
  });
});

it("is a hundred broken scenarios and more, none told twice", () => {
  const cases = themes.flatMap(read);
  expect(cases.length).toBeGreaterThan(150);
  expect(new Set(cases.map((it) => `${it.find}→${it.put}`)).size).toBe(cases.length);
});

it("keeps the files as they are rendered", () => {
  for (const theme of themes) {
    const text = readFileSync(new URL(`broken/${theme}.txt`, import.meta.url), "utf8");
    expect(renderBroken(read(theme))).toBe(text);
  }
});
