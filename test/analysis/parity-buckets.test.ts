import { describe, expect, it } from "vitest";
import { curvesOf, cutGrid } from "../../src/analysis/parity-buckets.ts";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { neededBuckets, toleranceOf } from "../../src/analysis/parity-tolerances.ts";
import type { Series } from "../../src/record/result.ts";

function seriesOf(bucketMs: number, count: number, changes: Partial<Series> = {}): Series {
  const each = (value: number) => new Array<number>(count).fill(value);
  return {
    bucketMs,
    timesMs: Array.from({ length: count }, (_, index) => index * bucketMs),
    planned: each(10),
    credited: each(10),
    late: each(0),
    declined: each(0),
    blocked: each(0),
    lost: each(0),
    latencyP50Ms: each(1),
    latencyP99Ms: each(1),
    sendLagP99Ms: [],
    stations: [],
    ...changes,
  };
}

describe("cutGrid", () => {
  it.each([
    {
      why: "buckets of a second where there is enough traffic",
      run: { bucketMs: 100, count: 80, planned: 800 },
      edgesMs: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000],
    },
    {
      why: "longer ones where there is less",
      run: { bucketMs: 100, count: 80, planned: 200 },
      edgesMs: [0, 2_000, 4_000, 6_000, 8_000],
    },
    {
      why: "four at least, however little there is",
      run: { bucketMs: 100, count: 80, planned: 3 },
      edgesMs: [0, 2_000, 4_000, 6_000, 8_000],
    },
    {
      why: "the record's own where those are long",
      run: { bucketMs: 60_000, count: 4, planned: 9_000 },
      edgesMs: [0, 60_000, 120_000, 180_000, 240_000],
    },
    {
      why: "one where there is but one",
      run: { bucketMs: 100, count: 1, planned: 0 },
      edgesMs: [0, 100],
    },
  ])("makes $why", ({ run, edgesMs }) => {
    const series = seriesOf(run.bucketMs, run.count);
    const durationMs = run.bucketMs * run.count;
    expect(cutGrid({ series, planned: run.planned }, durationMs, []).edgesMs).toEqual(edgesMs);
  });

  it("does not judge a stub at the end, nor what touches an excluded span", () => {
    const series = seriesOf(100, 63);
    const excluded = [{ why: "bank#1 killed", fromMs: 1_900, toMs: 3_000 }];
    const grid = cutGrid({ series, planned: 630 }, 6_300, excluded);
    expect(grid.edgesMs).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 6_300]);
    expect(grid.isJudged).toEqual([true, false, false, true, true, true, false]);
  });
});

describe("curvesOf", () => {
  it("adds counts up, weights means by time, and takes percentiles from the samples", () => {
    // Two buckets of 2 s: the last second of the record is cut to half.
    const series = seriesOf(1_000, 4, {
      planned: [10, 30, 20, 20],
      credited: [10, 20, 20, 20],
      lost: [0, 10, 0, 0],
      stations: [
        {
          name: "bank.risk",
          arrivals: [],
          dropped: [],
          utilisationRatio: [0.2, 0.4, 0.3, 0.9],
          queueMean: [0, 2, 3, 0],
        },
      ],
    });
    const log = new ActivationLog();
    for (let index = 0; index < 100; index += 1) {
      log.add(1, index, index < 60 ? 500 : 2_500, index < 60 ? index + 1 : 7, "credited");
    }
    log.add(1, 100, 400, Number.NaN, "lost");
    const grid = { edgesMs: [0, 2_000, 3_500], size: 2, count: 2, isJudged: [true, true] };
    const curves = curvesOf({ series, stations: [{ name: "bank.risk" }] as never }, log, grid);
    const values = (of: string, figure?: string) =>
      curves.find((it) => it.of === of && (figure ?? it.figure) === it.figure)?.values;
    expect(values("credited")).toEqual([0.75, 1]);
    expect(values("lost")).toEqual([0.25, 0]);
    expect(values("p50")).toEqual([30, 7]);
    expect(values("p99")).toEqual([60, 7]);
    expect(curves.find(({ of }) => of === "p90")?.counts).toEqual([60, 40]);
    expect(values("bank.risk", "busy")?.[0]).toBeCloseTo(0.3, 12);
    expect(values("bank.risk", "busy")?.[1]).toBeCloseTo((0.3 + 0.9 / 2) / 1.5, 12);
    expect(values("bank.risk", "queue")).toEqual([1, 2]);
  });
});

describe("the rules of judgement", () => {
  it.each([
    { judged: 0, needed: 0 },
    { judged: 1, needed: 0 },
    { judged: 2, needed: 1 },
    { judged: 9, needed: 8 },
    { judged: 10, needed: 9 },
    { judged: 12, needed: 11 },
    { judged: 20, needed: 18 },
    { judged: 120, needed: 108 },
  ])("ask $needed of $judged buckets", ({ judged, needed }) => {
    expect(neededBuckets(judged)).toBe(needed);
  });

  it("take the greater of both parts", () => {
    expect(toleranceOf("latencyP50", 20, 1)).toBe(15);
    expect(toleranceOf("latencyP50", 1_000, 1)).toBe(150);
    expect(toleranceOf("latencyP50", 1_000, 2)).toBe(300);
    expect(toleranceOf("queue", 100, 1)).toBe(20);
  });
});
