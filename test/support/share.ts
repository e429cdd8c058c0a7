import { expect } from "vitest";

/**
 * A share came out as it was asked for: the count lies within four standard deviations of a binomial
 * distribution, which chance leaves once in 16,000 times. The draws are seeded, so it never flickers.
 */
export function expectShare(count: number, of: number, ratio: number, what = "share"): void {
  const limit = 4 * Math.sqrt(of * ratio * (1 - ratio));
  expect(Math.abs(count - of * ratio), `${what}: ${count} of ${of}`).toBeLessThanOrEqual(limit);
}

/** How many of them pass. */
export function countOf<T>(all: readonly T[], passes: (it: T) => boolean): number {
  return all.filter(passes).length;
}
