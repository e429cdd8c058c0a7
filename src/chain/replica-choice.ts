import { verdictOf } from "../domain/response-code.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { type Balancer, type BalancerSpec, buildBalancer } from "../policy/balancer.ts";
import { OutlierEjection, type OutlierEjectionSpec } from "../policy/outlier-ejection.ts";
import type { Call } from "./call.ts";
import type { Payment } from "./payment.ts";

export type ReplicaChoiceParts = {
  readonly balancer: BalancerSpec;
  readonly ejection: OutlierEjectionSpec | undefined;
  readonly replicaCount: number;
  /** Marked 1 by health checks; null where there are none. */
  readonly healthy: Uint8Array | null;
  readonly seed: string;
  /** The call site; replicas of the caller share their luck. */
  readonly site: string;
};

const luckless: ReadonlySet<BalancerSpec["kind"]> = new Set([
  "round-robin",
  "least-requests",
  "weighted",
  "sticky",
]);

/** Which replica of a service is asked: the balancer, over those that health and record allow. */
export class ReplicaChoice {
  /** Else there is one replica, and nothing masks it: it is neither chosen nor judged. */
  readonly isOpen: boolean;
  readonly ejection: OutlierEjection | null;
  readonly #balancer: Balancer;
  readonly #needsLuck: boolean;
  readonly #needsMerchant: boolean;
  readonly #site: number;
  readonly #healthy: Uint8Array | null;
  /** Both masks together; null where nothing masks. */
  readonly #eligible: Uint8Array | null;

  constructor(parts: ReplicaChoiceParts) {
    this.#balancer = buildBalancer(parts.balancer, parts.replicaCount);
    this.#needsLuck = !luckless.has(parts.balancer.kind);
    this.#needsMerchant = parts.balancer.kind === "sticky";
    this.#site = siteKey(parts.seed, `${parts.site}/balancer`);
    this.#healthy = parts.healthy;
    this.ejection =
      parts.ejection === undefined ? null : new OutlierEjection(parts.ejection, parts.replicaCount);
    const isMasked = parts.healthy !== null || this.ejection !== null;
    this.isOpen = parts.replicaCount > 1 || isMasked;
    this.#eligible = isMasked ? new Uint8Array(parts.replicaCount).fill(1) : null;
  }

  /** The replica for the next attempt; ask only where the choice is open. */
  pick(nowMs: number, payment: Payment, attempt: number, avoid: number): number {
    const { streamKey, index } = payment;
    const u = this.#needsLuck ? draw(this.#site, streamKey, index, attempt) : 0;
    const key = this.#needsMerchant ? payment.merchant : 0;
    return this.#balancer.pick(nowMs, u, key, this.#refreshed(nowMs), avoid);
  }

  /** Whether any replica may be asked by what is known of its health. */
  isAnyEligible(nowMs: number): boolean {
    const eligible = this.#refreshed(nowMs);
    if (eligible === null) return true;
    for (let replica = 0; replica < eligible.length; replica += 1) {
      if (eligible[replica] === 1) return true;
    }
    return false;
  }

  started(replica: number, nowMs: number): void {
    this.#balancer.started(replica, nowMs);
  }

  /** Exactly once for each `started`, if it was not withdrawn. */
  ended(call: Call, nowMs: number): void {
    const succeeded = call.end === "answered" && verdictOf(call.code) !== "retriable";
    this.#balancer.ended(call.replica, nowMs, nowMs - call.sentMs, succeeded);
    this.ejection?.ended(call.replica, !succeeded, nowMs);
  }

  /** Nobody waits for it any more, and nothing is known of how it would have ended. */
  withdrawn(replica: number, nowMs: number): void {
    this.#balancer.ended(replica, nowMs, Number.NaN, true);
  }

  #refreshed(nowMs: number): Uint8Array | null {
    const eligible = this.#eligible;
    if (eligible === null) return null;
    this.ejection?.refresh(nowMs);
    for (let replica = 0; replica < eligible.length; replica += 1) {
      const isHealthy = this.#healthy === null || this.#healthy[replica] === 1;
      const isAdmitted = this.ejection === null || this.ejection.admitted[replica] === 1;
      eligible[replica] = isHealthy && isAdmitted ? 1 : 0;
    }
    return eligible;
  }
}
