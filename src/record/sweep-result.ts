import { z } from "zod";
import { parseJson } from "./parse-json.ts";
import { Result } from "./result.ts";

/**
 * `sweep.json`: a scenario simulated over and over with some of its values changed, cell by cell.
 *
 * Ratios are 0..1, times are ms, money is in minor units, counts are those of one run. With several
 * seeds a figure is the mean over the runs, a percentile that of all their samples; `null` is "nothing was measured".
 */

const count = z.int().nonnegative();
const ratio = z.number().min(0);

const Key = z.strictObject({
  path: z.string().describe("What is varied, as a variant's patch would write it."),
  values: z.array(z.string()).min(1).describe("As they are written, with their units."),
});

const sweepUnits = ["ms", "ratio", "count", "minor", "number", "per-second"] as const;

const SweepFigure = z.strictObject({
  name: z.string().describe("As a gate writes it; or credited_per_second."),
  unit: z.enum(sweepUnits),
  meaning: z.string(),
});
export type SweepFigure = z.infer<typeof SweepFigure>;

const Value = z.strictObject({
  mean: z.number().nullable(),
  low: z.number().nullable().describe("95 % Student-t interval; null with fewer than two runs."),
  high: z.number().nullable(),
});
export type SweepValue = z.infer<typeof Value>;

const Cell = z.strictObject({
  at: z.array(count).describe("Which value of each key, from 0."),
  planned: count.describe("Activations that were due, all runs together."),
  values: z.array(Value).describe("One for each figure, in their order."),
  busiest: z
    .strictObject({
      station: z.string(),
      workingRatio: ratio.describe("Mean share of its workers at work; held ones do not count."),
    })
    .nullable()
    .describe("The station most at work. Null: no worker did anything."),
  gates: z.array(Result.shape.variants.element.shape.gates.element),
  passed: z.boolean().describe("Every gate holds over all runs together, and the books add up."),
});
export type SweepCell = z.infer<typeof Cell>;

export const Sweep = z.strictObject({
  schema: z.literal("tillstorm.sweep/1"),
  partial: z.boolean().describe("It was ended before all cells were simulated."),
  environment: Result.shape.environment,
  scenario: Result.shape.scenario,
  variant: z.string().describe("The case that is varied."),
  keys: z.array(Key).min(1),
  figures: z.array(SweepFigure).min(1),
  cells: z.array(Cell).describe("Those that are finished; the last key changes fastest."),
});
export type Sweep = z.infer<typeof Sweep>;

/** How many cells a sweep has when it is whole. */
export function cellCountOf(keys: readonly { readonly values: readonly unknown[] }[]): number {
  return keys.reduce((product, { values }) => product * values.length, 1);
}

/** The text of `sweep.json`. Throws if the sweep breaks its own schema: our bug. */
export function renderSweep(sweep: Sweep): string {
  return `${JSON.stringify(Sweep.parse(sweep), null, 1)}\n`;
}

/** @throws {UsageError} `RESULT_INVALID` when the text is no sweep of this version. */
export function parseSweep(text: string, file: string): Sweep {
  return parseJson(Sweep, text, file, "sweep");
}
