import { expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import { fc } from "../support/property.ts";

const coordinate = fc.oneof(
  fc.integer(),
  fc.nat(1_000),
  fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)),
);

// Goal: a logarithm of a draw, or of what is missing from it to 1, is finite; and a draw depends on
// its key alone. Method: random keys, the extremes among them; draw again after another draw.
it("lies strictly between 0 and 1, and is the same whatever was drawn before", () => {
  fc.assert(
    fc.property(fc.tuple(coordinate, coordinate, coordinate, coordinate), coordinate, (key, it) => {
      const u = draw(...key);
      expect(u).toBeGreaterThanOrEqual(2 ** -53);
      expect(u).toBeLessThanOrEqual(1 - 2 ** -53);
      draw(it, it, it, it);
      expect(draw(...key)).toBe(u);
    }),
    { numRuns: 2_000 },
  );
});
