import { describe, expect, it } from "vitest";
import { StationRecord } from "../../src/record/station-record.ts";

const buckets = { bucketMs: 1_000, count: 3 };
const durationMs = 2_500;

/** One worker taken from 0.5 s to 2.2 s, held from 1 s on; two wait from 1 s to 2.2 s; one is dropped. */
function busyRecord(): StationRecord {
  const record = new StationRecord(buckets, durationMs);
  record.arrived(500);
  record.levels(500, 1, 0, 0);
  record.started(500, 0);
  record.arrived(1_000);
  record.arrived(1_000);
  record.dropped(1_000, 0);
  record.levels(1_000, 1, 1, 2);
  record.levels(2_200, 0, 0, 0);
  record.completed(2_200, 1_700);
  record.started(2_200, 1_200);
  record.failed(2_200);
  record.close(9_000);
  return record;
}

describe("StationRecord", () => {
  it("spreads levels over the buckets that they touch", () => {
    const record = busyRecord();
    expect([...record.busyMsBy]).toEqual([500, 1_000, 200]);
    expect([...record.blockedMsBy]).toEqual([0, 1_000, 200]);
    expect([...record.queueMsBy]).toEqual([0, 2_000, 400]);
    expect([...record.arrivalsBy]).toEqual([1, 2, 0]);
    expect([...record.dropsBy]).toEqual([0, 1, 0]);
  });

  it("counts what it is told", () => {
    const { waits, ...record } = busyRecord();
    expect(record).toMatchObject({
      arrivals: 3,
      completions: 1,
      dropCount: 1,
      failCount: 1,
      startCount: 2,
      waitedCount: 1,
      heldSumMs: 1_700,
      queueMax: 2,
    });
    expect(waits.toSpread()).toMatchObject({ count: 2, mean: 600, max: 1_200 });
  });

  it("ends its integrals and series with the traffic, and its counts with the run", () => {
    const record = new StationRecord(buckets, durationMs);
    record.levels(2_000, 3, 0, 7);
    record.arrived(60_000);
    record.dropped(60_000, 0);
    record.levels(60_000, 1, 0, 9);
    record.close(120_000);
    expect([...record.busyMsBy]).toEqual([0, 0, 1_500]);
    expect([...record.queueMsBy]).toEqual([0, 0, 3_500]);
    expect(record).toMatchObject({ arrivals: 1, dropCount: 1, queueMax: 9 });
    expect(record).toMatchObject({ busyNow: 1, queuedNow: 9 });
    expect([...record.dropsBy]).toEqual([0, 0, 0]);
    expect([...record.arrivalsBy]).toEqual([0, 0, 0]);
  });

  it("is closed as often as one likes", () => {
    const record = new StationRecord(buckets, durationMs);
    record.levels(0, 1, 0, 0);
    record.close(1_000);
    record.close(1_000);
    record.close(1_500);
    expect([...record.busyMsBy]).toEqual([1_000, 500, 0]);
  });

  it.each([
    { why: "in this process", sent: (it: StationRecord) => it },
    {
      why: "from another process, as text",
      sent: (it: StationRecord): ReturnType<StationRecord["toWire"]> =>
        JSON.parse(JSON.stringify(it.toWire())),
    },
  ])("adds up replicas $why: sums, and the longest queue of one", ({ sent }) => {
    const sum = new StationRecord(buckets, durationMs);
    sum.add(sent(busyRecord()));
    const { waits, ...alone } = busyRecord().toWire();
    expect(sum.toWire()).toMatchObject(alone);
    expect(sum.waits.count).toBe(waits.count);
    sum.add(sent(busyRecord()));
    expect(sum).toMatchObject({
      arrivals: 6,
      completions: 2,
      dropCount: 2,
      failCount: 2,
      startCount: 4,
      waitedCount: 2,
      heldSumMs: 3_400,
      queueMax: 2,
    });
    expect([...sum.busyMsBy]).toEqual([1_000, 2_000, 400]);
    expect([...sum.blockedMsBy]).toEqual([0, 2_000, 400]);
    expect([...sum.queueMsBy]).toEqual([0, 4_000, 800]);
    expect([...sum.arrivalsBy]).toEqual([2, 4, 0]);
    expect([...sum.dropsBy]).toEqual([0, 2, 0]);
    expect(sum.waits.toSpread()).toMatchObject({ count: 4, mean: 600, max: 1_200 });
  });
});
