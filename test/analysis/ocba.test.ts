import { describe, expect, it } from "vitest";
import { countToDecide, nextNeed } from "../../src/analysis/ocba.ts";
import { fc } from "../support/property.ts";
import { hasShared, oracleNumbers, whyNotShared } from "../support/shared.ts";

/** Two values of this mean and standard deviation. */
function pair(mean: number, deviation: number): readonly number[] {
  return [mean - deviation / Math.SQRT2, mean + deviation / Math.SQRT2];
}

describe("countToDecide", () => {
  // t(0.975, 1) = 12.706: (12.706 * 2 / 4)^2 = 40.36.
  it("is (t s / d)^2", () => {
    expect(countToDecide({ values: pair(6, 2), limit: 10 }, 0.025)).toBeCloseTo(40.36, 2);
  });

  it("has no end where the mean is the limit itself", () => {
    expect(countToDecide({ values: [9, 11], limit: 10 }, 0.05)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is nothing where all values are alike", () => {
    expect(countToDecide({ values: [9, 9, 9], limit: 10 }, 0.05)).toBe(0);
  });

  // Goal: what a figure is counted in does not matter. Method: another unit, another zero, a mirror.
  it("depends on no unit", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 9 });
    const factor = fc.constantFrom(-8, -1, 0.5, 4, 1_000);
    fc.assert(
      fc.property(values, fc.integer({ min: 60, max: 90 }), factor, (sample, limit, by) => {
        const plain = countToDecide({ values: sample, limit }, 0.01);
        const moved = { values: sample.map((it) => by * it + 7), limit: by * limit + 7 };
        expect(countToDecide(moved, 0.01)).toBeCloseTo(plain, 8);
        expect(countToDecide({ values: sample, limit }, 0.05)).toBeLessThanOrEqual(plain);
      }),
    );
  });
});

// Of four means the smallest, 1, is the best; it is the limit of the others. Its own share is not
// asked for here: a limit is known and needs no runs.
describe.skipIf(!hasShared)(hasShared ? "the allocation of Chen et al." : whyNotShared, () => {
  it("gives the rivals of the best their shares", () => {
    const [, ...fractions] = oracleNumbers("ocba-4", "fractions");
    const rivals = [pair(1.2, 0.6), pair(1.5, 0.4), pair(2, 0.8)];
    const counts = rivals.map((values) => countToDecide({ values, limit: 1 }, 0.05));
    const sum = (of: readonly number[]) => of.reduce((total, it) => total + it, 0);
    counts.forEach((count, place) => {
      expect(count / sum(counts)).toBeCloseTo((fractions[place] ?? 0) / sum(fractions), 10);
    });
  });
});

describe("nextNeed", () => {
  const need = (hasCount: number, needCount: number, isBeyond = false) => {
    return { hasCount, needCount, isBeyond };
  };

  it.each([
    { why: "nothing is open", needs: [], place: undefined, moreCount: undefined },
    { why: "all hold: the hardest", needs: [need(8, 10), need(8, 30)], place: 1, moreCount: 24 },
    {
      why: "one is beyond: no other matters",
      needs: [need(8, 10), need(8, 20, true)],
      ...{ place: 1, moreCount: 12 },
    },
    {
      why: "two are beyond: the one that says so soonest",
      needs: [need(8, 90, true), need(8, 12, true), need(8, 9)],
      ...{ place: 1, moreCount: 4 },
    },
    { why: "it has them already", needs: [need(8, 3)], place: 0, moreCount: 0 },
    {
      why: "on its limit it takes for ever",
      needs: [need(8, Number.POSITIVE_INFINITY), need(8, 9)],
      ...{ place: 0, moreCount: Number.POSITIVE_INFINITY },
    },
  ])("$why", ({ needs, place, moreCount }) => {
    const next = nextNeed(needs);
    expect(next?.need).toBe(place === undefined ? undefined : needs[place]);
    expect(next?.moreCount).toBe(moreCount);
  });
});
