import { z } from "zod";
import { PositiveDuration } from "../kernel/units.ts";
import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";
import { InFlight } from "./in-flight.ts";

export const PeakEwmaOptions = z
  .strictObject({
    decay: PositiveDuration.default(10_000).describe(
      "Time in which a measurement loses 63 % of its weight; also what a failed call costs. " +
        "Default: 10s, as in Finagle.",
    ),
  })
  .describe("Of two replicas sampled at random, the one that answers sooner under its load.");
export type PeakEwmaOptions = z.output<typeof PeakEwmaOptions>;

/** The cost of a replica about which nothing is known, while it is being tried; above any other. [us] */
const untriedUs = 2 ** 52;

/**
 * Two replicas are sampled as in `p2c`; the cheaper one is asked, of equals the first sampled:
 *
 *   cost = average answer time * (requests in flight + 1)
 *
 * The average follows a slower answer at once, and a faster one as exp(-dt / decay) allows, dt being
 * the time since the replica's last answer. Until the next one it fades likewise towards 0, so that a
 * replica that was slow is tried again some day. Finagle lets each look at the average count as an
 * answer of 0 ms; here looking changes nothing, or the average would depend on the traffic.
 *
 * - **Never measured:** costs 0 and is tried; with that request in flight it costs more than any
 *   measured one, so that one request, not a flood, finds out whether it is well. As in Finagle.
 * - **A failed call** counts as an answer that took `decay`, or as long as it really took where that
 *   is more, and the average never falls by it. So a replica that has done nothing but fail for some
 *   time costs about that time, and one that refuses at once does not look fast.
 *
 * Costs are compared in whole microseconds: a last bit of `Math.exp` decides nothing.
 *
 * @see Finagle, `PeakEwma.scala`, for the average; it leaves failures to another module.
 */
export class PeakEwma implements Balancer {
  readonly #decayMs: number;
  readonly #candidates: Candidates;
  readonly #inFlight: InFlight;
  /** Average answer time when it was last measured; 0: nothing known. [ms] */
  readonly #averageMs: Float64Array;
  /** When that was; at first, when the replica was first asked. [ms] */
  readonly #measuredMs: Float64Array;

  constructor(options: PeakEwmaOptions, replicaCount: number) {
    this.#decayMs = options.decay;
    this.#candidates = new Candidates(replicaCount);
    this.#inFlight = new InFlight(replicaCount);
    this.#averageMs = new Float64Array(replicaCount);
    this.#measuredMs = new Float64Array(replicaCount).fill(Number.POSITIVE_INFINITY);
  }

  pick(nowMs: number, u: number, _key: number, eligible: Uint8Array | null, avoid: number): number {
    const candidates = this.#candidates;
    candidates.update(eligible, avoid);
    const size = candidates.sample(u, 2);
    const first = candidates.at(0);
    if (size === 1) return first;
    const second = candidates.at(1);
    return this.#costUs(second, nowMs) < this.#costUs(first, nowMs) ? second : first;
  }

  started(replica: number, nowMs: number): void {
    this.#inFlight.started(replica);
    if (this.#measuredMs[replica] === Number.POSITIVE_INFINITY) this.#measuredMs[replica] = nowMs;
  }

  ended(replica: number, nowMs: number, elapsedMs: number, succeeded: boolean): void {
    this.#inFlight.ended(replica);
    if (Number.isNaN(elapsedMs)) return;
    const averageMs = this.#averageMs[replica] as number;
    const tookMs = succeeded ? elapsedMs : Math.max(elapsedMs, this.#decayMs);
    const mayFall = succeeded && elapsedMs < averageMs;
    const leastMs = mayFall ? 0 : Math.max(elapsedMs, averageMs);
    const keptRatio = this.#keptRatio(replica, nowMs);
    const blendedMs = averageMs * keptRatio + tookMs * (1 - keptRatio);
    this.#averageMs[replica] = Math.max(leastMs, blendedMs);
    this.#measuredMs[replica] = nowMs;
  }

  /** What is left of the last measurement's weight. [ratio, 0..1] */
  #keptRatio(replica: number, nowMs: number): number {
    return Math.exp(((this.#measuredMs[replica] as number) - nowMs) / this.#decayMs);
  }

  #costUs(replica: number, nowMs: number): number {
    const inFlightCount = this.#inFlight.of(replica);
    const averageMs = this.#averageMs[replica] as number;
    const fadedUs =
      averageMs === 0 ? 0 : Math.round(averageMs * this.#keptRatio(replica, nowMs) * 1_000);
    if (fadedUs === 0 && inFlightCount > 0) return untriedUs + inFlightCount;
    return fadedUs * (inFlightCount + 1);
  }
}
