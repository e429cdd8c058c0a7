import { describe, expect, it } from "vitest";
import { RunRecord } from "../../src/record/run-record.ts";
import { StationRecord } from "../../src/record/station-record.ts";
import { activation } from "./activations.ts";

/** 25 s of traffic, in buckets of 500 ms; money is promised within 5 s. */
function emptyRecord(isLive = false): RunRecord {
  const record = new RunRecord({ durationMs: 25_000, promiseMs: 5_000, isLive });
  record.beginRun();
  return record;
}

/** What one run of these activations comes to. */
function summaryOf(...changes: readonly Parameters<typeof activation>[0][]) {
  const record = emptyRecord();
  for (const change of changes) record.add(activation(change));
  return record.summarise("baseline");
}

const uncredited = { creditedAtMs: Number.NaN, creditCount: 0 };
const unmeasured = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null };

describe("RunRecord", () => {
  it("says of a run without activations that nothing was measured", () => {
    const summary = summaryOf();
    expect(summary).toMatchObject({ name: "baseline", seeds: 1, planned: 0, uncreditedRatio: 0 });
    expect(summary.latencyMs).toEqual(unmeasured);
    expect(summary.series.timesMs.length).toBe(summary.series.planned.length);
    expect(summary.series.latencyP99Ms.every((it) => it === null)).toBe(true);
  });

  it.each([
    { why: "credited once and told", it: {}, counts: {} },
    { why: "credited twice", it: { creditCount: 2 }, counts: { doubleCredited: 1 } },
    {
      why: "credited three times counts once",
      it: { creditCount: 3 },
      counts: { doubleCredited: 1 },
    },
    {
      why: "told approved, and no ledger knows",
      it: uncredited,
      counts: { phantom: 1 },
    },
    {
      why: "told approved, where nothing is posted anyway",
      it: { posts: false, creditCount: 0 },
      counts: {},
    },
    {
      why: "declined, and no ledger knows",
      it: { ...uncredited, toldApproved: false, toldDeclined: true },
      counts: {},
    },
  ])("checks the ledger: $why", ({ it, counts }) => {
    const none = { doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 };
    expect(summaryOf(it).integrity).toEqual({ ...none, ...counts });
  });

  it("counts what the ledger misses as it is told", () => {
    const record = emptyRecord();
    record.addMissing(2);
    record.addMissing(3);
    expect(record.summarise("baseline").integrity.missing).toBe(5);
  });

  it.each([
    { why: "credited and told", it: {}, unnotified: 0 },
    { why: "credited, but told nothing", it: { toldApproved: false }, unnotified: 1 },
    {
      why: "credited, but told the contrary",
      it: { toldApproved: false, toldDeclined: true },
      unnotified: 1,
    },
    {
      why: "not credited, and told nothing",
      it: { ...uncredited, toldApproved: false },
      unnotified: 0,
    },
  ])("counts merchants who were never told: $why", ({ it, unnotified }) => {
    expect(summaryOf(it).unnotified).toBe(unnotified);
  });

  it("measures latency from the plan, and service time from the first send", () => {
    const record = emptyRecord(true); // Simulated, both are the same.
    const at = { plannedMs: 1_000, sendLagMs: 30, endedMs: 1_400, creditedAtMs: 1_250 };
    record.add(activation(at));
    const { latencyMs, serviceTimeMs, timeToCreditMs } = record.summarise("baseline");
    expect(latencyMs).toMatchObject({ count: 1, max: 400 });
    expect(serviceTimeMs).toMatchObject({ count: 1, max: 370 });
    expect(timeToCreditMs).toMatchObject({ count: 1, max: 250 });
  });

  it("measures no latency of what was never answered", () => {
    const summary = summaryOf({ endedMs: Number.NaN, ending: "unfinished", ...uncredited });
    expect(summary.latencyMs).toEqual(unmeasured);
    expect(summary.serviceTimeMs).toEqual(unmeasured);
    expect(summary.timeToCreditMs).toEqual(unmeasured);
  });

  it.each([
    { isLive: false, count: 0 },
    { isLive: true, count: 1 },
  ])("keeps the lag of the sends when live ($isLive) alone", ({ isLive, count }) => {
    const record = emptyRecord(isLive);
    record.add(activation({ sendLagMs: 0.25 }));
    record.add(activation({ sendLagMs: Number.NaN }));
    const { sendLagMs, series } = record.summarise("baseline");
    expect(sendLagMs.count).toBe(count);
    expect(series.sendLagP99Ms.length).toBe(isLive ? series.planned.length : 0);
  });

  it("counts an activation where it was planned, whenever it ended", () => {
    const { series } = summaryOf(
      { plannedMs: 499.999, creditedAtMs: 20_000, endedMs: 20_000 },
      { plannedMs: 500, ...uncredited },
    );
    expect(series.bucketMs).toBe(500);
    expect(series.planned.slice(0, 3)).toEqual([1, 1, 0]);
    expect(series.late.slice(0, 3)).toEqual([1, 0, 0]);
    expect(series.lost.slice(0, 3)).toEqual([0, 1, 0]);
    expect(series.latencyP50Ms.slice(0, 3).map((it) => it !== null)).toEqual([true, true, false]);
  });
});

