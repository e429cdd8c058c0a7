import { expect, it } from "vitest";
import { Bulkhead } from "../../src/policy/bulkhead.ts";
import { fc } from "../support/property.ts";

// Goal: never more inside than the limit, and nobody is turned away while a place is free. Method:
// random comings and goings beside a plain number.
it("is never fuller than its limit, and full before it turns anyone away", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.boolean(), { maxLength: 80 }),
      (limit, steps) => {
        const bulkhead = new Bulkhead(limit);
        let inside = 0;
        for (const comes of steps) {
          if (comes) {
            const enters = bulkhead.tryEnter();
            expect(enters).toBe(inside < limit);
            if (enters) inside += 1;
            reached.add(enters ? "entered" : "turned away");
          } else if (inside > 0) {
            bulkhead.leave();
            inside -= 1;
            reached.add("left");
          }
          expect(inside).toBeLessThanOrEqual(limit);
          expect(bulkhead.free).toBe(limit - inside);
        }
      },
    ),
  );
  expect(reached).toEqual(new Set(["entered", "turned away", "left"]));
});
