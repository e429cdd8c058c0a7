import { z } from "zod";

/**
 * What `verify` adds to a result: both worlds under the same draws, figure beside figure.
 *
 * `low` and `high` are the sensitivity band: the least and the most that the simulation says when
 * its messages take a millisecond or so longer, as they do on real sockets.
 */

const count = z.int().nonnegative();
const maybe = z.number().nullable();
const maybes = z.array(maybe);

const Unit = z.enum(["ms", "ratio", "count"]);

const figureNames = [
  "planned",
  "outcome",
  "cause",
  "books",
  "latency",
  "busy",
  "queue",
  "pair-error",
  "pair-outcome",
] as const;

const Figure = {
  figure: z.enum(figureNames).describe("What is compared."),
  of: z
    .string()
    .describe("Which outcome, cause, percentile or station; empty where there is but one."),
  unit: Unit,
};

const Row = z.strictObject({
  ...Figure,
  predicted: maybe,
  low: maybe,
  high: maybe,
  measured: maybe,
  tolerance: maybe.describe("Beyond the band, in the figure's unit. null: reported, not judged."),
  isWithin: z.boolean().describe("low - tolerance <= measured <= high + tolerance."),
});
export type ParityRow = z.infer<typeof Row>;

const Curve = z.strictObject({
  ...Figure,
  predicted: maybes,
  low: maybes,
  high: maybes,
  measured: maybes,
  tolerance: maybes.describe("null: this bucket is not judged."),
  judgedCount: count.describe("Buckets that are judged."),
  withinCount: count.describe("Buckets of them whose measurement lies within its tolerance."),
  neededCount: count.describe("So many must."),
  isWithin: z.boolean(),
});
export type ParityCurve = z.infer<typeof Curve>;

const Excluded = z.strictObject({
  why: z.string().describe("What a reader sees, such as: bank#1 was killed."),
  fromMs: z.number(),
  toMs: z.number(),
});
export type ExcludedSpan = z.infer<typeof Excluded>;

export const Parity = z.strictObject({
  variant: z.string(),
  agrees: z.boolean().describe("Every judged row and curve is within its tolerance."),
  toleranceFactor: z.number().positive().describe("All tolerances were multiplied by this."),
  jitterMeansMs: z
    .array(z.number().positive())
    .describe("Mean delay of a message in each of the further simulations. [ms]"),
  rows: z.array(Row),
  edgesMs: z.array(z.number()).describe("Where the buckets of the curves begin, and the end."),
  excluded: z
    .array(Excluded)
    .describe("Seconds that nothing but what was planned and the books is judged in."),
  curves: z.array(Curve),
  pairs: z.strictObject({
    stride: count.describe("Every how-manieth activation was kept; 1: all of them."),
    pairedCount: count.describe("Activations found in both worlds and compared."),
    unpairedCount: count.describe("Activations found in one world alone."),
    excludedCount: count.describe("Activations left out for when they were planned."),
  }),
});
/** One variant in both worlds. */
export type Parity = z.infer<typeof Parity>;