describe("a station's summary", () => {
  const shape = { name: "bank.risk", replicas: 2, workers: 2 };
  /** The same levels all through the traffic; of two busy workers one is held. */
  function replica(record: RunRecord, busy: number, queued: number): StationRecord {
    const station = new StationRecord(record.buckets, 25_000);
    station.levels(0, busy, busy > 1 ? 1 : 0, queued);
    station.close(30_000);
    return station;
  }

  it("takes all workers of all replicas together", () => {
    const record = emptyRecord();
    record.addStation(shape, replica(record, 1, 0));
    record.addStation(shape, replica(record, 2, 3));
    const { stations, series } = record.summarise("baseline");
    expect(stations.length).toBe(1);
    expect(stations[0]).toMatchObject({
      utilisationRatio: 0.75,
      blockedRatio: 0.25,
      queueMean: 3,
      queueMax: 3,
    });
    expect(series.stations[0]?.utilisationRatio.every((it) => Math.abs(it - 0.75) < 1e-9)).toBe(
      true,
    );
    expect(series.stations[0]?.queueMean.every((it) => Math.abs(it - 3) < 1e-9)).toBe(true);
  });

  it("does not dilute over runs: two equal runs are as busy as one", () => {
    const record = emptyRecord();
    record.addStation(shape, replica(record, 1, 2));
    const one = record.summarise("baseline");
    record.beginRun();
    record.addStation(shape, replica(record, 1, 2));
    const two = record.summarise("baseline");
    expect(two.seeds).toBe(2);
    expect(two.stations).toEqual(one.stations);
    expect(two.series.stations).toEqual(one.series.stations);
  });

  it("says nothing of waits and times that never were", () => {
    const record = emptyRecord();
    record.addStation(shape, new StationRecord(record.buckets, 25_000).toWire());
    expect(record.summarise("baseline").stations[0]).toMatchObject({
      utilisationRatio: 0,
      waitedRatio: null,
      waitMeanMs: null,
      waitP99Ms: null,
      serviceMeanMs: null,
    });
  });

  it("takes the last bucket as short as the traffic leaves it", () => {
    const record = new RunRecord({ durationMs: 12_050, promiseMs: 5_000, isLive: false });
    record.beginRun();
    const station = new StationRecord(record.buckets, 12_050);
    station.levels(0, 4, 0, 1);
    station.close(20_000);
    record.addStation({ ...shape, replicas: 1, workers: 4 }, station);
    const { series } = record.summarise("baseline");
    expect(series.bucketMs).toBe(200);
    expect(series.timesMs.at(-1)).toBe(12_000);
    expect(series.stations[0]?.utilisationRatio.at(-1)).toBeCloseTo(1, 9);
    expect(series.stations[0]?.queueMean.at(-1)).toBeCloseTo(1, 9);
  });
});

describe("a warm-up", () => {
  it("leaves the books whole: a credit given twice is one whenever it was given", () => {
    const options = { durationMs: 25_000, promiseMs: 5_000, isLive: false, warmUpMs: 10_000 };
    const record = new RunRecord(options);
    record.beginRun();
    record.add(activation({ plannedMs: 9_999, endedMs: 10_100, creditCount: 2 }));
    record.add(activation({ plannedMs: 10_000, endedMs: 10_100 }));
    const summary = record.summarise("baseline");
    expect(summary).toMatchObject({ planned: 1, attempts: 1, outcomes: { credited: 1 } });
    expect(summary.integrity.doubleCredited).toBe(1);
    expect(summary.money?.postedCount).toBe(3);
    expect(summary.latencyMs.count).toBe(1);
    expect(summary.series.planned.reduce((sum, it) => sum + it, 0)).toBe(2);
  });
});
