import { z } from "zod";
import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";
import { InFlight } from "./in-flight.ts";

const expected = "expected a whole number from 2 to 5";

export const P2cOptions = z
  .strictObject({
    choices: z
      .int({ error: () => expected })
      .min(2, { error: () => expected })
      .max(5, { error: () => expected })
      .default(2)
      .describe("Replicas that are compared. Default: 2, as in Finagle and Envoy."),
  })
  .describe("The least loaded of a few replicas sampled at random.");
export type P2cOptions = z.output<typeof P2cOptions>;

/**
 * The power of two choices: of two replicas sampled at random, the one with fewer of this caller's
 * own requests in flight; of equals the first sampled. Nearly as even as asking the least loaded of
 * all, yet many callers that know little of each other do not all run to the same one.
 *
 * @see Mitzenmacher 2001, "The Power of Two Choices in Randomized Load Balancing".
 */
export class P2c implements Balancer {
  readonly #choiceCount: number;
  readonly #candidates: Candidates;
  readonly #inFlight: InFlight;

  constructor(options: P2cOptions, replicaCount: number) {
    this.#choiceCount = options.choices;
    this.#candidates = new Candidates(replicaCount);
    this.#inFlight = new InFlight(replicaCount);
  }

  pick(
    _nowMs: number,
    u: number,
    _key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    const candidates = this.#candidates;
    candidates.update(eligible, avoid);
    const size = candidates.sample(u, this.#choiceCount);
    let best = candidates.at(0);
    for (let position = 1; position < size; position += 1) {
      const replica = candidates.at(position);
      if (this.#inFlight.of(replica) < this.#inFlight.of(best)) best = replica;
    }
    return best;
  }

  started(replica: number): void {
    this.#inFlight.started(replica);
  }

  ended(replica: number): void {
    this.#inFlight.ended(replica);
  }
}
