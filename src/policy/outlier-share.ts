import { z } from "zod";
import { Factor, PositiveCount, PositiveDuration, Share } from "../kernel/units.ts";

const hosts = PositiveCount.default(5).describe(
  "Replicas that must have had enough requests. Default: 5, as in Envoy.",
);

const FailuresSpec = z.strictObject({
  share: Share.refine((it) => it > 0, { error: "expected a share above 0%, such as 85%" })
    .default(0.85)
    .describe("Share of failed requests that makes an outlier. Default: 85%, as in Envoy."),
  hosts,
  volume: PositiveCount.default(50).describe(
    "Requests in one interval from which a replica is judged. Default: 50, as in Envoy.",
  ),
});

const DeviationSpec = z.strictObject({
  factor: Factor.refine((it) => it > 0, { error: "expected a factor above 0x, such as 1.9x" })
    .default(1.9)
    .describe(
      "Standard deviations by which an outlier's success rate is below the mean. " +
        "Default: 1.9x, as in Envoy.",
    ),
  hosts,
  volume: PositiveCount.default(100).describe(
    "Requests in one interval from which a replica is judged. Default: 100, as in Envoy.",
  ),
});

/** The part of `ejection` that looks at shares of failures, once each interval. */
export const outlierShareKeys = {
  interval: PositiveDuration.default(10_000).describe(
    "`failures` and `deviation` judge what came in each such interval. Default: 10s, as in Envoy.",
  ),
  failures: FailuresSpec.optional().describe(
    "Ejects by the share of failures. Absent: it does not.",
  ),
  deviation: DeviationSpec.optional().describe(
    "Ejects by comparison with the other replicas. Absent: it does not.",
  ),
};

/** Shares this close are equal: the mean of equal numbers may differ in its last bit. */
const shareTolerance = 1e-9;

/**
 * How many requests to each replica failed in one interval, and which replicas stand out by it:
 *
 * - `failures`: the share of failures is at least `share`;
 * - `deviation`: it exceeds mean + factor · σ, with mean and σ (of the population) over the replicas
 *   with enough requests. Said of success rates, as Envoy does, that is mean − factor · σ.
 *
 * One bad replica among n lies √(n − 1) standard deviations off, so 1.9 of them need five replicas:
 * with fewer, lower `factor` as well as `hosts`.
 */
export class FailureShares {
  readonly #failures: z.output<typeof FailuresSpec> | undefined;
  readonly #deviation: z.output<typeof DeviationSpec> | undefined;
  /** Requests and failures of this interval, by replica. */
  readonly #calls: Int32Array;
  readonly #failed: Int32Array;

  constructor(
    failures: z.output<typeof FailuresSpec> | undefined,
    deviation: z.output<typeof DeviationSpec> | undefined,
    replicaCount: number,
  ) {
    this.#failures = failures;
    this.#deviation = deviation;
    this.#calls = new Int32Array(replicaCount);
    this.#failed = new Int32Array(replicaCount);
  }

  record(replica: number, failed: boolean): void {
    this.#calls[replica] = (this.#calls[replica] as number) + 1;
    if (failed) this.#failed[replica] = (this.#failed[replica] as number) + 1;
  }

  /** The replica is out: it is not judged, nor compared with, for what is left of the interval. */
  forget(replica: number): void {
    this.#calls[replica] = 0;
    this.#failed[replica] = 0;
  }

  /** The interval is over: marks who stood out with 1 in `outliers`, and begins the next. */
  judge(outliers: Uint8Array): void {
    outliers.fill(0);
    this.#judgeFailures(outliers);
    this.#judgeDeviation(outliers);
    this.#calls.fill(0);
    this.#failed.fill(0);
  }

  #judgeFailures(outliers: Uint8Array): void {
    if (this.#failures === undefined) return;
    const { share, hosts, volume } = this.#failures;
    let judgedCount = 0;
    for (let replica = 0; replica < outliers.length; replica += 1) {
      if (this.#callCount(replica) >= volume) judgedCount += 1;
    }
    if (judgedCount < hosts) return;
    for (let replica = 0; replica < outliers.length; replica += 1) {
      if (this.#callCount(replica) < volume) continue;
      if (this.#failedShare(replica) >= share) outliers[replica] = 1;
    }
  }

  #judgeDeviation(outliers: Uint8Array): void {
    if (this.#deviation === undefined) return;
    const { factor, hosts, volume } = this.#deviation;
    let judgedCount = 0;
    let sum = 0;
    for (let replica = 0; replica < outliers.length; replica += 1) {
      if (this.#callCount(replica) < volume) continue;
      judgedCount += 1;
      sum += this.#failedShare(replica);
    }
    if (judgedCount < hosts) return;
    const mean = sum / judgedCount;
    let squares = 0;
    for (let replica = 0; replica < outliers.length; replica += 1) {
      if (this.#callCount(replica) >= volume) squares += (this.#failedShare(replica) - mean) ** 2;
    }
    const most = mean + factor * Math.sqrt(squares / judgedCount) + shareTolerance;
    for (let replica = 0; replica < outliers.length; replica += 1) {
      if (this.#callCount(replica) < volume) continue;
      if (this.#failedShare(replica) > most) outliers[replica] = 1;
    }
  }

  #callCount(replica: number): number {
    return this.#calls[replica] as number;
  }

  #failedShare(replica: number): number {
    return (this.#failed[replica] as number) / (this.#calls[replica] as number);
  }
}
