import { z } from "zod";
import { parseJson } from "./parse-json.ts";
import { Result } from "./result.ts";

/**
 * `plan.json`: what a capacity plan found, and all that its page is made from.
 *
 * A figure is the mean over the runs of one condition, one number a run; `low` and `high` are its
 * two-sided Student-t interval at the plan's confidence. Ratios are 0..1, times are ms. `null` stands
 * for "nothing was measured". `scenario.seeds` is the most runs of a configuration under one condition;
 * what is undecided then shares further ones, of which none gets more than as many again.
 */

const count = z.int().nonnegative();
const maybe = z.number().nullable();
const cost = z.number().nonnegative();

const Check = z.strictObject({
  condition: z.string(),
  gate: z.string(),
  seeds: count.describe("Runs that the figure comes from."),
  observed: maybe.describe("Mean over the runs, in the unit of the gate."),
  low: maybe,
  high: maybe,
  decision: z
    .enum(["holds", "fails", "open"])
    .describe("open: the limit lies inside the interval of the test."),
});
export type PlanCheck = z.infer<typeof Check>;

const Outcome = z.enum(["pass", "fail", "tie", "partial"]);

const Configuration = z.strictObject({
  values: z.array(z.string()).describe("As they are written, in the order of the knobs."),
  cost: cost.nullable().describe("null: the plan says no cost of a present value."),
  outcome: Outcome.describe(
    "pass: every gate holds under every condition. fail: one fails, and no more was measured then. " +
      "tie: a limit lies inside an interval under all seeds. partial: the search was stopped.",
  ),
  binding: z
    .strictObject({ condition: z.string(), gate: z.string() })
    .nullable()
    .describe("The check that is nearest to its limit, or farthest beyond it."),
  checks: z.array(Check),
  verification: z
    .strictObject({ outcome: Outcome, checks: z.array(Check) })
    .nullable()
    .describe(
      "The same under fresh seeds; of the cheapest in longer runs, of one that failed under the " +
        "condition where it failed. null: not done.",
    ),
});
export type PlanConfiguration = z.infer<typeof Configuration>;

const Knob = z.strictObject({
  path: z.string(),
  isCapacity: z.boolean().describe("More of it is taken to be never worse."),
  values: z.array(z.strictObject({ text: z.string(), cost })),
  present: z.strictObject({
    text: z.string(),
    place: z.int().min(-1).describe("Among the values; -1: it is none of them."),
    cost: cost.nullable(),
  }),
});

const HeadroomRow = z.strictObject({
  of: z.enum(["present", "cheapest"]),
  failure: z.string().nullable().describe("null: none but the scenario's own faults."),
  holdsTo: maybe.describe("Times the scenario's load; null: it holds at none that was tried."),
  failsAt: maybe.describe("null: it fails at none that was tried."),
  gate: z.string().nullable().describe("The gate that fails then."),
  observed: maybe,
  station: z
    .string()
    .nullable()
    .describe("The bottleneck then; null: no station was at its limit."),
});
export type PlanHeadroom = z.infer<typeof HeadroomRow>;

const Point = z.strictObject({
  values: z.array(z.string()),
  cost,
  uncreditedRatio: z.number().min(0),
  outcome: Outcome,
  isOnFront: z.boolean().describe("No other costs as little and loses as little."),
});
export type PlanPoint = z.infer<typeof Point>;

export const PlanResult = z.strictObject({
  schema: z.literal("tillstorm.plan/1"),
  verdict: z
    .enum(["found", "tie", "none", "partial"])
    .describe("tie: a cheaper one may pass too, or the cheapest may not. none: all fail."),
  reasons: z.array(z.string()).describe("Why it is partial or doubtful."),
  partial: z.boolean(),
  environment: Result.shape.environment,
  scenario: Result.shape.scenario,
  question: z.strictObject({
    costUnit: z.string(),
    confidenceRatio: z.number(),
    verifySeeds: count.describe("Most fresh seeds a condition, on average over the conditions."),
    verifyMs: z.number().positive().describe("Length of those runs."),
    gates: z.array(
      z.strictObject({
        expression: z.string(),
        unit: z.enum(["count", "ratio", "duration", "minor", "number"]),
      }),
    ),
    conditions: z.array(z.string()),
    knobs: z.array(Knob).min(1),
  }),
  cheapest: Configuration.nullable().describe("The cheapest that passes."),
  ties: z.array(Configuration).describe("Cheaper ones that may pass."),
  reject: Configuration.nullable().describe("The cheaper one that failed by least."),
  nearest: Configuration.nullable().describe("Where none passes: the one that failed by least."),
  present: Configuration.describe("The scenario as it is."),
  headroom: z.array(HeadroomRow),
  front: z.strictObject({
    condition: z.string().describe("Under which all points were measured: the hardest."),
    points: z.array(Point).describe("By cost. What was ruled out unsimulated is not among them."),
  }),
  effort: z.strictObject({
    configurations: count,
    simulated: count,
    prunedByStability: count.describe("A short calculation shows that it cannot hold."),
    prunedByMonotony: count.describe("One with more capacity failed."),
    prunedByCost: count.describe("It costs more than one that passes."),
    undecided: count.describe("Left when the search was stopped."),
    monotoneChecked: count.describe("Of those ruled out by monotony, simulated after all."),
    isMonotoneBroken: z.boolean().describe("One of them did not fail: all were simulated then."),
    runs: count,
    activations: count,
  }),
  patch: z
    .strictObject({
      variant: z.string(),
      overrides: z.array(z.strictObject({ path: z.string(), value: z.string() })).min(1),
    })
    .nullable()
    .describe("The cheapest as a variant; null: there is none, or nothing is to be changed."),
});
export type PlanResult = z.infer<typeof PlanResult>;

/** The text of `plan.json`. Throws if the plan breaks its own schema: our bug. */
export function renderPlanResult(plan: PlanResult): string {
  return `${JSON.stringify(PlanResult.parse(plan), null, 1)}\n`;
}

/**
 * Reads a stored plan.
 *
 * @throws {UsageError} `RESULT_INVALID` when the text is no plan of this version.
 */
export function parsePlanResult(text: string, file: string): PlanResult {
  return parseJson(PlanResult, text, file, "plan");
}
