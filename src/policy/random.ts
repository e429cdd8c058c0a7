import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";

/** Any of them, equally likely: what to hold the cleverer ones against. */
export class Random implements Balancer {
  readonly #candidates: Candidates;

  constructor(replicaCount: number) {
    this.#candidates = new Candidates(replicaCount);
  }

  pick(
    _nowMs: number,
    u: number,
    _key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    this.#candidates.update(eligible, avoid);
    return this.#candidates.at(Math.floor(u * this.#candidates.count));
  }

  started(): void {}

  ended(): void {}
}
