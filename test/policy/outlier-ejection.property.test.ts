import { expect, it } from "vitest";
import { OutlierEjection, OutlierEjectionSpec } from "../../src/policy/outlier-ejection.ts";
import { fc } from "../support/property.ts";

const specs = fc
  .record({
    consecutive: fc.integer({ min: 1, max: 4 }),
    interval: fc.constantFrom("1s", "4s", "10s"),
    base: fc.constantFrom("1s", "7s"),
    max: fc.constantFrom("7s", "20s"),
    most: fc.constantFrom("0%", "10%", "34%", "50%", "100%"),
    rules: fc.constantFrom(
      {},
      { failures: { share: "60%", hosts: 2, volume: 2 } },
      { deviation: { factor: "1x", hosts: 2, volume: 2 } },
      { failures: { hosts: 1, volume: 1 }, deviation: { factor: "0.5x", hosts: 1, volume: 1 } },
    ),
  })
  .map(({ rules, ...rest }) => OutlierEjectionSpec.parse({ ...rest, ...rules }));

const steps = fc.array(
  fc.record({
    replica: fc.nat(100),
    failed: fc.nat(9).map((it) => it < 7),
    gapMs: fc.oneof(
      { weight: 4, arbitrary: fc.nat(300) },
      { weight: 1, arbitrary: fc.constantFrom(1_000, 9_000, 30_000) },
    ),
  }),
  { maxLength: 80, size: "max" },
);

/** The ends of intervals after one instant, up to another. [ms] */
function sweepsBetween(intervalMs: number, afterMs: number, toMs: number): number[] {
  const first = Math.floor(afterMs / intervalMs) + 1;
  const count = Math.max(0, Math.floor(toMs / intervalMs) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * intervalMs);
}

const outCountOf = (it: OutlierEjection): number =>
  it.admitted.reduce((count, mark) => count + 1 - mark, 0);

// Goal: whatever is answered when, no more are out at once than max(1, share of the replicas), and
// never the last one; each stays out for whole steps of `base` or for `max`; failures in a row
// eject at once, and between the ends of intervals nothing else does; and it does not matter who
// looks when. Method: random answers with random pauses, looked at as a timer would, at the end of
// every interval, beside each replica's failures in a row; a twin that is told of the answers alone
// must come out the same.
it("never ejects too many, nor for too long, nor for no reason", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(specs, fc.integer({ min: 1, max: 7 }), steps, (spec, replicaCount, played) => {
      const ejection = new OutlierEjection(spec, replicaCount);
      const twin = new OutlierEjection(spec, replicaCount);
      const share = Math.floor(spec.most * replicaCount + 1e-9);
      const mostCount = Math.min(Math.max(1, share), replicaCount - 1);
      const rows = new Array<number>(replicaCount).fill(0);
      let nowMs = 0;

      const look = (atMs: number) => {
        const { ejectedCount } = ejection;
        ejection.refresh(atMs);
        if (ejection.ejectedCount > ejectedCount) reached.add("ejected by its share");
        ejection.admitted.forEach((mark, replica) => {
          if (mark === 0) rows[replica] = 0;
        });
        const outCount = outCountOf(ejection);
        expect(outCount).toBeLessThanOrEqual(mostCount);
        expect(ejection.nextReturnMs).toBeGreaterThan(atMs);
        expect(ejection.nextReturnMs === Number.POSITIVE_INFINITY).toBe(outCount === 0);
        if (outCount > 1) reached.add("several out");
      };

      for (const { replica: drawn, failed, gapMs } of played) {
        const sweeps = sweepsBetween(spec.interval, nowMs, nowMs + gapMs);
        nowMs += gapMs;
        for (const atMs of [...sweeps, nowMs]) look(atMs);

        const replica = drawn % replicaCount;
        const outBefore = outCountOf(ejection);
        const { ejectedCount, nextReturnMs } = ejection;
        const wasAdmitted = ejection.admitted[replica] === 1;
        ejection.ended(replica, failed, nowMs);
        const row = wasAdmitted && failed ? (rows[replica] ?? 0) + 1 : 0;
        const isTooLong = row === spec.consecutive;
        const isEjected = isTooLong && outBefore < mostCount;
        rows[replica] = isTooLong ? 0 : row;
        expect(ejection.ejectedCount - ejectedCount).toBe(isEjected ? 1 : 0);
        expect(ejection.admitted[replica]).toBe(wasAdmitted && !isEjected ? 1 : 0);
        if (!wasAdmitted) reached.add("answered while out");
        if (isTooLong) reached.add(isEjected ? "ejected by its row" : "too many out");
        if (isEjected && ejection.nextReturnMs < nextReturnMs) {
          const lengthMs = ejection.nextReturnMs - nowMs;
          expect(lengthMs === spec.max || lengthMs % spec.base === 0).toBe(true);
          expect(lengthMs).toBeLessThanOrEqual(spec.max);
          reached.add(lengthMs > spec.base ? "longer than the first" : "as long as the first");
        }
        look(nowMs);

        if (wasAdmitted && ejectedCount > twin.ejectedCount) reached.add("judged late");
        twin.ended(replica, failed, nowMs);
        expect(twin.admitted).toEqual(ejection.admitted);
        expect(twin.ejectedCount).toBe(ejection.ejectedCount);
        expect(twin.nextReturnMs).toBe(ejection.nextReturnMs);
      }
    }),
    { numRuns: 120 },
  );
  expect([...reached].sort()).toEqual([
    "answered while out",
    "as long as the first",
    "ejected by its row",
    "ejected by its share",
    "judged late",
    "longer than the first",
    "several out",
    "too many out",
  ]);
});
