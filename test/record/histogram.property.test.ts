import { expect, it } from "vitest";
import { TimeHistogram } from "../../src/record/histogram.ts";
import { fc } from "../support/property.ts";

const us = fc.oneof(
  fc.constant(0), // Most waits are none.
  fc.nat(3_000),
  fc.nat(10_000_000),
  fc.integer({ min: 0, max: 7 * 86_400_000_000 }),
);
const samples = fc.array(
  us.map((it) => it / 1_000),
  { minLength: 1, maxLength: 300 },
);
const thousandths = [1, 250, 500, 900, 990, 999, 1_000];

function recorded(timesMs: readonly number[], digits?: 2 | 3): TimeHistogram {
  const histogram = new TimeHistogram(digits);
  for (const ms of timesMs) histogram.record(ms);
  return histogram;
}

/** All that a histogram says. */
function told(of: TimeHistogram) {
  const quantilesMs = thousandths.map((it) => of.quantileMs(it / 1_000));
  return { count: of.count, maxMs: of.maxMs, quantilesMs };
}

// Goal: what is reported is within 0.1 % (1 % with two digits) of the exact sample quantile: the
// least sample that this share did not exceed. Method: samples from microseconds to a week, sorted.
it("is within 0.1 % of the exact quantiles", () => {
  fc.assert(
    fc.property(samples, fc.constantFrom(2 as const, 3 as const), (timesMs, digits) => {
      const histogram = recorded(timesMs, digits);
      const sorted = [...timesMs].sort((a, b) => a - b);
      for (const share of thousandths) {
        const rank = Math.max(1, Math.ceil((share * sorted.length) / 1_000));
        const exactMs = sorted[rank - 1] ?? Number.NaN;
        const foundMs = histogram.quantileMs(share / 1_000) ?? Number.NaN;
        expect(Math.abs(foundMs - exactMs)).toBeLessThanOrEqual(10 ** -digits * exactMs + 1e-9);
      }
      expect(histogram.maxMs).toBe(sorted.at(-1));
      expect(histogram.quantileMs(1)).toBeLessThanOrEqual(histogram.maxMs);
      expect(histogram.meanMs).toBeCloseTo(timesMs.reduce((a, b) => a + b) / timesMs.length, 3);
    }),
    { numRuns: 200 },
  );
});

// Goal: adding up replicas and runs, and sending them between processes, loses nothing. Method: one
// histogram of all samples against two merged ones, each of which may have been on its way; and
// what arrived goes on recording.
it("adds up, here and from other processes, to what one alone would have recorded", () => {
  const reached = new Set<string>();
  const travel = (it: TimeHistogram) => TimeHistogram.fromWire(it.toWire());
  const some = fc.array(
    us.map((it) => it / 1_000),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(some, some, fc.boolean(), fc.boolean(), (ones, others, isFar, goesOn) => {
      const all = recorded([...ones, ...others]);
      const far = isFar ? travel(recorded(ones)) : recorded(ones);
      if (goesOn) for (const ms of others) far.record(ms);
      else far.add(isFar ? travel(recorded(others)) : recorded(others));
      expect(told(far)).toEqual(told(all));
      expect(told(travel(far))).toEqual(told(all));
      expect(far.sumMs).toBeCloseTo(all.sumMs, 3);
      if (ones.length === 0 || others.length === 0) reached.add("one is empty");
      else reached.add(`${isFar ? "far" : "near"}, ${goesOn ? "goes on" : "merged"}`);
    }),
    { numRuns: 300 },
  );
  const all = ["one is empty", "far, goes on", "far, merged", "near, goes on", "near, merged"];
  expect(reached).toEqual(new Set(all));
});
