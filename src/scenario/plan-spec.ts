import { z } from "zod";
import { DownKind, Fault } from "../fault/fault.ts";
import { Name } from "../kernel/name.ts";
import { Duration, Factor, Share } from "../kernel/units.ts";
import { Window } from "../kernel/window.ts";

/**
 * The `plan` of a scenario: what may be bought, what it costs, and under which loads and failures the
 * gates must hold. `tillstorm plan` looks for the cheapest that does.
 */

const valueMaxCount = 100;
const rangeForm =
  "expected a range such as 1..6 or 10..100 by 10 (upwards, at most 100 values), or a list of values";

/** `1..6`, `10..100 by 10`: whole numbers, both ends included; `undefined` if it is no range. */
export function parseRange(text: string): readonly number[] | undefined {
  const match = /^(\d{1,7})\.\.(\d{1,7})(?: by (\d{1,7}))?$/.exec(text);
  if (match === null) return undefined;
  const [from, to, by] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)];
  if (to < from || by < 1 || (to - from) / by >= valueMaxCount) return undefined;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
}

const Values = z
  .union(
    [
      z
        .string({ error: () => rangeForm })
        .refine((text) => parseRange(text) !== undefined, { error: rangeForm }),
      z
        .array(z.unknown())
        .min(1, { error: "expected at least one value" })
        .max(valueMaxCount, { error: `expected at most ${valueMaxCount} values` }),
    ],
    { error: () => rangeForm },
  )
  .describe("The values to choose from: a range of whole numbers, or a list of any values.");

const amount = z
  .number({ error: () => "expected a number such as 40" })
  .nonnegative({ error: "expected a number from 0" })
  .max(1e12, { error: "expected a number up to 1000000000000" });

/** One thing that may vary. */
const Knob = z
  .strictObject(
    {
      values: Values,
      cost: amount
        .optional()
        .describe("Of one unit: a value of 3 costs three times as much. Absent: it is free."),
      costs: z
        .array(amount)
        .optional()
        .describe("Of each value, in their order, instead of `cost`."),
      capacity: z
        .boolean({ error: () => "expected true or false" })
        .optional()
        .describe(
          "true: more of it is never worse, so what fails with more fails with less. The search " +
            "leaves out what that rules out, and checks some of it. Default: true of `replicas` " +
            "and `workers`, else false.",
        ),
    },
    {
      error: (issue) =>
        issue.code === "invalid_type"
          ? "expected values such as { values: 1..6, cost: 40 }"
          : undefined,
    },
  )
  .refine((it) => it.cost === undefined || it.costs === undefined, {
    error: "expected cost or costs, not both",
    path: ["costs"],
  });

const Load = Factor.refine((factor) => factor > 0, { error: "expected a factor above 0x" });
const loads = z
  .array(Load, { error: () => "expected a list of factors such as [1x, 2x]" })
  .min(1, { error: "expected at least one factor" })
  .max(16, { error: "expected at most 16 factors" })
  .refine((it) => new Set(it).size === it.length, { error: "expected each factor once" });

/** What breaks besides, for as long as the plan's window lasts, unless a fault says otherwise. */
const Failure = z
  .strictObject({
    replicaDown: z
      .union([z.literal("any"), Name, z.array(Name).min(1)], {
        error: () => "expected any, a service such as bank, or a list of services",
      })
      .optional()
      .describe(
        "One replica is down all the time: of each service in turn (any), or of those named. It is " +
          "the last one, which stands for any: replicas are alike.",
      ),
    down: DownKind.default("refuse").describe("How it is down, as in a fault."),
    faults: z
      .array(Fault)
      .min(1, { error: "expected at least one fault" })
      .optional()
      .describe("Faults in addition to the scenario's own, in the same words."),
    loads: loads.optional().describe("For these loads alone. Absent: for all loads of the plan."),
  })
  .refine((it) => it.replicaDown !== undefined || it.faults !== undefined, {
    error: "expected replicaDown, faults, or both",
  });
export type PlanFailure = z.output<typeof Failure>;

const Budget = z.strictObject({
  seeds: z
    .int({ error: () => "expected a whole number from 4" })
    .min(4, { error: "expected at least 4 seeds" })
    .max(1_000, { error: "expected at most 1000 seeds" })
    .default(24)
    .describe(
      "Most runs of a configuration under one load and failure; the last candidates share as many " +
        "again. The cheapest is then verified under as many fresh seeds, and more where a limit is " +
        "near, in runs that are twice as long if the scenario is.",
    ),
  configurations: z
    .int({ error: () => "expected a whole number from 1" })
    .min(1, { error: "expected at least 1 configuration" })
    .max(100_000, { error: "expected at most 100000 configurations" })
    .default(400)
    .describe("Most configurations that are simulated; then the plan is partial."),
  time: Duration.refine((ms) => ms > 0, { error: "expected a duration above 0, such as 5m" })
    .optional()
    .describe("Longest search by the clock; then the plan is partial. Absent: no limit."),
});

export const PlanSpec = z
  .strictObject({
    costUnit: z
      .string({ error: () => "expected a text such as EUR/month" })
      .min(1, { error: "expected a text such as EUR/month" })
      .max(40, { error: "expected at most 40 characters" })
      .default("cost units")
      .describe("What costs are counted in."),
    vary: z
      .record(z.string(), Knob)
      .refine((it) => Object.keys(it).length >= 1, { error: "expected at least one path" })
      .refine((it) => Object.keys(it).length <= 16, { error: "expected at most 16 paths" })
      .describe("What may vary: dotted paths as in a variant, with the values to choose from."),
    loads: loads
      .prefault(["1x"])
      .describe(
        "The gates must hold under each: rates of open traffic, terminals of a closed population " +
          "and the speed of a trace are multiplied, under the same draws.",
      ),
    failures: z
      .record(Name, Failure)
      .default({})
      .describe("The gates must hold under each of these too, one at a time, and under none."),
    gates: z
      .array(z.string({ error: () => "expected a gate such as uncredited_rate < 1%" }))
      .min(1, { error: "expected at least one gate" })
      .optional()
      .describe("What must hold. Absent: the scenario's own gates."),
    confidence: Share.refine((it) => it >= 0.5 && it < 1, {
      error: "expected a share from 50% to below 100%, such as 95%",
    })
      .default(0.95)
      .describe("How sure it must be that a gate holds, or does not."),
    window: Window.optional().describe(
      "The part of the scenario that is simulated, such as 8m..9m; it starts empty. Absent: " +
        "`live.window`, else all of it.",
    ),
    budget: Budget.prefault({}).describe("How much the search may simulate."),
  })
  .describe("What may be bought, at which cost, for which loads: see `tillstorm plan`.");
export type PlanSpec = z.output<typeof PlanSpec>;
