import { z } from "zod";
import { causes, endings, outcomes } from "../domain/outcome.ts";
import { Money } from "./money-result.ts";
import { Parity } from "./parity-result.ts";
import { parseJson } from "./parse-json.ts";
import { Tail } from "./tail-result.ts";

/**
 * `result.json`: all that a run leaves behind, and all that a report is made from.
 *
 * Ratios are 0..1, times are ms since the start of the run (or its window), counts are whole.
 * With several seeds, counts are sums over the runs, percentiles come from all samples of all
 * runs, and series are means per run. `null` stands for "nothing was measured".
 */

const count = z.int().nonnegative();
const ratio = z.number().min(0);
const ms = z.number();
const maybeMs = ms.nullable();
const maybeRatio = ratio.nullable();

function countsOf<const K extends string>(keys: readonly K[]) {
  return z.record(z.enum(keys as [K, ...K[]]), count);
}

/** A distribution of times, from all samples; null throughout when there was none. */
const Spread = z
  .strictObject({
    count: count.describe("Samples."),
    mean: maybeMs,
    p50: maybeMs,
    p90: maybeMs,
    p99: maybeMs,
    p999: maybeMs,
    max: maybeMs,
  })
  .describe("Percentiles are within 0.1 % of the exact sample quantile (HDR histogram). [ms]");
export type Spread = z.infer<typeof Spread>;

const Station = z.strictObject({
  name: z.string().describe("service.stage, all replicas together."),
  replicas: count,
  workers: count.describe("Workers of one replica."),
  arrivals: count.describe("Requests that came to the stage."),
  completions: count.describe("Requests whose worker was done with them."),
  dropped: count.describe("Turned away because the queue was full, or by a policy of the stage."),
  failed: count.describe("Failed by a fault at the stage."),
  expired: count
    .optional()
    .describe("Left the queue unserved because their deadline passed. Absent: none."),
  killed: count.optional().describe("Were at the stage when its replica was killed. Absent: none."),
  utilisationRatio: ratio.describe(
    "Mean share of workers that were busy during the traffic, waiting for a downstream answer included.",
  ),
  blockedRatio: ratio.describe(
    "Mean share of workers that were held by an unanswered downstream call. Part of utilisationRatio.",
  ),
  queueMean: z.number().nonnegative().describe("Mean number waiting, all replicas together."),
  queueMax: count.describe("Most that waited at once, at one replica."),
  waitedRatio: maybeRatio.describe("Share of the started requests that had to wait."),
  waitMeanMs: maybeMs,
  waitP50Ms: maybeMs,
  waitP99Ms: maybeMs,
  serviceMeanMs: maybeMs.describe(
    "Mean time that a worker was taken, a held downstream call included.",
  ),
});
export type StationResult = z.infer<typeof Station>;

const StationSeries = z.strictObject({
  name: z.string(),
  arrivals: z.array(z.number()),
  dropped: z.array(z.number()),
  utilisationRatio: z.array(ratio),
  queueMean: z.array(z.number().nonnegative()),
  blockedRatio: z
    .array(ratio)
    .optional()
    .describe("Share of workers held by an unanswered call. Part of utilisationRatio."),
  queueEnd: z
    .array(z.number().nonnegative())
    .optional()
    .describe("Requests waiting as the bucket ends."),
});

const Series = z.strictObject({
  bucketMs: ms.positive(),
  timesMs: z.array(ms).describe("Start of each bucket. Activations count where they were planned."),
  planned: z.array(z.number()),
  credited: z.array(z.number()),
  late: z.array(z.number()),
  declined: z.array(z.number()),
  blocked: z.array(z.number()),
  lost: z.array(z.number()),
  causes: z
    .record(z.enum(causes), z.array(z.number()))
    .optional()
    .describe("Late and lost activations by what they suffered from, where they were planned."),
  latencyP50Ms: z.array(maybeMs),
  latencyP99Ms: z.array(maybeMs),
  sendLagP99Ms: z.array(maybeMs).describe("Live only; else empty."),
  stations: z.array(StationSeries),
});
export type Series = z.infer<typeof Series>;

