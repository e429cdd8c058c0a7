import { expect, it } from "vitest";
import type { Arrivals } from "../../src/traffic/arrivals.ts";
import { expectedCount } from "../../src/traffic/plan.ts";
import { buildSurgePlans } from "../../src/traffic/surge.ts";
import { fc } from "../support/property.ts";
import { listed } from "./planned.ts";

const ms = (minUs: number, maxUs: number) =>
  fc.integer({ min: minUs, max: maxUs }).map((us) => us / 1_000);
const rate = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 50, noNaN: true }));

const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  rate.map((it) => ({ even: { rate: it } })),
  fc
    .record({
      rates: fc.array(rate, { minLength: 2, maxLength: 6 }),
      gaps: fc.array(ms(1, 20_000_000), { minLength: 6, maxLength: 6 }),
    })
    .map(({ rates, gaps }) => {
      let atMs = 0;
      const points = rates.map((it, i): [number, number] => {
        atMs += gaps[i] ?? 1;
        return [atMs, it];
      });
      return { curve: { points, spacing: "even" as const } };
    }),
  fc
    .record({
      counts: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 }),
      every: ms(100_000, 20_000_000),
    })
    .filter(({ counts }) => counts.some((count) => count > 0))
    .map((it) => ({ profile: { ...it, peak: undefined, spacing: "even" as const } })),
);

const stretches = fc
  .array(
    fc.record({
      pauseMs: fc.oneof(fc.constant(0), ms(0, 8_000_000)),
      lengthMs: ms(1, 8_000_000),
      extraFactor: fc.double({ min: 0.01, max: 5, noNaN: true }),
    }),
    { maxLength: 6 },
  )
  .map((parts) => {
    let atMs = 0;
    return parts.map(({ pauseMs, lengthMs, extraFactor }) => {
      const fromMs = atMs + pauseMs;
      atMs = fromMs + lengthMs;
      return { fromMs, toMs: atMs, extraFactor };
    });
  });

// Goal: whatever the rate and the stretches, extra arrivals are in order, lie in their stretches, and
// are as many as the integral of the extra rate, to the nearest whole number. Method: even spacing,
// whose count leaves nothing to chance, under random rates, zeros among them, and random stretches.
it("brings as many arrivals as the extra rate has area, each within a stretch", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(arrivals, stretches, ms(1_000, 40_000_000), (arrivals, stretches, durationMs) => {
      const surges = [{ index: 0, stretches }];
      const options = { arrivals, seed: "1", stream: "s", durationMs, surges };
      const extra = buildSurgePlans(options).flatMap(listed);
      const expected = stretches.reduce((sum, { fromMs, toMs, extraFactor }) => {
        const window = { fromMs, toMs };
        return sum + extraFactor * expectedCount(arrivals, durationMs, window);
      }, 0);
      expect(extra.length).toBeLessThan(expected + 0.5 + 1e-6);
      // The last may be due so close to the end that it is rounded out of the run.
      expect(extra.length).toBeGreaterThan(expected - 1.5 - 1e-6);
      if (extra.length > expected - 0.5 - 1e-6) reached.add("exact");
      extra.forEach(({ atMs, index }, i) => {
        expect(index).toBe(2 ** 31 + i);
        expect(atMs).toBeGreaterThanOrEqual(extra[i - 1]?.atMs ?? 0);
        expect(atMs).toBeLessThan(durationMs);
        expect(stretches.some((it) => atMs >= it.fromMs - 0.0011 && atMs <= it.toMs + 0.0011)).toBe(
          true,
        );
      });
      reached.add(`${Object.keys(arrivals).join()}, ${extra.length > 1 ? "several" : "few"}`);
      if (extra.length > 0 && (stretches.at(-1)?.toMs ?? 0) > durationMs) reached.add("cut");
    }),
    { numRuns: 400 },
  );
  for (const kind of ["even", "curve", "profile"]) {
    for (const count of ["several", "few"]) expect(reached).toContain(`${kind}, ${count}`);
  }
  for (const state of ["cut", "exact"]) expect(reached).toContain(state);
});
