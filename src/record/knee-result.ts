import { z } from "zod";
import { parseJson } from "./parse-json.ts";
import { Environment, RanScenario } from "./result.ts";

const count = z.int().nonnegative();
const ratio = z.number().min(0);
const load = z.number().positive();

const LoadPoint = z.strictObject({
  load: load.describe("Factor on the scenario's own load: 1 is the load as it is written."),
  offeredPerSecond: z
    .number()
    .nonnegative()
    .describe("Activations planned, mean over the traffic."),
  creditedPerSecond: z
    .number()
    .nonnegative()
    .describe("Credited within the promise, mean over the traffic: the throughput that counts."),
  latencyP50Ms: z.number().nullable(),
  latencyP99Ms: z.number().nullable(),
  uncreditedRatio: ratio.nullable(),
  holds: z
    .boolean()
    .describe("Every gate passed; without gates: the uncredited rate is below 1 %."),
});
export type LoadPoint = z.infer<typeof LoadPoint>;

/** Between two loads that were measured lies what was looked for. */
const Edge = z.strictObject({
  lastGoodLoad: load,
  firstBadLoad: load,
});
export type Edge = z.infer<typeof Edge>;

const Usl = z.strictObject({
  unitLoad: load.describe("The load that is N = 1 in X(N) = λN / (1 + σ(N − 1) + κN(N − 1))."),
  lambdaPerSecond: z.number(),
  sigma: z.number().nonnegative().describe("Contention."),
  kappa: z.number().nonnegative().describe("Crosstalk: the throughput falls beyond the peak."),
  peakLoad: load.nullable().describe("Where the law has its peak; null: it has none."),
  r2: z.number().describe("1 - residual / total sum of squares of the throughput."),
  isPoor: z.boolean().describe("r2 below 0.95: the law does not describe this chain."),
});

const Recovery = z.strictObject({
  load,
  state: z
    .enum(["recovered", "recovering", "stuck"])
    .describe(
      "After a spike beyond the collapse, back at this load. recovered: the last tenth of the traffic " +
        "is as good as without the spike: the uncredited within 2 points, what waits within twice as " +
        "many and a tenth of the most that ever waited. recovering: not yet, but what waits grew " +
        "less by 5 % at least over the second half. stuck: neither.",
    ),
  uncreditedRatio: ratio.nullable().describe("In the last tenth of the traffic."),
  controlRatio: ratio.nullable().describe("The same without the spike, under the same draws."),
  waitingHalfway: z.number().nonnegative().describe("Requests waiting at half of the traffic."),
  waitingAtEnd: z.number().nonnegative(),
});
export type Recovery = z.infer<typeof Recovery>;

const Hysteresis = z.strictObject({
  spikeLoad: load.describe("Load during the spike."),
  spikeFromMs: z.number(),
  spikeForMs: z.number().positive(),
  tests: z.array(Recovery).describe("By load."),
  edge: Edge.nullable().describe(
    "Between the greatest load at which it comes back and the least at which it does not; null: it " +
      "comes back wherever it was tested, or nowhere.",
  ),
  isMetastable: z
    .boolean()
    .describe("At some load at which it is well by itself, it does not come back after a spike."),
});
export type Hysteresis = z.infer<typeof Hysteresis>;

/** `knee.json`: what happens as the load grows, and when it falls again. */
export const Knee = z.strictObject({
  schema: z.literal("tillstorm.knee/1"),
  partial: z.boolean().describe("Ended before its time: what was not measured is missing or null."),
  environment: Environment,
  scenario: RanScenario,
  variant: z.string(),
  gates: z.array(z.string()).describe("What must hold; empty: an uncredited rate below 1 %."),
  points: z.array(LoadPoint).describe("By load."),
  pointCount: count,
  knee: Edge.nullable().describe("Between the last load that holds and the first that does not."),
  latencyKneeLoad: load
    .nullable()
    .describe("Where the p99 bends most, up to the collapse: the Kneedle of Satopää et al. 2011."),
  collapse: Edge.nullable().describe("Half of what is due is not credited from somewhere between."),
  usl: Usl.nullable(),
  hysteresis: Hysteresis.nullable(),
  notes: z.array(z.string()).describe("What could not be found, and why."),
});
export type Knee = z.infer<typeof Knee>;

/** @throws {UsageError} `RESULT_INVALID` when the text is no knee of this version. */
export function parseKnee(text: string, file: string): Knee {
  return parseJson(Knee, text, file, "knee");
}
