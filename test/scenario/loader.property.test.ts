import { expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { fc } from "../support/property.ts";
import { lunchRush } from "./lunch-rush.ts";

const pieces = lunchRush.match(/[\w.%/#-]+|\s+|./g) ?? [];
const strange = [
  ...["__proto__", "constructor", "toString", "null", "~", "true", "05", "-1", ".nan", ".inf"],
  ...["&a", "*a", "<<", "---", "...", "!x", "|", ">", "%", "{", "}", "[", "]", ":", ",", "?", '"'],
  ...["'", "\t", "\n", "\n  ", "#", "\u0000", "\u2028", "😀", "1e999", "0x1f", "2s", "80/s", "3x"],
];
const junk = fc.oneof(
  fc.constantFrom(...pieces),
  fc.constantFrom(...strange),
  fc.string({ maxLength: 6 }),
);
const edit = fc.record({
  at: fc.nat({ max: pieces.length - 1 }),
  removed: fc.nat({ max: 4 }),
  put: fc.array(junk, { maxLength: 3 }),
});

// Goal: whatever stands in the file, the loader returns a scenario, or says where what is wrong.
// Method: cut pieces out of a valid file, put pieces of it, or junk, in their place; load it.
it("returns, or says where the problems are, and nothing else", () => {
  const reached = { valid: 0, syntax: 0, meaning: 0 };
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const changed = [...pieces];
      for (const { at, removed, put } of edits) changed.splice(at, removed, ...put);
      const text = changed.join("");
      const lines = text.split(/\r\n|[\n\r]/);
      try {
        parseScenario(text, "a.yaml");
        reached.valid += 1;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(error.code).toBe("SCENARIO_INVALID");
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { at, what, hint } of error.problems) {
          expect(what).not.toMatch(/undefined|Invalid input|\[object/);
          expect(hint).toBeDefined();
          expect(hint).not.toMatch(/undefined/);
          expect(at?.line).toBeGreaterThanOrEqual(1);
          expect(at?.line).toBeLessThanOrEqual(lines.length);
          expect(at?.column).toBeGreaterThanOrEqual(1);
        }
        if (error.message.includes("no valid YAML")) reached.syntax += 1;
        else reached.meaning += 1;
      }
    }),
    { numRuns: 250 },
  );
  expect(Math.min(reached.valid, reached.syntax, reached.meaning)).toBeGreaterThan(0);
});
