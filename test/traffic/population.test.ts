import { describe, expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import { MerchantsSpec, Population } from "../../src/traffic/population.ts";
import { fc } from "../support/property.ts";
import { countOf, expectShare } from "../support/share.ts";

const pickCount = 40_000;
/** The least and the greatest number that is ever drawn. */
const ends = [2 ** -53, 1 - 2 ** -53] as const;

/** Who comes, many times. */
function merchantsOf(spec: unknown): readonly number[] {
  const population = new Population(MerchantsSpec.parse(spec));
  return Array.from({ length: pickCount }, (_, i) => population.pick(draw(1, 2, i, 0)));
}

/** How unevenly those from `from` to `to` come, against what chance allows once in a thousand. */
function expectEven(all: readonly number[], from: number, to: number, chiSquaredMax: number): void {
  const among = all.filter((it) => it >= from && it < to);
  const expected = among.length / (to - from);
  let chiSquared = 0;
  for (let merchant = from; merchant < to; merchant += 1) {
    chiSquared += (countOf(among, (it) => it === merchant) - expected) ** 2 / expected;
  }
  expect(chiSquared).toBeLessThan(chiSquaredMax);
}

describe("merchants", () => {
  it("come equally often where all are alike", () => {
    expectEven(merchantsOf(10), 0, 10, 27.9); // 9 degrees of freedom.
  });

  it("who are heavy bring their share of the traffic, and each of them as much", () => {
    const all = merchantsOf({ count: 40, heavy: { share: "25%", traffic: "60%" } });
    expectShare(
      countOf(all, (it) => it < 10),
      pickCount,
      0.6,
    );
    expectEven(all, 0, 10, 27.9);
    expectEven(all, 10, 40, 58.3); // 29 degrees of freedom.
  });

  it.each([
    { why: "nobody is heavy: all are alike", share: "0%", traffic: "60%", heavy: 0, from: 0 },
    { why: "everybody is heavy: all are alike", share: "100%", traffic: "60%", heavy: 20, from: 0 },
    { why: "the heavy bring nothing", share: "25%", traffic: "0%", heavy: 5, from: 5 },
    { why: "the heavy bring everything", share: "25%", traffic: "100%", heavy: 5, to: 5 },
    { why: "too few to have a heavy one", share: "2%", traffic: "60%", heavy: 0, from: 0 },
    { why: "all but too few are heavy", share: "98%", traffic: "60%", heavy: 20, from: 0 },
  ])("come evenly where $why", ({ share, traffic, from = 0, to = 20 }) => {
    const all = merchantsOf({ count: 20, heavy: { share, traffic } });
    expect([Math.min(...all), Math.max(...all)]).toEqual([from, to - 1]);
    expectEven(all, from, to, 45); // Up to 19 degrees of freedom.
  });

  it("are one where there is one", () => {
    expect(new Set(merchantsOf(1))).toEqual(new Set([0]));
    const heavy = { share: "50%", traffic: "50%" };
    expect(new Set(merchantsOf({ count: 1, heavy }))).toEqual(new Set([0]));
  });

  it("number ten thousand unless the scenario says otherwise", () => {
    expect(MerchantsSpec.parse(undefined)).toBe(10_000);
  });
});

// Goal: no number that is drawn, be it the greatest, finds a merchant whom there is not. Method: any
// population, under the ends of the range and numbers near the border between heavy and others.
it("only merchants who are there come, whatever is drawn", () => {
  const permille = fc.integer({ min: 0, max: 1_000 }).map((it) => it / 1_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      permille,
      permille,
      fc.double({ min: ends[0], max: ends[1], noNaN: true }),
      (count, share, traffic, u) => {
        const population = new Population({ count, heavy: { share, traffic } });
        const border = Math.min(Math.max(traffic, ends[0]), ends[1]);
        const below = Math.max(border - 2 ** -53, ends[0]);
        for (const it of [...ends, u, border, below]) {
          const merchant = population.pick(it);
          expect(Number.isInteger(merchant)).toBe(true);
          expect(merchant).toBeGreaterThanOrEqual(0);
          expect(merchant).toBeLessThan(count);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
