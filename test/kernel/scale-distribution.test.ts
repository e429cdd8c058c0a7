import { expect, it } from "vitest";
import { buildDistribution, type DurationDistribution } from "../../src/kernel/distribution.ts";
import { scaleDistribution } from "../../src/kernel/scale-distribution.ts";
import { fc } from "../support/property.ts";

const specs: readonly DurationDistribution[] = [
  20,
  { exponential: { mean: 20 } },
  { lognormal: { median: 45, p99: 200 } },
  { lognormal: { mean: 45, sigma: 0.7 } },
  { uniform: { min: 5, max: 9 } },
  { normal: { mean: 10, sd: 8 } },
  { gamma: { mean: 30, shape: 2 } },
  { weibull: { scale: 12, shape: 0.8 } },
  { pareto: { min: 3, shape: 1.5, max: 900 } },
  { empirical: { values: [1, 4, 9] } },
  {
    mixture: [
      { share: 0.25, of: 7 },
      { share: 0.25, of: { constant: 2 } },
      { share: 0.5, of: { exponential: { mean: 9 } } },
    ],
  },
];

// Goal: a stage that is faster takes its draws as before, each shorter by the same factor. Method:
// every shape, random uniform numbers and factors; exact but for the last bits.
it.each(specs.map((spec) => ({ name: JSON.stringify(spec), spec })))(
  "stretches every draw of $name",
  ({ spec }) => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (u, factor) => {
          const before = buildDistribution(spec).quantile(u);
          const after = buildDistribution(scaleDistribution(spec, factor)).quantile(u);
          expect(Math.abs(after - factor * before)).toBeLessThanOrEqual(
            1e-9 * (1 + factor * before),
          );
        },
      ),
    );
  },
);
