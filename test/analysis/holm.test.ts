import { expect, it } from "vitest";
import { holm } from "../../src/analysis/holm.ts";
import { fc } from "../support/property.ts";

it.each([
  // Holm's own arithmetic: 4 x 0.005, 3 x 0.01, 2 x 0.03, 1 x 0.04 but no less than the one before.
  { p: [0.01, 0.04, 0.03, 0.005], corrected: [0.03, 0.06, 0.06, 0.02] },
  { p: [0.5, 0.6], corrected: [1, 1] },
  { p: [0.02], corrected: [0.02] },
  { p: [0.02, null], corrected: [0.02, null] },
  { p: [], corrected: [] },
])("corrects $p to $corrected", ({ p, corrected }) => {
  holm(p).forEach((value, place) => {
    const expected = corrected[place];
    if (expected === null || expected === undefined) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 12);
  });
});

it("never makes a difference clearer, nor less clear than Bonferroni, and keeps the order", () => {
  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(ps, (p) => {
      const found = holm(p).map(Number);
      found.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(p[i] ?? 0);
        expect(value).toBeLessThanOrEqual(Math.min(1, p.length * (p[i] ?? 0)) + 1e-12);
        found.forEach((other, j) => {
          if ((p[i] ?? 0) < (p[j] ?? 0)) expect(value).toBeLessThanOrEqual(other);
        });
      });
    }),
  );
});
