import { expect, it } from "vitest";
import { formatDuration, parseDurationMs, roundMs } from "../../src/kernel/units.ts";
import { fc } from "../support/property.ts";

const us = fc.oneof(
  fc.nat(2_000),
  fc.nat(3_000_000),
  fc.nat(2_000_000_000),
  fc.integer({ min: 0, max: 30 * 86_400 }).map((s) => s * 1_000_000),
  fc.integer({ min: 1, max: 500 }).map((h) => h * 3_600_000_000),
  fc.integer({ min: 1, max: 5_000 }).map((m) => m * 60_000_000),
  fc.integer({ min: 0, max: 30 * 86_400_000_000 }),
);

// Goal: what is written for a reader can be written into a scenario and means the same. Method:
// durations of every size in whole microseconds, as all durations of a run are.
it("reads back every duration that it writes", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(us, (it) => {
      const ms = roundMs(it / 1_000);
      const text = formatDuration(ms);
      expect(parseDurationMs(text)).toBe(ms);
      reached.add(text.replaceAll(/[\d.]+/g, ""));
    }),
    { numRuns: 2_000 },
  );
  for (const form of ["us", "ms", "s", "hs", "hms", "hm", "h"]) expect(reached).toContain(form);
});
