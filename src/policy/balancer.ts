import { z } from "zod";

export const BalancerKind = z
  .enum(["round-robin", "least-requests"], {
    error: () => "expected round-robin or least-requests",
  })
  .describe("How a caller spreads its requests over the replicas of a service.");
export type BalancerKind = z.infer<typeof BalancerKind>;

/** Picks the replica of the next request. Kept informed of what is in flight. */
export interface Balancer {
  /** The index of the replica to ask. */
  pick(): number;
  started(replica: number): void;
  /** Exactly once for each `started`, whatever became of the request. */
  ended(replica: number): void;
}

export function buildBalancer(kind: BalancerKind, replicaCount: number): Balancer {
  return kind === "round-robin" ? new RoundRobin(replicaCount) : new LeastRequests(replicaCount);
}

/** One after the other, whatever they do. */
class RoundRobin implements Balancer {
  readonly #count: number;
  #next = 0;

  constructor(replicaCount: number) {
    this.#count = replicaCount;
  }

  pick(): number {
    const replica = this.#next;
    this.#next = replica + 1 === this.#count ? 0 : replica + 1;
    return replica;
  }

  started(): void {}

  ended(): void {}
}

/** The replica with the fewest of this caller's own requests in flight; ties in turn. */
class LeastRequests implements Balancer {
  readonly #inFlight: Int32Array;
  #next = 0;

  constructor(replicaCount: number) {
    this.#inFlight = new Int32Array(replicaCount);
  }

  pick(): number {
    const inFlight = this.#inFlight;
    const count = inFlight.length;
    let best = this.#next;
    for (let step = 1; step < count; step += 1) {
      const replica = (this.#next + step) % count;
      if ((inFlight[replica] as number) < (inFlight[best] as number)) best = replica;
    }
    this.#next = (best + 1) % count;
    return best;
  }

  started(replica: number): void {
    this.#inFlight[replica] = (this.#inFlight[replica] as number) + 1;
  }

  ended(replica: number): void {
    this.#inFlight[replica] = (this.#inFlight[replica] as number) - 1;
  }
}
