import { z } from "zod";
import { AmountDistribution } from "../kernel/distribution.ts";
import { Name } from "../kernel/name.ts";
import { PositiveDuration } from "../kernel/units.ts";
import { Arrivals } from "../traffic/arrivals.ts";
import { MerchantsSpec } from "../traffic/population.ts";
import { callPolicies } from "./call-policies.ts";
import { LinksSpec, PagesSpec } from "./identity-spec.ts";
import { ReversalSpec } from "./reversal-spec.ts";
import { PatienceSpec } from "./service-spec.ts";

/** One kind of traffic: a journey of merchants, or one plain request. */
export const StreamSpec = z.strictObject({
  journey: z
    .union([Name, z.array(Name).min(1).max(16)], {
      error: () => "expected an operation such as activate, or a list such as [open, activate]",
    })
    .optional()
    .describe(
      "The operation of the service `operator` that merchants start at their terminals; or a list " +
        "of them, one after the other, of which each must be approved before the next is asked.",
    ),
  calls: z
    .string({ error: () => "expected an operation such as bank.activate" })
    .regex(/^[A-Za-z][\w-]*\.[A-Za-z][\w-]*$/, {
      error: () => "expected an operation such as bank.activate",
    })
    .optional()
    .describe("Instead of a journey: one plain request, `service.operation`."),
  arrivals: Arrivals,
  merchants: MerchantsSpec,
  amount: AmountDistribution.default({ lognormal: { median: 21.33, p99: 1081 } }).describe(
    "Money of each activation. Default: the median and p99 of the ULB card data set of 2013.",
  ),
  timeout: PositiveDuration.optional().describe(
    "The terminal stops waiting for one attempt after this. Absent: as long as the merchant waits.",
  ),
  ...callPolicies,
  links: LinksSpec.optional(),
  pages: PagesSpec.optional(),
  reversal: ReversalSpec.optional().describe(
    "Takes a payment back of which the terminal does not know whether it stands. Absent: it does not.",
  ),
  patience: PatienceSpec.optional().describe("Absent: they wait until the run ends."),
});
export type StreamSpec = z.output<typeof StreamSpec>;
