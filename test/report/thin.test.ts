import { expect, it } from "vitest";
import type { Series } from "../../src/record/result.ts";
import { thinSeries } from "../../src/report/thin.ts";
import { fc } from "../support/property.ts";

function seriesOf(values: readonly number[]): Series {
  const counts = [...values];
  return {
    bucketMs: 1_000,
    timesMs: counts.map((_, index) => index * 1_000),
    planned: counts,
    credited: counts,
    late: counts,
    declined: counts,
    blocked: counts,
    lost: counts,
    causes: {
      "bank-delay": counts,
      communication: counts,
      link: counts,
      network: counts,
      "operator-capacity": counts,
    },
    latencyP50Ms: counts.map((it) => (it === 0 ? null : it)),
    latencyP99Ms: counts,
    sendLagP99Ms: [],
    stations: [
      { name: "a", arrivals: counts, dropped: counts, utilisationRatio: counts, queueMean: counts },
    ],
  };
}

// Goal: thinning loses no activation and no peak. Method: any series, any bound.
it("keeps every count and every peak, in at most as many buckets as asked for", () => {
  const anySeries = fc.array(fc.nat(50), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(anySeries, fc.integer({ min: 1, max: 60 }), (values, maxCount) => {
      const thin = thinSeries(seriesOf(values), maxCount);
      const sum = (it: readonly number[]) => it.reduce((total, value) => total + value, 0);
      expect(thin.timesMs.length).toBeLessThanOrEqual(maxCount);
      expect(thin.planned).toHaveLength(thin.timesMs.length);
      expect(sum(thin.planned)).toBe(sum(values));
      for (const each of Object.values(thin.causes ?? {})) expect(sum(each)).toBe(sum(values));
      expect(Math.max(...thin.latencyP99Ms.map((it) => it ?? 0))).toBe(Math.max(...values));
      expect(thin.sendLagP99Ms).toEqual([]);
    }),
  );
});

it("averages what is a mean, and leaves a gap only where nothing was measured", () => {
  const thin = thinSeries(seriesOf([0, 0, 4, 0, 2]), 3);
  expect(thin).toMatchObject({ bucketMs: 2_000, timesMs: [0, 2_000, 4_000] });
  expect(thin.latencyP50Ms).toEqual([null, 4, 2]);
  expect(thin.stations[0]?.queueMean).toEqual([0, 2, 2]);
});

it("leaves a short series as it is", () => {
  const series = seriesOf([1, 2, 3]);
  expect(thinSeries(series, 3)).toBe(series);
});
