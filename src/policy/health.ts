import { z } from "zod";
import { PositiveCount, PositiveDuration } from "../kernel/units.ts";

/**
 * Active health checks: each replica is asked now and then whether it is well.
 *
 * The defaults are HAProxy's `inter 2s fall 3 rise 2`. HAProxy lets a check take a whole `inter`;
 * the shorter timeout is that of a Kubernetes probe (period 10 s, timeout 1 s, 3 failures, 1
 * success). Envoy has no defaults: there all four must be written.
 */
export const HealthSpec = z
  .strictObject({
    every: PositiveDuration.default(2_000).describe(
      "Time from one check of a replica to the next. Default: 2s, as in HAProxy.",
    ),
    timeout: PositiveDuration.default(1_000).describe(
      "A check without an answer by then has failed; at most `every`. " +
        "Default: 1s, as in Kubernetes.",
    ),
    unhealthy: PositiveCount.default(3).describe(
      "Failed checks in a row after which a replica is left out. Default: 3, as in HAProxy.",
    ),
    healthy: PositiveCount.default(2).describe(
      "Good checks in a row after which it is asked again. Default: 2, as in HAProxy.",
    ),
  })
  .refine((it) => it.timeout <= it.every, {
    error: "expected a timeout of at most every, so that checks do not overlap",
    path: ["timeout"],
  });
export type HealthSpec = z.output<typeof HealthSpec>;

/** Which replicas are well, by their last checks. All are at first. */
export class HealthBoard {
  /** 1: healthy. A live view. All may be 0: what then is the caller's to decide. */
  readonly healthy: Uint8Array;
  /** How often a replica became unhealthy or healthy again. */
  changeCount = 0;
  readonly #unhealthyCount: number;
  readonly #healthyCount: number;
  /** Checks in a row that speak against what is believed, by replica. */
  readonly #against: Int32Array;

  constructor(spec: HealthSpec, replicaCount: number) {
    this.healthy = new Uint8Array(replicaCount).fill(1);
    this.#unhealthyCount = spec.unhealthy;
    this.#healthyCount = spec.healthy;
    this.#against = new Int32Array(replicaCount);
  }

  /** Accounts for one check. */
  record(replica: number, ok: boolean): void {
    const believed = this.healthy[replica] === 1;
    const against = ok === believed ? 0 : (this.#against[replica] as number) + 1;
    const isChange = against >= (believed ? this.#unhealthyCount : this.#healthyCount);
    this.#against[replica] = isChange ? 0 : against;
    if (!isChange) return;
    this.healthy[replica] = ok ? 1 : 0;
    this.changeCount += 1;
  }
}
