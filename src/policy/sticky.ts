import { draw, siteKey } from "../kernel/draw.ts";
import type { Balancer } from "./balancer.ts";
import { Candidates } from "./candidates.ts";

const site = siteKey("", "sticky");

/**
 * Every merchant stays with one replica. Rendezvous hashing: each replica draws a number for the
 * merchant, and the highest of those that may be asked wins. So a replica that is ejected moves its
 * own merchants alone, spreads them over all others, and gets them back when it returns.
 *
 * Where a merchant belongs does not depend on the seed or on the caller.
 *
 * @see Thaler & Ravishankar 1998, "Using Name-Based Mappings to Increase Hit Rates".
 */
export class Sticky implements Balancer {
  readonly #candidates: Candidates;

  constructor(replicaCount: number) {
    this.#candidates = new Candidates(replicaCount);
  }

  pick(
    _nowMs: number,
    _u: number,
    key: number,
    eligible: Uint8Array | null,
    avoid: number,
  ): number {
    const candidates = this.#candidates;
    candidates.update(eligible, avoid);
    let best = candidates.at(0);
    let bestScore = draw(site, best, key, 0);
    for (let position = 1; position < candidates.count; position += 1) {
      const replica = candidates.at(position);
      const score = draw(site, replica, key, 0);
      if (score > bestScore) {
        best = replica;
        bestScore = score;
      }
    }
    return best;
  }

  started(): void {}

  ended(): void {}
}
