import { expect, it } from "vitest";
import { formatDuration } from "../../src/kernel/units.ts";
import { Backoff, BackoffSpec } from "../../src/policy/backoff.ts";
import { fc } from "../support/property.ts";

const us = fc.integer({ min: 1, max: 60_000_000 });
const u = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });
const jitters = ["none", "equal", "full", "decorrelated"] as const;

/** The bounds of the wait before `retry`, by the formulas of the blog article. [ms] */
function boundsMs(
  jitter: (typeof jitters)[number],
  it: { base: number; factor: number; max: number },
  retry: number,
  previousMs: number,
): readonly [number, number] {
  const ceiling = Math.min(it.max, it.base * it.factor ** (retry - 1));
  if (jitter === "none") return [ceiling, ceiling];
  if (jitter === "equal") return [ceiling / 2, ceiling];
  if (jitter === "full") return [0, ceiling];
  const before = retry === 1 ? it.base : previousMs;
  return [it.base, Math.min(it.max, before * (it.factor + 1))];
}

// Goal: no wait leaves the bounds of its jitter, nor is it other than whole microseconds; what
// chance is good for, it uses: waits come near both bounds. Method: random settings, and calls that
// retry with random draws, each handing its last wait on.
it("stays within the bounds of its jitter, and uses them", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(...jitters),
      fc.tuple(us, us),
      fc.integer({ min: 100, max: 400 }),
      fc.array(fc.oneof(u, fc.constantFrom(0.001, 0.999)), { minLength: 1, maxLength: 30 }),
      (jitter, [a, b], hundredths, draws) => {
        const base = Math.min(a, b) / 1_000;
        const max = Math.max(a, b) / 1_000;
        const factor = hundredths / 100;
        const written = { base: formatDuration(base), max: formatDuration(max), jitter };
        const spec = BackoffSpec.parse({ exponential: { ...written, factor: `${factor}x` } });
        const backoff = new Backoff(spec);
        let previousMs = 0;
        draws.forEach((draw, i) => {
          const [least, most] = boundsMs(jitter, { base, factor, max }, i + 1, previousMs);
          const ms = backoff.nextMs(i + 1, previousMs, draw);
          expect(ms).toBeGreaterThanOrEqual(least - 0.0005001);
          expect(ms).toBeLessThanOrEqual(Math.min(most + 0.0005001, max));
          expect(Math.abs(ms * 1_000 - Math.round(ms * 1_000))).toBeLessThan(1e-6);
          if (ms === max) reached.add(`${jitter}: longest`);
          if (most - least > 1 && ms < least + 0.1 * (most - least)) reached.add(`${jitter}: low`);
          if (most - least > 1 && ms > most - 0.1 * (most - least)) reached.add(`${jitter}: high`);
          previousMs = ms;
        });
      },
    ),
    { numRuns: 1_000 },
  );
  for (const jitter of ["equal", "full", "decorrelated"]) {
    expect(reached).toContain(`${jitter}: low`);
    expect(reached).toContain(`${jitter}: high`);
  }
  expect(reached).toContain("none: longest");
  expect(reached).toContain("decorrelated: longest");
});

// Goal: a greater draw never gives a shorter wait, so that variants under the same luck compare.
it("grows with the draw", () => {
  fc.assert(
    fc.property(fc.constantFrom(...jitters), fc.nat(20), us, u, u, (jitter, retry, at, v, w) => {
      const backoff = new Backoff(BackoffSpec.parse({ exponential: { jitter } }));
      const [low, high] = [v, w]
        .sort((x, y) => x - y)
        .map((draw) => backoff.nextMs(retry + 1, at / 1_000, draw));
      expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
    }),
  );
});
