import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";
import { InFlight } from "./in-flight.ts";

/**
 * The replica with the fewest of this caller's own requests in flight; ties in turn, so that the
 * first replica does not do all the work of a quiet hour.
 */
export class LeastRequests implements Balancer {
  readonly #replicaCount: number;
  readonly #candidates: Candidates;
  readonly #inFlight: InFlight;
  #next = 0;

  constructor(replicaCount: number) {
    this.#replicaCount = replicaCount;
    this.#candidates = new Candidates(replicaCount);
    this.#inFlight = new InFlight(replicaCount);
  }

  pick(
    _nowMs: number,
    _u: number,
    _key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    const candidates = this.#candidates;
    candidates.update(eligible, avoid);
    const from = candidates.positionFrom(this.#next);
    let best = candidates.at(from);
    for (let step = 1; step < candidates.count; step += 1) {
      const replica = candidates.at((from + step) % candidates.count);
      if (this.#inFlight.of(replica) < this.#inFlight.of(best)) best = replica;
    }
    this.#next = (best + 1) % this.#replicaCount;
    return best;
  }

  started(replica: number): void {
    this.#inFlight.started(replica);
  }

  ended(replica: number): void {
    this.#inFlight.ended(replica);
  }
}
