import { expect, it } from "vitest";
import { buildDistribution, DurationDistribution } from "../../src/kernel/distribution.ts";
import { formatDuration } from "../../src/kernel/units.ts";
import { fc } from "../support/property.ts";

const us = fc.integer({ min: 1, max: 60_000_000 });
const duration = us.map((it) => formatDuration(it / 1_000));
const shape = fc.double({ min: 0.2, max: 50, noNaN: true });
const ordered = fc.tuple(us, us).map(([a, b]) => {
  const text = (it: number) => formatDuration(it / 1_000);
  return [text(Math.min(a, b)), text(Math.max(a, b))] as const;
});

const written = fc.oneof(
  fc.record({ exponential: fc.record({ mean: duration }) }),
  ordered.map(([median, p99]) => ({ lognormal: { median, p99 } })),
  fc.record({
    lognormal: fc.record({ mean: duration, sigma: fc.double({ min: 0.01, max: 3, noNaN: true }) }),
  }),
  ordered.map(([min, max]) => ({ uniform: { min, max } })),
  fc.record({ normal: fc.record({ mean: duration, sd: duration }) }),
  fc.record({ gamma: fc.record({ mean: duration, shape }) }),
  fc.record({ weibull: fc.record({ scale: duration, shape }) }),
  fc.record({ pareto: fc.record({ min: duration, shape }) }),
  fc.tuple(ordered, shape).map(([[min, max], it]) => ({ pareto: { min, shape: it, max } })),
  fc.record({
    empirical: fc.record({ values: fc.array(duration, { minLength: 1, maxLength: 9 }) }),
  }),
);
const u = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });

// Goal: a greater draw never gives a shorter time, so that a variant that is slower by its numbers
// is never faster by its luck; and every time is a number from 0. Method: random specifications as
// users write them, random pairs of draws and the least and the greatest.
it("grows with the draw, whatever the shape", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(written, fc.array(u, { minLength: 2, maxLength: 8 }), (spec, draws) => {
      const of = buildDistribution(DurationDistribution.parse(spec));
      const values = [2 ** -53, ...draws.sort((a, b) => a - b), 1 - 2 ** -53].map((it) =>
        of.quantile(it),
      );
      values.forEach((value, i) => {
        const before = values[i - 1] ?? 0;
        // Two draws that differ in the last bit may come out in either order, in the last bits.
        expect(value).toBeGreaterThanOrEqual(before * (1 - 1e-9));
        expect(value).toBeLessThan(Number.POSITIVE_INFINITY);
      });
      for (const kind of Object.keys(spec)) reached.add(kind);
    }),
    { numRuns: 500 },
  );
  expect(reached.size).toBe(8);
});
