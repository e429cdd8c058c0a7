import { expect, it } from "vitest";
import type { Window } from "../../src/kernel/window.ts";
import type { Arrivals } from "../../src/traffic/arrivals.ts";
import { buildArrivalPlan } from "../../src/traffic/plan.ts";
import { fc } from "../support/property.ts";
import { listed } from "./planned.ts";

const rate = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 50, noNaN: true }));
const spacing = fc.constantFrom("even" as const, "poisson" as const);
const whole = fc.integer({ min: 1, max: 20_000_000 }).map((us) => us / 1_000);

const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  rate.map((it) => ({ even: { rate: it } })),
  rate.map((it) => ({ poisson: { rate: it } })),
  fc
    .record({
      rates: fc.array(rate, { minLength: 2, maxLength: 6 }),
      gaps: fc.array(whole, { minLength: 6, maxLength: 6 }),
      spacing,
    })
    .map(({ rates, gaps, spacing }) => {
      let atMs = -(gaps[0] ?? 0);
      const points = rates.map((it, i): [number, number] => {
        atMs += gaps[i] ?? 1;
        return [atMs, it];
      });
      return { curve: { points, spacing } };
    }),
  fc
    .record({
      counts: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 }),
      every: whole.map((ms) => ms + 100),
      peak: fc.option(rate, { nil: undefined }),
      spacing,
    })
    .filter(({ counts }) => counts.some((count) => count > 0))
    .map((profile) => ({ profile })),
);

// Goal: whatever the rate does, instants are in order, within bounds and whole microseconds; and a
// window is exactly a part of the whole plan. Method: random rates, zeros among them, random windows.
it("is in order, in whole microseconds, and a window is a part of the whole", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      arrivals,
      fc.string({ maxLength: 5 }),
      fc.integer({ min: 1, max: 40_000_000 }).map((us) => us / 1_000),
      fc.tuple(whole, whole),
      (arrivals, seed, durationMs, [fromMs, lengthMs]) => {
        const options = { arrivals, seed, stream: "s", durationMs };
        const plan = listed(buildArrivalPlan(options));
        const wrong = plan.filter(
          ({ index, atMs }, i) =>
            index !== i ||
            atMs < (plan[i - 1]?.atMs ?? 0) ||
            atMs >= durationMs ||
            atMs !== Math.round(atMs * 1_000) / 1_000,
        );
        expect(wrong).toEqual([]);
        const partOf = (window: Window) =>
          plan
            .filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs)
            .map((it) => ({ ...it, atMs: Math.round((it.atMs - window.fromMs) * 1_000) / 1_000 }));
        const window = { fromMs, toMs: fromMs + lengthMs };
        const later = { fromMs: fromMs + lengthMs / 2, toMs: fromMs + 2 * lengthMs };
        // The second time it is known where a window begins.
        for (const each of [later, window, later, window]) {
          expect(listed(buildArrivalPlan({ ...options, window: each }))).toEqual(partOf(each));
        }
        const part = partOf(window);

        const kind = Object.keys(arrivals).join();
        reached.add(`${kind}, ${plan.length > 0 ? "some" : "none"}`);
        if (part.length > 0 && part.length < plan.length) reached.add(`${kind}, part`);
      },
    ),
    { numRuns: 400 },
  );
  for (const kind of ["even", "poisson", "curve", "profile"]) {
    for (const what of ["some", "none", "part"]) expect(reached).toContain(`${kind}, ${what}`);
  }
});
