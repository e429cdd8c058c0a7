import { describe, expect, it } from "vitest";
import { gammaCdf, gammaQuantile, logGamma, normalQuantile } from "../../src/kernel/quantile.ts";

/** Relative error, absolute below 1. */
function errorOf(found: number, exact: number): number {
  return Math.abs(found - exact) / Math.max(1, Math.abs(exact));
}

describe("normalQuantile", () => {
  // By mpmath with 40 digits, for the double that is nearest to p.
  it.each([
    { p: 1e-300, z: -37.0470962993612 },
    { p: 1e-20, z: -9.262340089798407 },
    { p: 1e-10, z: -6.361340902404057 },
    { p: 1e-6, z: -4.753424308822899 },
    { p: 0.001, z: -3.0902323061678136 },
    { p: 0.01, z: -2.326347874040841 },
    { p: 0.025, z: -1.9599639845400543 },
    { p: 0.075, z: -1.439531470938456 },
    { p: 0.1, z: -1.2815515655446004 },
    { p: 0.25, z: -0.6744897501960817 },
    { p: 0.4, z: -0.2533471031357997 },
    { p: 0.5, z: 0 },
    { p: 0.6, z: 0.2533471031357997 },
    { p: 0.9, z: 1.2815515655446006 },
    { p: 0.95, z: 1.6448536269514722 },
    { p: 0.975, z: 1.9599639845400538 },
    { p: 0.99, z: 2.3263478740408408 },
    { p: 0.999, z: 3.090232306167813 },
    { p: 0.9999, z: 3.7190164854557084 },
    { p: 0.999999, z: 4.753424308817087 },
    { p: 0.9999999999, z: 6.361340889697422 },
  ])("of $p is $z to 12 digits", ({ p, z }) => {
    expect(errorOf(normalQuantile(p), z)).toBeLessThan(1e-12);
  });

  it("is finite for every draw", () => {
    expect(normalQuantile(2 ** -53)).toBeGreaterThan(-9);
    expect(normalQuantile(1 - 2 ** -53)).toBeLessThan(9);
  });
});

describe("logGamma", () => {
  it.each([
    { x: 1, exact: 0 },
    { x: 2, exact: 0 },
    { x: 0.5, exact: Math.log(Math.PI) / 2 },
    { x: 1.5, exact: Math.log(Math.PI) / 2 - Math.log(2) },
    { x: 5, exact: Math.log(24) },
    { x: 11, exact: Math.log(3_628_800) },
    { x: 0.001, exact: 6.907178885383854 },
    { x: 171, exact: 706.5730622457874 },
  ])("of $x is $exact", ({ x, exact }) => {
    expect(errorOf(logGamma(x), exact)).toBeLessThan(1e-12);
  });
});

describe("gammaCdf", () => {
  // By mpmath with 40 digits.
  it.each([
    { shape: 0.1, x: 0.01, p: 0.6626212599544798 },
    { shape: 0.5, x: 0.3, p: 0.5614219739190002 },
    { shape: 0.5, x: 5, p: 0.9984345977419975 },
    { shape: 1, x: 1, p: 0.6321205588285577 },
    { shape: 2, x: 3, p: 0.8008517265285442 },
    { shape: 2.5, x: 2, p: 0.4505840486472198 },
    { shape: 10, x: 7, p: 0.16950406276132657 },
    { shape: 10, x: 25, p: 0.9997785233617512 },
    { shape: 50, x: 40, p: 0.07033506665939496 },
    { shape: 100, x: 130, p: 0.9972495916326934 },
    { shape: 200, x: 200, p: 0.5094034180072363 },
    { shape: 3, x: 0, p: 0 },
    { shape: 3, x: -1, p: 0 },
  ])("of shape $shape at $x is $p", ({ shape, x, p }) => {
    expect(errorOf(gammaCdf(shape, x), p)).toBeLessThan(1e-12);
  });

  it.each([1e4, 1e5, 1e6])("stays near the normal curve for the great shape %d", (shape) => {
    // The median is shape - 1/3 + O(1/shape); one sd is the root of the shape (skewness 2/root).
    const root = Math.sqrt(shape);
    expect(Math.abs(gammaCdf(shape, shape - 1 / 3) - 0.5)).toBeLessThan(1e-6);
    expect(Math.abs(gammaCdf(shape, shape + root) - 0.841344746)).toBeLessThan(1 / root);
  });
});

describe("gammaQuantile", () => {
  const shapes = [0.1, 0.3, 0.5, 0.9, 1, 1.1, 2, 5, 17.5, 60, 200];
  const ps = [1e-6, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1 - 1e-6];

  it.each(shapes)("of shape %d and back by the distribution gives p again", (shape) => {
    for (const p of ps) {
      // P itself is known to a few parts in 10^16, so that 1 - P loses six digits at 1e-6.
      const found = gammaCdf(shape, gammaQuantile(shape, p));
      expect(Math.abs(found - p) / Math.min(p, 1 - p)).toBeLessThan(1e-9);
    }
  });

  it.each(ps)("of shape 1 is exponential at p = %d", (p) => {
    expect(gammaQuantile(1, p) / -Math.log1p(-p)).toBeCloseTo(1, 9);
  });

  it("ends, finite, for every draw", () => {
    for (const shape of [0.01, 0.1, 1, 20, 1e4]) {
      for (const p of [2 ** -53, 1e-12, 1 - 1e-12, 1 - 2 ** -53]) {
        const x = gammaQuantile(shape, p);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
  });
});
