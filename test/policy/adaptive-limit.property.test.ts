import { expect, it } from "vitest";
import { AdaptiveLimit, AdaptiveLimitSpec } from "../../src/policy/adaptive-limit.ts";
import { fc } from "../support/property.ts";

const bounds = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.nat(30), fc.nat(30))
  .map(([min, toInitial, toMax]) => ({
    min,
    initial: min + toInitial,
    max: min + toInitial + toMax,
  }));

const step = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }).map((count) => ({ enter: count })) },
  {
    weight: 5,
    arbitrary: fc.record({
      // Mostly flat, at times none at all or very long.
      rttMs: fc.constantFrom(0, 20, 20, 20, 25, 60, 400, 9_000),
      dropped: fc.constantFrom(false, false, false, true),
      times: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ withdraw: true }) },
);

// Goal: whatever the times, the limit is a whole number within its bounds, and nobody is let in above
// it. Method: random runs of arrivals, ends and withdrawals, beside a plain count of those inside.
it.each(["gradient", "aimd"] as const)("%s keeps its bounds and its count", (kind) => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(bounds, fc.array(step, { maxLength: 60 }), (options, steps) => {
      const limit = new AdaptiveLimit(AdaptiveLimitSpec.parse({ [kind]: options }));
      let inside = 0;
      const check = (before: number): void => {
        expect(limit.limit).toBeGreaterThanOrEqual(options.min);
        expect(limit.limit).toBeLessThanOrEqual(options.max);
        expect(Number.isInteger(limit.limit)).toBe(true);
        expect(limit.inFlight).toBe(inside);
        if (limit.limit > before) reached.add(limit.limit === options.max ? "rose to max" : "rose");
        if (limit.limit < before) reached.add(limit.limit === options.min ? "fell to min" : "fell");
        if (inside > limit.limit) reached.add("more inside than may be");
      };
      expect(limit.limit).toBe(options.initial);
      for (const it of steps) {
        if ("enter" in it) {
          for (let i = 0; i < it.enter; i += 1) {
            const isFree = inside < limit.limit;
            expect(limit.tryEnter()).toBe(isFree);
            reached.add(isFree ? "let in" : "turned away");
            if (isFree) inside += 1;
          }
        } else if ("rttMs" in it) {
          for (let i = 0; i < it.times && inside > 0; i += 1) {
            const before = limit.limit;
            limit.leave(it.rttMs, it.dropped);
            inside -= 1;
            check(before);
          }
        } else if (inside > 0) {
          const before = limit.limit;
          limit.withdraw();
          inside -= 1;
          check(before);
          expect(limit.limit).toBe(before);
        }
      }
    }),
    { numRuns: 400 },
  );
  const moves = ["rose", "rose to max", "fell", "fell to min"];
  expect(reached).toEqual(new Set([...moves, "let in", "turned away", "more inside than may be"]));
});

// Goal: the gradient finds room while times are flat, and gives way when they double. Method: any
// bounds and time, first flat under full load until the limit can rise no more, then twice as long.
it("gradient rises to max on flat times under load, and falls at once when they double", () => {
  const wide = bounds.filter(({ min, max }) => max > 20 && max > min);
  fc.assert(
    fc.property(wide, fc.integer({ min: 1, max: 5_000 }), (options, rttMs) => {
      const limit = new AdaptiveLimit(AdaptiveLimitSpec.parse({ gradient: options }));
      const run = (ms: number): number => {
        while (limit.tryEnter()) {}
        limit.leave(ms, false);
        return limit.limit;
      };
      let before = limit.limit;
      for (let i = 0; i < 200; i += 1) {
        const now = run(rttMs);
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
      expect(before).toBe(options.max);
      // Above 16 a quarter of the limit is more than the queue of 4 that is added.
      expect(run(2 * rttMs)).toBeLessThan(options.max);
    }),
  );
});
