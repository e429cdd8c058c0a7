import { z } from "zod";
import { AdvanceSpec } from "../chain/advance-spec.ts";
import { LinkSpec, ServiceSpec } from "../chain/service-spec.ts";
import { StreamSpec } from "../chain/stream-spec.ts";
import { Fault } from "../fault/fault.ts";
import { Name } from "../kernel/name.ts";
import { Duration, PositiveDuration } from "../kernel/units.ts";
import { Window } from "../kernel/window.ts";
import { PlanSpec } from "./plan-spec.ts";

const path = z
  .string()
  .describe("A dotted path into the scenario, such as services.bank.replicas.");

/** The whole scenario file. Types, defaults, the JSON Schema and the reference come from here. */
export const Scenario = z.strictObject({
  name: Name.describe("Short name; the folder of the report is called after it."),
  title: z
    .string({ error: () => "expected a text" })
    .optional()
    .describe("Heading of the report."),
  seed: z
    .union([z.string(), z.int()], { error: () => "expected a text or a whole number" })
    .default("1")
    .transform(String)
    .describe("Same seed, same luck, same result."),
  duration: PositiveDuration.describe("Time during which activations start."),
  promise: PositiveDuration.default(30_000).describe("Credited later than this is late."),
  warmUp: z
    .union([Duration, z.literal("auto")], {
      error: () => "expected a duration such as 5m, or auto",
    })
    .optional()
    .describe(
      "Asks for the steady state: figures leave out what was planned, and what stations did, before this; `auto` finds it by MSER-5 in runs of its own. Absent: the whole run counts, as for a peak or a fault it should. For `simulate` alone.",
    ),
  drain: Duration.default(60_000).describe(
    "Longest wait after the traffic for what is still under way; then it counts as unfinished.",
  ),
  traffic: z.record(Name, StreamSpec).describe("Streams of traffic, by name."),
  network: z
    .record(z.string(), LinkSpec)
    .default({})
    .describe("Links by their ends, such as terminal-operator. Absent: no delay, no loss."),
  services: z.record(Name, ServiceSpec).describe("The services of the chain, by name."),
  faults: z.array(Fault).default([]).describe("What goes wrong, and when."),
  advance: AdvanceSpec.optional().describe(
    "Lends money to merchants whose own is stuck. Absent: nobody does.",
  ),
  variants: z
    .record(Name, z.record(path, z.unknown()))
    .default({})
    .describe("Remedies to try: each changes the scenario at dotted paths."),
  gates: z
    .array(z.string({ error: () => "expected a gate such as uncredited_rate < 1%" }))
    .default([])
    .describe("What must hold, such as p99(time_to_credit) < 5s."),
  plan: PlanSpec.optional().describe(
    "What may be bought, at which cost, for which loads. Absent: `tillstorm plan` has nothing to do.",
  ),
  live: z
    .strictObject({
      window: Window.optional().describe("The part that a live run takes, such as 8m..10m."),
    })
    .default({})
    .describe("How the scenario is run live, if not as a whole."),
});
/** Validated, with the defaults filled in: what every module takes. Times in ms, rates per second. */
export type Scenario = z.output<typeof Scenario>;
