import { expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseResult, renderResult } from "../../src/record/result.ts";
import { fc } from "../support/property.ts";
import { simulatedResult } from "../support/sample-result.ts";

const sound = renderResult(simulatedResult());

/** `taken` or `refused`; anything else that is thrown goes on. */
function verdictOn(text: string): "taken" | "refused" {
  try {
    parseResult(text, "result.json");
    return "taken";
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.code).toBe("RESULT_INVALID");
    expect(error.problems.length).toBeGreaterThan(0);
    return "refused";
  }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Walks down by `steps` and replaces, or deletes, what it comes to. */
function damage(it: Json, steps: readonly number[], by: Json | undefined): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || it === null || typeof it !== "object") return by;
  const keys = Object.keys(it);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  if (Array.isArray(it)) {
    const changed = damage(it[Number(key)] ?? null, rest, by);
    return it.flatMap((old, i) =>
      String(i) !== key ? [old] : changed === undefined ? [] : [changed],
    );
  }
  const { [key]: old = null, ...others } = it;
  const changed = damage(old, rest, by);
  return changed === undefined ? others : { ...others, [key]: changed };
}

// Goal: a file that is no result is the user's to mend: it is told as such, and is never a stack.
// Method: a sound result with one value anywhere replaced or left out.
it("takes a damaged result or refuses it by name, and throws nothing else", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.nat(200), { maxLength: 6 }),
      fc.option(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, { nil: undefined }),
      (steps, by) => {
        const text = JSON.stringify(damage(JSON.parse(sound) as Json, steps, by) ?? null);
        reached.add(verdictOn(text));
      },
    ),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["taken", "refused"]));
});

// Method: the same with its text cut, or with characters changed.
it("takes a damaged text or refuses it by name, and throws nothing else", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.nat(sound.length - 1),
      fc.nat(40),
      fc.oneof(fc.string({ maxLength: 3, unit: "binary" }), fc.constantFrom("0", " ", "\n")),
      (at, cut, patch) => {
        reached.add(verdictOn(sound.slice(0, at) + patch + sound.slice(at + cut)));
        reached.add(verdictOn(sound.slice(0, at)));
      },
    ),
    { numRuns: 150 },
  );
  expect(reached).toContain("refused");
});