export const Bottleneck = z.strictObject({
  station: z.string(),
  fromMs: ms,
  toMs: ms,
  why: z.string().describe("One sentence for the reader of the report."),
  soleRatio: ratio
    .optional()
    .describe(
      "Share of the spell in which it alone was the bottleneck. In the rest its period at the limit " +
        "overlaps with that of the bottleneck before or after it: the bottleneck shifts.",
    ),
  arrivalsPerSecond: z.number().nonnegative().optional().describe("Requests that came to it."),
  droppedPerSecond: z.number().nonnegative().optional().describe("Turned away."),
  drainedPerSecond: z
    .number()
    .optional()
    .describe(
      "Left its queue, or passed it by: taken up by a worker, failed, or past its deadline. What came, less what " +
        "was turned away and what the queue grew by.",
    ),
  queueGrowthPerSecond: z.number().optional().describe("How fast its queue grew, or shrank."),
  victims: z
    .array(z.string())
    .optional()
    .describe("Stations at their limit only because their workers are held by calls to it."),
  heldBy: z
    .array(z.string())
    .optional()
    .describe("It mostly waits itself, for these services, and no station there was at its limit."),
});
export type Bottleneck = z.infer<typeof Bottleneck>;

export const BottleneckShare = z.strictObject({
  station: z.string(),
  soleRatio: ratio.describe("Share of the run in which it alone was the bottleneck."),
  shiftingRatio: ratio.describe(
    "Share of the run in which its period at the limit overlaps with that of the bottleneck before " +
      "or after it. Both of the two count it.",
  ),
});
export type BottleneckShare = z.infer<typeof BottleneckShare>;

const Gate = z.strictObject({
  expression: z.string(),
  observed: z.number().nullable().describe("In the unit of the figure: ms, ratio or count."),
  passed: z.boolean(),
});
export type GateResult = z.infer<typeof Gate>;

const Policies = z.strictObject({
  site: z
    .string()
    .describe("service.stage or traffic.stream that calls; or a service, at its door."),
  counts: z.record(z.string(), count).describe("How often each did what; only what is above 0."),
});
export type PoliciesResult = z.infer<typeof Policies>;

const Interval = z
  .strictObject({
    metric: z.string().describe("The figure as gates call it, such as p99(latency)."),
    mean: z
      .number()
      .describe("Of one number a run (or batch). In the unit of the figure: ms, ratio, count."),
    low: z.number().nullable().describe("95 % Student-t interval; null of a single number."),
    high: z.number().nullable(),
    seeds: count.describe("Runs that measured it."),
    batches: count.optional().describe("One steady run, cut into so many. Absent: whole runs."),
    doubt: z.string().optional().describe("Why it is to be read with care. Absent: nothing known."),
  })
  .describe("How well a figure is known.");
export type Interval = z.infer<typeof Interval>;

const Variant = z.strictObject({
  name: z.string(),
  seeds: count.describe("Runs that the figures come from."),
  planned: count.describe("Activations due; the sum of the accounting."),
  accounting: countsOf(endings),
  outcomes: countsOf(outcomes),
  uncreditedRatio: ratio.describe("(late + lost) / (all - declined - blocked)."),
  causes: countsOf(causes),
  unnotified: count.describe(
    "Credited, but the merchant was never told: by no answer, no notice, no settlement.",
  ),
  attempts: count.describe("Requests that terminals sent, re-taps included."),
  integrity: z.strictObject({
    doubleCredited: count.describe("Credited more than once."),
    phantom: count.describe("The merchant was told approved; the ledger says no."),
    missing: count.describe("The bank answered approved; the ledger says no."),
    leaked: count.describe("A forged link was let through."),
  }),
  money: Money.optional().describe("The books, as an auditor finds them. Absent: nothing posts."),
  timeToCreditMs: Spread.describe("From the planned instant to the credit."),
  latencyMs: Spread.describe("From the planned instant to the final answer at the terminal."),
  serviceTimeMs: Spread.describe("From the actual first send to the final answer."),
  sendLagMs: Spread.describe("From the planned to the actual send. Live only; else no samples."),
  stations: z.array(Station),
  policies: z
    .array(Policies)
    .optional()
    .describe("What the remedies did, by call site and service. Absent: there were none."),
  intervals: z
    .array(Interval)
    .optional()
    .describe("How well each figure is known. Absent: one run, and no steady state asked for."),
  series: Series,
  bottlenecks: z.array(Bottleneck),
  bottleneckShares: z.array(BottleneckShare).optional().describe("By station, the greatest first."),
  tail: Tail.optional().describe(
    "Where the slowest lost their time. Simulated only, and on demand.",
  ),
  gates: z.array(Gate),
});
export type VariantResult = z.infer<typeof Variant>;

