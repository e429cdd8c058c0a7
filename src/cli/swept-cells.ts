import { type Problem, UsageError } from "../kernel/errors.ts";
import type { LoadedScenario, ScenarioCase } from "../scenario/loader.ts";
import { sourceOf, type VariedKey } from "../scenario/vary.ts";

/** One combination of values. `at`: which of each key, from 0. */
export type SweptCell = { readonly at: readonly number[]; readonly of: ScenarioCase };

/** Every combination, the last key changing fastest; each case is made when it is asked for. */
export function* cellsOf(
  loaded: LoadedScenario,
  from: ScenarioCase,
  keys: readonly VariedKey[],
): Generator<SweptCell> {
  for (const at of placesOf(keys)) yield { at, of: caseAt(loaded, from, keys, at) };
}

/** Cells between two looks at the world outside. */
const cellsPerTurn = 50;
/** Problems that are shown: in many cells they are mostly one. */
const problemMaxCount = 10;

/**
 * Makes every case once, so that none is found to be wrong when others have run for hours.
 *
 * @throws {UsageError} `OVERRIDE_INVALID`, with what is wrong in the first few cells that are.
 */
export async function checkCells(
  loaded: LoadedScenario,
  from: ScenarioCase,
  keys: readonly VariedKey[],
  onProgress: (doneCount: number) => void,
): Promise<void> {
  const problems = new Map<string, Problem>();
  let doneCount = 0;
  for (const at of placesOf(keys)) {
    try {
      caseAt(loaded, from, keys, at);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      for (const problem of error.problems) problems.set(problem.what, problem);
    }
    doneCount += 1;
    if (problems.size >= problemMaxCount) break;
    if (doneCount % cellsPerTurn !== 0) continue;
    onProgress(doneCount);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (problems.size === 0) return;
  throw new UsageError("OVERRIDE_INVALID", [...problems.values()].slice(0, problemMaxCount));
}

function caseAt(
  loaded: LoadedScenario,
  from: ScenarioCase,
  keys: readonly VariedKey[],
  at: readonly number[],
): ScenarioCase {
  const overrides = keys.map(({ path, values }, index) => ({
    path,
    value: values[at[index] ?? 0]?.value ?? null,
    source: sourceOf(index),
  }));
  const made = loaded.override(from, overrides);
  // The seed may be another than that of the file.
  return { ...made, scenario: { ...made.scenario, seed: from.scenario.seed } };
}

function* placesOf([first, ...others]: readonly VariedKey[]): Generator<readonly number[]> {
  if (first === undefined) {
    yield [];
    return;
  }
  for (const place of first.values.keys()) {
    for (const rest of placesOf(others)) yield [place, ...rest];
  }
}
