import { expect, it } from "vitest";
import { RollingCount } from "../../src/policy/rolling-count.ts";
import { fc } from "../support/property.ts";

const slotCount = 4;
const windowMs = 40;
const slotMs = windowMs / slotCount;

// Goal: what is remembered is what happened in the newest slot and those before it that fill the
// window: all of the last window less one slot, and nothing older than the window. Method: random
// gaps, some longer than the window, beside a plain list of instants.
it("remembers the last window, less at most one slot", () => {
  const reached = new Set<string>();
  const gapUs = fc.oneof(fc.nat(9_000), fc.constant(10_000), fc.integer({ max: 90_000, min: 0 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(gapUs, fc.boolean()), { maxLength: 60 }), (steps) => {
      const rolling = new RollingCount(windowMs, slotCount);
      const instantsMs: number[] = [];
      let nowUs = 0;
      for (const [waitUs, happens] of steps) {
        nowUs += waitUs;
        const nowMs = nowUs / 1_000;
        if (happens) {
          rolling.add(nowMs);
          instantsMs.push(nowMs);
        }
        const newest = Math.floor(nowMs / slotMs);
        const kept = instantsMs.filter((it) => Math.floor(it / slotMs) > newest - slotCount);
        const sum = rolling.sum(nowMs);
        expect(sum).toBe(kept.length);
        expect(sum).toBeGreaterThanOrEqual(
          instantsMs.filter((it) => it > nowMs - windowMs + slotMs).length,
        );
        expect(sum).toBeLessThanOrEqual(instantsMs.filter((it) => it > nowMs - windowMs).length);
        if (sum === 0 && instantsMs.length > 0) reached.add("all forgotten");
        if (sum > 0 && sum < instantsMs.length) reached.add("some forgotten");
        if (sum > 1 && sum === instantsMs.length) reached.add("all kept");
      }
    }),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["all forgotten", "some forgotten", "all kept"]));
});

it("may begin at any time", () => {
  const rolling = new RollingCount(windowMs, slotCount);
  rolling.add(1e12);
  rolling.add(1e12 + 5);
  expect(rolling.sum(1e12 + 9)).toBe(2);
  expect(rolling.sum(1e12 + 40)).toBe(0);
});
