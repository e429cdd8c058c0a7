/**
 * How far a measurement may lie beyond the sensitivity band of its prediction: the greater of an
 * absolute and a relative part, the latter of the exact prediction.
 *
 * They say what the model leaves out on purpose, not what would be nice: whoever needs a closer
 * answer than these has to measure, and whoever finds more has found a fault in one of the worlds.
 */
export type Tolerance = {
  /** In the figure's unit: ms, count, or ratio (0.02 are two percentage points). */
  readonly absolute: number;
  /** Of the predicted figure. [ratio] */
  readonly relative: number;
  readonly why: string;
};

export const tolerances = {
  planned: {
    absolute: 2,
    relative: 0.02,
    why: "One plan feeds both worlds; only closed populations, who wait for answers, may differ.",
  },
  outcome: {
    absolute: 0.02,
    relative: 0,
    why: "An activation within a millisecond of a timeout or of a fault's edge may end either way.",
  },
  cause: {
    absolute: 0.03,
    relative: 0.1,
    why: "As the shares of outcomes; and who waits in vain cannot always tell why.",
  },
  books: {
    absolute: 3,
    relative: 0.5,
    why: "They must be 0, and `run` demands it; a remedy that risks them does so in both worlds alike.",
  },
  latencyP50: {
    absolute: 15,
    relative: 0.15,
    why: "Each hop over real sockets costs 0.5 to 2 ms, and a busy machine adds some to all of them.",
  },
  latencyP90: {
    absolute: 20,
    relative: 0.2,
    why: "As the median; waits in a queue add up what each request before has cost more.",
  },
  latencyP99: {
    absolute: 30,
    relative: 0.25,
    why: "Few activations decide it, and one pause of the machine strikes several at once.",
  },
  busy: {
    absolute: 0.05,
    relative: 0,
    why: "A worker that waits for a call is held for the hops of the call too.",
  },
  queue: {
    absolute: 1,
    relative: 0.2,
    why: "Near its limit a queue is several times as sensitive as what it waits for.",
  },
  pairError: {
    absolute: 10,
    relative: 0.1,
    why: "Both worlds draw the same times for it: what is left is hops, and its place in queues.",
  },
  pairOutcome: {
    absolute: 0.05,
    relative: 0,
    why: "As the shares of the outcomes, but no difference cancels another.",
  },
} as const satisfies Readonly<Record<string, Tolerance>>;
export type ToleranceName = keyof typeof tolerances;

/** How the buckets of a curve are judged: each more mildly than the whole, and most must hold. */
export const bucketRules = {
  /** Shortest bucket, unless the run is too short for it. [ms] */
  lengthMinMs: 1_000,
  /** Activations that a bucket should have on average. */
  activationMinCount: 50,
  /** At least so many buckets stay, though they have fewer activations. */
  bucketMinCount: 4,
  /** Tolerances are so many times as wide. */
  widening: 2,
  /** Added to the tolerance of a share, for the few activations that a bucket has. */
  standardErrorCount: 3,
  /** This share of the judged buckets must be within; one may always be off. */
  withinRatio: 0.9,
  /** A percentile is judged where the prediction has so many samples. */
  sampleMinCount: { p50: 10, p90: 20, p99: 50 },
} as const;

/** How far a figure may lie beyond its band, in its unit. */
export function toleranceOf(name: ToleranceName, predicted: number, factor: number): number {
  const { absolute, relative } = tolerances[name];
  return factor * Math.max(absolute, relative * Math.abs(predicted));
}

/** How many of the judged buckets must be within. */
export function neededBuckets(judgedCount: number): number {
  const most = Math.ceil(judgedCount * bucketRules.withinRatio);
  return Math.max(0, Math.min(most, judgedCount - 1));
}
