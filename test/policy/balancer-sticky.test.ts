import { describe, expect, it } from "vitest";
import { gammaQuantile } from "../../src/kernel/quantile.ts";
import { Sticky } from "../../src/policy/sticky.ts";

const merchants = Array.from({ length: 10_000 }, (_, merchant) => merchant);

function homes(replicaCount: number, eligible: readonly number[] | null = null): number[] {
  const balancer = new Sticky(replicaCount);
  const marks = eligible === null ? null : Uint8Array.from(eligible);
  return merchants.map((merchant) => balancer.pick(0, 0.5, merchant, marks, -1));
}

describe("sticky", () => {
  it("sends a merchant to the same replica each time, whatever luck and time", () => {
    const balancer = new Sticky(5);
    for (const merchant of [0, 1, 17, 2 ** 31]) {
      const home = balancer.pick(0, 0.1, merchant, null, -1);
      balancer.pick(0, 0.5, merchant + 1, null, -1);
      expect(balancer.pick(9_000, 0.9, merchant, null, -1)).toBe(home);
    }
  });

  it("never changes where a merchant belongs from one version to the next", () => {
    expect(homes(3).slice(0, 20)).toMatchInlineSnapshot(`
      [
        2,
        1,
        0,
        2,
        0,
        2,
        0,
        1,
        2,
        1,
        2,
        0,
        1,
        1,
        2,
        2,
        1,
        0,
        0,
        2,
      ]
    `);
  });

  it.each([2, 3, 8])("gives each of %d replicas about as many merchants", (replicaCount) => {
    const due = merchants.length / replicaCount;
    const counts = new Array<number>(replicaCount).fill(0);
    for (const home of homes(replicaCount)) counts[home] = (counts[home] ?? 0) + 1;
    const value = counts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0);
    // Chi-square of equally likely cells passes this once in 1,000 times.
    expect(value).toBeLessThan(2 * gammaQuantile((replicaCount - 1) / 2, 0.999));
  });

  it("spreads the merchants of an ejected replica over all others, to about equal parts", () => {
    const before = homes(4);
    const after = homes(4, [1, 1, 0, 1]);
    const moved = merchants.filter((it) => before[it] === 2);
    const parts = [0, 1, 3].map((home) => moved.filter((it) => after[it] === home).length);
    const due = moved.length / 3;
    const value = parts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0);
    expect(parts.reduce((sum, count) => sum + count, 0)).toBe(moved.length);
    expect(value).toBeLessThan(2 * gammaQuantile(1, 0.999));
  });

  it("moves as few merchants when a replica is added: only those that it takes", () => {
    const before = homes(4);
    const after = homes(5);
    const moved = merchants.filter((it) => before[it] !== after[it]);
    expect(moved.every((it) => after[it] === 4)).toBe(true);
    expect(moved.length).toBeGreaterThan(0);
  });

  it("has one second choice for each merchant where the first was just tried", () => {
    const balancer = new Sticky(3);
    const first = balancer.pick(0, 0.5, 7, null, -1);
    const second = balancer.pick(0, 0.5, 7, null, first);
    expect(second).not.toBe(first);
    expect(balancer.pick(0, 0.1, 7, null, first)).toBe(second);
  });
});
