import { expect, it } from "vitest";
import { findBottlenecks } from "../../src/analysis/bottlenecks.ts";
import { fc } from "../support/property.ts";
import { stationOf } from "./variant-result.ts";

const bucketMs = 10_000;
const bucketCount = 12;
const levels = fc.constantFrom(0, 0, 0.5, 0.5, 0.7, 0.85, 0.96, 1);
const station = fc.record({
  utilisationRatio: fc.array(levels, { minLength: bucketCount, maxLength: bucketCount }),
  queueMean: fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 3, 9), {
    minLength: bucketCount,
    maxLength: bucketCount,
  }),
  dropped: fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 5), {
    minLength: bucketCount,
    maxLength: bucketCount,
  }),
  heldRatio: fc.constantFrom(0, 0.3, 0.9),
});

// Goal: whatever the series, spells are in order, apart, inside the run and long enough; each names
// a station that was at its limit then (a dip inside apart), and never a victim while one that works
// was at its limit throughout. Method: random levels around every threshold; each case is reached.
it("names only stations at their limit, one at a time, culprits first", () => {
  const reached = { nothing: 0, shift: 0, held: 0 };
  fc.assert(
    fc.property(fc.array(station, { minLength: 0, maxLength: 4 }), (drawn) => {
      const timesMs = Array.from({ length: bucketCount }, (_, bucket) => bucket * bucketMs);
      const stations = drawn.map(({ utilisationRatio, queueMean, dropped }, index) => {
        const arrivals = timesMs.map(() => 100);
        return { name: `s.${index}`, arrivals, utilisationRatio, queueMean, dropped };
      });
      const totals = drawn.map(({ heldRatio }, index) =>
        stationOf(`s.${index}`, { utilisationRatio: 0.5, blockedRatio: 0.5 * heldRatio }),
      );
      const series = { bucketMs, timesMs, stations };
      const { bottlenecks: found } = findBottlenecks({ series, stations: totals });

      const isAtLimit = (index: number, bucket: number): boolean => {
        const of = drawn[index];
        if (of === undefined) return false;
        const busy = of.utilisationRatio[bucket] ?? 0;
        return busy >= 0.95 || (of.queueMean[bucket] ?? 0) >= 4 || (of.dropped[bucket] ?? 0) > 0;
      };
      let endMs = 0;
      for (const { station, fromMs, toMs, why } of found) {
        expect(fromMs).toBeGreaterThanOrEqual(endMs);
        expect(toMs - fromMs).toBeGreaterThanOrEqual(2 * bucketMs);
        endMs = toMs;
        expect(why.startsWith(`${station}: busy `)).toBe(true);
        const named = Number(station.slice(2));
        const buckets = timesMs.flatMap((ms, bucket) =>
          fromMs <= ms && ms < toMs ? [bucket] : [],
        );
        for (const bucket of buckets) {
          const isDip = isAtLimit(named, bucket - 1) && isAtLimit(named, bucket + 1);
          expect(isAtLimit(named, bucket) || isDip).toBe(true);
        }
        if ((drawn[named]?.heldRatio ?? 0) < 0.5) continue;
        reached.held += 1;
        const culprit = drawn.findIndex(
          (it, index) => it.heldRatio < 0.5 && buckets.every((bucket) => isAtLimit(index, bucket)),
        );
        expect(culprit).toBe(-1);
      }
      expect(endMs).toBeLessThanOrEqual(bucketCount * bucketMs);
      if (found.length === 0) reached.nothing += 1;
      if (new Set(found.map((it) => it.station)).size > 1) reached.shift += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(10);
});

// Goal: a station that is overloaded for a while is found, exactly then. Method: one such stretch,
// at random, over calm stations.
it("finds one overload from its first bucket to its last", () => {
  const stretch = fc.tuple(fc.nat(bucketCount - 2), fc.integer({ min: 2, max: bucketCount }));
  fc.assert(
    fc.property(
      stretch,
      fc.nat(3),
      fc.double({ min: 0, max: 0.94, noNaN: true }),
      (it, who, calm) => {
        const [first, length] = it;
        const last = Math.min(bucketCount, first + length);
        const timesMs = Array.from({ length: bucketCount }, (_, bucket) => bucket * bucketMs);
        const zeros = timesMs.map(() => 0);
        const stations = [0, 1, 2, 3].map((index) => ({
          name: `s.${index}`,
          arrivals: zeros,
          dropped: zeros,
          queueMean: zeros,
          utilisationRatio: zeros.map((_, bucket) =>
            index === who && first <= bucket && bucket < last ? 0.97 : calm,
          ),
        }));
        const totals = stations.map(({ name }) => stationOf(name));
        const { bottlenecks: found } = findBottlenecks({
          series: { bucketMs, timesMs, stations },
          stations: totals,
        });
        const expected = { fromMs: first * bucketMs, toMs: last * bucketMs, station: `s.${who}` };
        expect(found).toEqual([expect.objectContaining(expected)]);
      },
    ),
  );
});
