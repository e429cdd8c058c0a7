import assert from "node:assert/strict";
import { z } from "zod";
import { LeastRequests } from "./least-requests.ts";
import { P2c, P2cOptions } from "./p2c.ts";
import { PeakEwma, PeakEwmaOptions } from "./peak-ewma.ts";
import { Random } from "./random.ts";
import { RoundRobin } from "./round-robin.ts";
import { Sticky } from "./sticky.ts";
import { Weighted, Weights } from "./weighted.ts";

const names = ["round-robin", "random", "least-requests", "p2c", "peak-ewma", "sticky"] as const;
const expected = `expected ${names.join(", ")}, or an object such as { weighted: [3, 1] }`;

const kinds = { weighted: Weights, p2c: P2cOptions, "peak-ewma": PeakEwmaOptions };
const WithOptions = z
  .strictObject(z.object(kinds).partial().shape, {
    error: (issue) => (issue.code === "invalid_type" ? expected : undefined),
  })
  .refine((it) => Object.values(it).filter((kind) => kind !== undefined).length === 1, {
    error: `expected exactly one of ${Object.keys(kinds).join(", ")}`,
  });

/** Which balancer, with its options filled in. */
export type BalancerSpec = Readonly<
  | { kind: "round-robin" | "random" | "least-requests" | "sticky" }
  | { kind: "weighted"; weights: Weights }
  | ({ kind: "p2c" } & P2cOptions)
  | ({ kind: "peak-ewma" } & PeakEwmaOptions)
>;

/** Written as a name, or as an object with one key where there are options. */
export const BalancerSpec = z
  .union([WithOptions, z.enum(names, { error: () => expected })], { error: () => expected })
  .transform((written): BalancerSpec => {
    if (typeof written !== "string") return chosen(written);
    if (written === "p2c") return { kind: "p2c", ...P2cOptions.parse({}) };
    if (written === "peak-ewma") return { kind: "peak-ewma", ...PeakEwmaOptions.parse({}) };
    return { kind: written };
  })
  .describe("How a caller spreads its requests over the replicas of a service.");

function chosen(it: z.output<typeof WithOptions>): BalancerSpec {
  if (it.weighted !== undefined) return { kind: "weighted", weights: it.weighted };
  if (it.p2c !== undefined) return { kind: "p2c", ...it.p2c };
  if (it["peak-ewma"] !== undefined) return { kind: "peak-ewma", ...it["peak-ewma"] };
  assert.fail("one kind was written");
}

/** Picks the replica of each request of one caller, and is told of its fate. */
export interface Balancer {
  /**
   * The index of the replica to ask.
   *
   * @param u - Luck, strictly between 0 and 1, keyed by the request.
   * @param key - What a sticky choice sticks to: the merchant's number.
   * @param eligible - By replica 1 or 0; null: all are. Where none is marked, all are.
   * @param avoid - A replica that was just tried; skipped if another eligible one exists. -1: none.
   */
  pick(nowMs: number, u: number, key: number, eligible: Uint8Array | null, avoid: number): number;
  started(replica: number, nowMs: number): void;
  /**
   * Exactly once for each `started`, whatever became of the request.
   *
   * @param elapsedMs - Time since it started; NaN: the caller left before its end, nothing was learnt.
   * @param succeeded - It was answered, and not with a code that asks to try again.
   */
  ended(replica: number, nowMs: number, elapsedMs: number, succeeded: boolean): void;
}

/** @param spec - `weights` has as many entries as there are replicas. */
export function buildBalancer(spec: BalancerSpec, replicaCount: number): Balancer {
  switch (spec.kind) {
    case "round-robin":
      return new RoundRobin(replicaCount);
    case "random":
      return new Random(replicaCount);
    case "least-requests":
      return new LeastRequests(replicaCount);
    case "sticky":
      return new Sticky(replicaCount);
    case "weighted":
      return new Weighted(spec.weights, replicaCount);
    case "p2c":
      return new P2c(spec, replicaCount);
    case "peak-ewma":
      return new PeakEwma(spec, replicaCount);
  }
}