const Comparison = z.strictObject({
  variant: z.string(),
  against: z.string(),
  metric: z.string().describe("Name of the figure, with its unit."),
  difference: z.number().describe("Variant minus the other; mean of the paired differences."),
  low: z.number().nullable().describe("95 % Student-t interval; null with fewer than two seeds."),
  high: z.number().nullable(),
  seeds: count,
  pHolm: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      "How likely such a difference were if there was none: Student's t, corrected by Holm for all variants compared by this metric. Absent with fewer than two seeds.",
    ),
  varianceSaved: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      "(var a + var b) / var(a - b) over the seeds: how many times the runs that independent luck would have needed. Absent where the differences do not vary.",
    ),
});
export type Comparison = z.infer<typeof Comparison>;

const FaultBand = z.strictObject({
  label: z.string().describe("What a reader sees, such as: bank.risk slow 3x."),
  on: z.string(),
  fromMs: ms,
  toMs: ms,
});
export type FaultBand = z.infer<typeof FaultBand>;

/** What was run. */
export const RanScenario = z.strictObject({
  name: z.string(),
  title: z.string(),
  hash: z.string().describe("SHA-256 of the scenario as read, defaults filled in."),
  seed: z.string(),
  seeds: count,
  durationMs: ms.positive().describe("Length of the traffic, or of the window of it that was run."),
  windowFromMs: ms.describe("Where in the scenario the run began."),
  promiseMs: ms,
  warmUp: z
    .strictObject({
      ms: ms.describe("Figures leave out what was planned, and what stations did, before this."),
      pilots: count.describe("Runs from which MSER-5 found it; 0: the scenario says it."),
      isAtBound: z.boolean().describe("MSER-5 would have left out half of a pilot or more."),
    })
    .optional()
    .describe(
      "Of a scenario that asks for its steady state. Series and books are of the whole run.",
    ),
  text: z.string().describe("The scenario file as it was read."),
});

const Precision = z
  .strictObject({
    metric: z.string().describe("The figure as gates call it."),
    targetRatio: ratio.describe(
      "Half width of its 95 % interval, over its mean, that was asked for.",
    ),
    reached: z.boolean().describe("Whether every variant has it that narrow."),
    found: z.array(z.strictObject({ variant: z.string(), ratio: maybeRatio })),
  })
  .describe("Of `--precision` alone: seeds were added until a figure was known so well.");
export type Precision = z.infer<typeof Precision>;

/** Where and how it was run. */
export const Environment = z.strictObject({
  tillstorm: z.string(),
  node: z.string(),
  platform: z.string(),
  cpus: count,
  cpuModel: z.string(),
  startedAt: z.string().describe("ISO 8601."),
  elapsedMs: ms,
  command: z.string().describe("How to run it again."),
});

export const Result = z.strictObject({
  schema: z.literal("tillstorm.result/1"),
  mode: z.enum(["simulated", "live"]),
  verdict: z.enum(["pass", "fail", "inconclusive"]),
  reasons: z.array(z.string()).describe("Why the run is inconclusive, partial or doubtful."),
  partial: z.boolean().describe("The run was ended before its time."),
  environment: Environment,
  scenario: RanScenario,
  faults: z.array(z.strictObject({ variant: z.string(), bands: z.array(FaultBand) })),
  variants: z.array(Variant).min(1),
  predictions: z.array(Variant).describe("Live only: the same variants, simulated. Else empty."),
  comparisons: z.array(Comparison),
  precision: Precision.optional(),
  parity: z.array(Parity).optional().describe("Of `verify` alone: both worlds, held together."),
});
export type Result = z.infer<typeof Result>;

/** The text of `result.json`. Throws if the result breaks its own schema: our bug. */
export function renderResult(result: Result): string {
  return `${JSON.stringify(Result.parse(result), null, 1)}\n`;
}

/**
 * Reads a stored result.
 *
 * @throws {UsageError} `RESULT_INVALID` when the text is no result of this version.
 */
export function parseResult(text: string, file: string): Result {
  return parseJson(Result, text, file, "result");
}
