import { z } from "zod";
import { parseJson } from "./parse-json.ts";
import { Environment, RanScenario } from "./result.ts";

const count = z.int().nonnegative();

/** The figures that a profile looks at, of one run each. */
export const profileMetrics = ["latencyMeanMs", "latencyP99Ms", "uncreditedRatio"] as const;
export type ProfileMetric = (typeof profileMetrics)[number];

const Effect = z.strictObject({
  metric: z.enum(profileMetrics),
  difference: z.number().describe("With the change minus without: mean of the paired differences."),
  low: z.number().describe("Interval that holds for all rows of this figure together."),
  high: z.number(),
  effect: z
    .enum(["better", "worse", "none shown"])
    .describe("better, worse: the interval excludes 0."),
});
export type ProfileEffect = z.infer<typeof Effect>;

const Row = z.strictObject({
  kind: z
    .enum(["faster", "worker", "replica", "link", "retries"])
    .describe(
      "faster: a stage does 1.1 times as much in the same time. worker: one worker more in each " +
        "replica. replica: one replica more of a service. link: 1.1 times as fast. retries: half of " +
        "them, rounded down.",
    ),
  target: z.string().describe("Stage, service, link or call site."),
  effects: z.array(Effect).describe("Empty: never measured in both."),
});
export type ProfileRow = z.infer<typeof Row>;

/** `profile.json`: what each small change would be worth. */
export const Profile = z.strictObject({
  schema: z.literal("tillstorm.profile/1"),
  partial: z.boolean().describe("Ended before its time: changes that were not tried are missing."),
  environment: Environment,
  scenario: RanScenario,
  variant: z.string(),
  stages: z
    .array(z.string())
    .optional()
    .describe("Only changes of these stages were to try; absent: every change."),
  changeCount: count.describe("Changes that there are to try."),
  jointConfidence: z.number().describe("Of the intervals of one figure, for all rows together."),
  baseline: z.strictObject({
    latencyMeanMs: z.number().nullable(),
    latencyP99Ms: z.number().nullable(),
    uncreditedRatio: z.number().nullable(),
  }),
  rows: z.array(Row).describe("The most worth first: by the uncredited rate, then by the p99."),
});
export type Profile = z.infer<typeof Profile>;

/** @throws {UsageError} `RESULT_INVALID` when the text is no profile of this version. */
export function parseProfile(text: string, file: string): Profile {
  return parseJson(Profile, text, file, "profile");
}
