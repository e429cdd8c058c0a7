import assert from "node:assert/strict";
import { z } from "zod";
import { Count } from "../kernel/units.ts";
import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";

export const Weights = z
  .array(Count, { error: () => "expected a weight for each replica, such as [3, 1]" })
  .refine((weights) => weights.some((it) => it > 0), {
    error: "expected at least one weight above 0",
  })
  .describe(
    "In turn, each replica as often as its weight says; weight 0 is a standby, asked only when no " +
      "other may be.",
  );
export type Weights = z.output<typeof Weights>;

/**
 * Smooth weighted round-robin, as in nginx: at each pick every candidate gains its weight, the
 * richest is asked and pays what all gained together. Of 3 and 1 comes 0 0 1 0: the shares are exact
 * over a cycle, and no replica gets its share in one go.
 *
 * Weights are whole numbers, so that sums of them are exact. Replicas of weight 0 take turns when
 * all others are ejected or were just tried: `[1, 0]` is jPOS' primary-secondary.
 */
export class Weighted implements Balancer {
  readonly #weights: Float64Array;
  /** What each replica has gained and not yet paid; they add up to 0. */
  readonly #credits: Float64Array;
  readonly #candidates: Candidates;
  #nextStandby = 0;

  constructor(weights: readonly number[], replicaCount: number) {
    assert.equal(weights.length, replicaCount, "each replica has a weight");
    this.#weights = Float64Array.from(weights);
    this.#credits = new Float64Array(replicaCount);
    this.#candidates = new Candidates(replicaCount);
  }

  pick(
    _nowMs: number,
    _u: number,
    _key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    const candidates = this.#candidates;
    const credits = this.#credits;
    candidates.update(eligible, avoid);
    let best = -1;
    let bestCredit = 0;
    let gained = 0;
    for (let position = 0; position < candidates.count; position += 1) {
      const replica = candidates.at(position);
      const weight = this.#weights[replica] as number;
      if (weight === 0) continue;
      const credit = (credits[replica] as number) + weight;
      credits[replica] = credit;
      gained += weight;
      if (best === -1 || credit > bestCredit) {
        best = replica;
        bestCredit = credit;
      }
    }
    if (best === -1) return this.#pickStandby();
    credits[best] = bestCredit - gained;
    return best;
  }

  started(): void {}

  ended(): void {}

  #pickStandby(): number {
    const replica = this.#candidates.at(this.#candidates.positionFrom(this.#nextStandby));
    this.#nextStandby = (replica + 1) % this.#credits.length;
    return replica;
  }
}
