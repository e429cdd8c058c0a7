import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";

/** One after the other, whatever they do. A replica that may not be asked is passed over. */
export class RoundRobin implements Balancer {
  readonly #replicaCount: number;
  readonly #candidates: Candidates;
  #next = 0;

  constructor(replicaCount: number) {
    this.#replicaCount = replicaCount;
    this.#candidates = new Candidates(replicaCount);
  }

  pick(
    _nowMs: number,
    _u: number,
    _key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    this.#candidates.update(eligible, avoid);
    const replica = this.#candidates.at(this.#candidates.positionFrom(this.#next));
    this.#next = replica + 1 === this.#replicaCount ? 0 : replica + 1;
    return replica;
  }

  started(): void {}

  ended(): void {}
}
