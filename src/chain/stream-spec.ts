import { z } from "zod";
import { AmountDistribution } from "../kernel/distribution.ts";
import { Name } from "../kernel/name.ts";
import { PositiveCount, PositiveDuration } from "../kernel/units.ts";
import { Arrivals } from "../traffic/arrivals.ts";
import { callPolicies } from "./call-policies.ts";
import { PatienceSpec } from "./service-spec.ts";

/** One kind of traffic: a journey of merchants, or one plain request. */
export const StreamSpec = z.strictObject({
  journey: Name.optional().describe(
    "The operation of the service `operator` that merchants start at their terminals.",
  ),
  calls: z
    .string({ error: () => "expected an operation such as bank.activate" })
    .regex(/^[A-Za-z][\w-]*\.[A-Za-z][\w-]*$/, {
      error: () => "expected an operation such as bank.activate",
    })
    .optional()
    .describe("Instead of a journey: one plain request, `service.operation`."),
  arrivals: Arrivals,
  merchants: PositiveCount.default(10_000).describe("How many merchants there are."),
  amount: AmountDistribution.default({ lognormal: { median: 21.33, p99: 1081 } }).describe(
    "Money of each activation. Default: the median and p99 of the ULB card data set of 2013.",
  ),
  timeout: PositiveDuration.optional().describe(
    "The terminal stops waiting for one attempt after this. Absent: as long as the merchant waits.",
  ),
  ...callPolicies,
  patience: PatienceSpec.optional().describe("Absent: they wait until the run ends."),
});
export type StreamSpec = z.output<typeof StreamSpec>;
