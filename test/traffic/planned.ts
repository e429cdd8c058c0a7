import type { z } from "zod";
import { Arrivals } from "../../src/traffic/arrivals.ts";
import { type ArrivalPlan, buildArrivalPlan, type PlanOptions } from "../../src/traffic/plan.ts";

/** A plan from arrivals as a scenario writes them. */
export function planOf(
  arrivals: z.input<typeof Arrivals>,
  options: Partial<PlanOptions> = {},
): ArrivalPlan {
  const given = { seed: "1", stream: "activations", durationMs: 60_000, ...options };
  return buildArrivalPlan({ ...given, arrivals: Arrivals.parse(arrivals) });
}

/** Every arrival of a plan: short plans only. */
export function listed(plan: ArrivalPlan): { index: number; atMs: number; amountMinor: number }[] {
  const arrivals = [];
  while (plan.next()) {
    arrivals.push({ index: plan.index, atMs: plan.atMs, amountMinor: plan.amountMinor });
  }
  return arrivals;
}

export function instantsMs(plan: ArrivalPlan): number[] {
  return listed(plan).map((arrival) => arrival.atMs);
}

/**
 * How far a sample lies from a distribution, in units in which Kolmogorov's law holds: under the
 * hypothesis it exceeds 1.95 once in a thousand samples. @see Stephens 1974, for the correction.
 */
export function kolmogorov(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    distance = Math.max(distance, (i + 1) / n - cdf(x), cdf(x) - i / n);
  });
  return distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
}

/** What Kolmogorov's statistic exceeds with probability 0.001. */
export const kolmogorovLimit = 1.95;

export function exponentialCdf(x: number): number {
  return 1 - Math.exp(-x);
}
