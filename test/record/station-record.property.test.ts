import { expect, it } from "vitest";
import { cutBuckets } from "../../src/record/buckets.ts";
import { StationRecord } from "../../src/record/station-record.ts";
import { fc } from "../support/property.ts";

const level = fc.oneof(fc.constant(0), fc.nat(20));
const change = fc.record({
  gapUs: fc.oneof(fc.nat(2_000), fc.nat(300_000), fc.nat(30_000_000)),
  busy: level,
  heldOf: fc.nat(100),
  queued: level,
});

/** The part of a stretch that lies inside another. [ms] */
function overlapMs(fromMs: number, toMs: number, startMs: number, endMs: number): number {
  return Math.max(0, Math.min(toMs, endMs) - Math.max(fromMs, startMs));
}

// Goal: the integrals are the area under the levels, bucket by bucket, up to the end of the
// traffic. Method: random steps, shorter and much longer than a bucket, some after the end; each
// bucket against the sum over all steps of what overlaps it.
it("integrates its levels over each bucket, up to the end of the traffic", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 60_000_000 }).map((us) => us / 1_000),
      fc.array(change, { minLength: 1, maxLength: 25 }),
      (durationMs, changes) => {
        const buckets = cutBuckets(durationMs);
        const record = new StationRecord(buckets, durationMs);
        const steps: { fromMs: number; toMs: number; levels: readonly number[] }[] = [];
        let atUs = 0;
        let before = { atMs: 0, levels: [0, 0, 0] as readonly number[] };
        for (const { gapUs, busy, heldOf, queued } of [...changes, ...changes.slice(0, 1)]) {
          atUs += gapUs;
          const atMs = atUs / 1_000;
          steps.push({ fromMs: before.atMs, toMs: atMs, levels: before.levels });
          const held = Math.floor((busy * heldOf) / 100);
          if (steps.length <= changes.length) record.levels(atMs, busy, held, queued);
          else record.close(atMs);
          before = { atMs, levels: [busy, held, queued] };
          if (gapUs / 1_000 > 2 * buckets.bucketMs) reached.add("over several buckets");
          if (atMs > durationMs) reached.add("after the end");
        }
        const naive = (which: number) =>
          Array.from({ length: buckets.count }, (_, bucket) => {
            const startMs = bucket * buckets.bucketMs;
            const endMs = Math.min(startMs + buckets.bucketMs, durationMs);
            return steps.reduce(
              (sum, { fromMs, toMs, levels }) =>
                sum + (levels[which] ?? 0) * overlapMs(fromMs, toMs, startMs, endMs),
              0,
            );
          });
        // The level as a bucket ends is that of the step that goes on across its end.
        const queueEnds = Array.from({ length: buckets.count }, (_, bucket) => {
          const endMs = Math.min((bucket + 1) * buckets.bucketMs, durationMs);
          const across = steps.find(({ fromMs, toMs }) => fromMs < endMs && endMs <= toMs);
          return across?.levels[2] ?? 0;
        });
        expect([...record.queueEndBy]).toEqual(queueEnds);
        [record.busyMsBy, record.blockedMsBy, record.queueMsBy].forEach((found, which) => {
          const worst = naive(which).map((exact, i) => Math.abs(exact - (found[i] ?? 0)));
          expect(Math.max(...worst)).toBeLessThan(1e-6);
        });
      },
    ),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["over several buckets", "after the end"]));
});
