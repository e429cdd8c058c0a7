import { describe, expect, it } from "vitest";
import { CurveInverse, rateLines } from "../../src/traffic/rate-curve.ts";
import { exponentialCdf, instantsMs, kolmogorov, kolmogorovLimit, planOf } from "./planned.ts";

type Points = [string, string][];

describe("a curve with even spacing", () => {
  it("puts arrival i where the integral of the rate is i", () => {
    const points: Points = [
      ["5s", "4/s"],
      ["15s", "100/s"],
      ["20s", "100/s"],
      ["50s", "1/s"],
    ];
    const instants = instantsMs(planOf({ curve: { points, spacing: "even" } }));
    const curve = rateLines([
      [5_000, 4],
      [15_000, 100],
      [20_000, 100],
      [50_000, 1],
    ]);
    expect(instants).toHaveLength(20 + 520 + 500 + 1_515 + 10);
    instants.forEach((at, i) => {
      // Half a microsecond at 100/s is 0.00005 arrivals.
      expect(Math.abs(curve.areaUntil(at) / 1_000 - i)).toBeLessThan(0.000051);
    });
  });

  it.each<{ why: string; points: Points; instants: number[] }>([
    {
      why: "a rise from nothing: t = √i",
      points: [
        ["0s", "0/s"],
        ["60s", "120/s"],
      ],
      instants: [0, 1_000, 1_414.214, 1_732.051, 2_000, 2_236.068],
    },
    {
      why: "a fall to nothing, and no more",
      points: [
        ["0s", "4/s"],
        ["2s", "0/s"],
      ],
      instants: [0, 267.949, 585.786, 1_000],
    },
    {
      why: "a stretch without a rate is skipped: its arrival waits for the next",
      points: [
        ["1s", "2/s"],
        ["2s", "0/s"],
        ["10s", "0/s"],
        ["12s", "2/s"],
        ["13s", "0/s"],
      ],
      instants: [0, 500, 1_000, 10_000, 11_414.214, 12_000],
    },
  ])("$why", ({ points, instants }) => {
    const planned = instantsMs(planOf({ curve: { points, spacing: "even" } }));
    expect(planned.slice(0, instants.length)).toEqual(instants);
    if (points.at(-1)?.[1] === "0/s") expect(planned).toHaveLength(instants.length);
  });

  it("ends on its last whole arrival though its areas do not add up exactly in binary", () => {
    const points: Points = [
      ["0s", "2.7/s"],
      ["45s", "2.7/s"],
      ["135s", "5.4/s"],
      ["315s", "0/s"],
    ];
    const plan = planOf({ curve: { points, spacing: "even" } }, { durationMs: 600_000 });
    expect(instantsMs(plan)).toHaveLength(972);
  });

  it("keeps its digits where the slope is next to nothing", () => {
    const curve = rateLines([
      [0, 100],
      [3_600_000, 100.000_000_001],
    ]);
    const inverse = new CurveInverse(curve);
    for (let i = 0; i < 360_000; i += 1_000) {
      expect(inverse.instantMs(i * 1_000)).toBeCloseTo(i * 10, 3);
    }
  });

  it("follows the line, not a staircase: each tenth of a rise has its share", () => {
    const points: Points = [
      ["0s", "0/s"],
      ["60s", "2000/s"],
    ];
    const instants = instantsMs(planOf({ curve: { points, spacing: "even" } }));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const from = tenth * 6_000;
      const count = instants.filter((at) => at >= from && at < from + 6_000).length;
      expect(Math.abs(count - 600 * (2 * tenth + 1))).toBeLessThanOrEqual(1);
    }
  });
});

describe("a curve with Poisson arrivals", () => {
  const points: Points = [
    ["0s", "10/s"],
    ["120s", "400/s"],
    ["180s", "0/s"],
    ["200s", "0/s"],
    ["260s", "300/s"],
  ];
  const curve = rateLines([
    [0, 10],
    [120_000, 400],
    [180_000, 0],
    [200_000, 0],
    [260_000, 300],
  ]);
  const durationMs = 300_000;

  it.each(["1", "2", "3"])("is Poisson in its own time, with seed %s", (seed) => {
    const instants = instantsMs(planOf({ curve: { points } }, { seed, durationMs }));
    const expected = curve.areaUntil(durationMs) / 1_000;
    expect(Math.abs(instants.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    const areas = instants.map((at) => curve.areaUntil(at) / 1_000);
    const residuals = areas.map((area, i) => area - (areas[i - 1] ?? 0));
    expect(kolmogorov(residuals, exponentialCdf)).toBeLessThan(kolmogorovLimit);
    expect(instants.filter((at) => at >= 180_000 && at < 200_000)).toEqual([]);
  });

  it("rises in a straight line: the instants follow the integral of the rate", () => {
    const instants = instantsMs(planOf({ curve: { points } }, { durationMs: 120_000 }));
    const whole = curve.areaUntil(120_000);
    const cdf = (at: number): number => curve.areaUntil(at) / whole;
    expect(kolmogorov(instants, cdf)).toBeLessThan(kolmogorovLimit);
    // Within a tenth too: a staircase of tenths would spread its arrivals evenly over each.
    const inTenths = instants.filter((at) => at < 12_000);
    const tenth = curve.areaUntil(12_000);
    expect(kolmogorov(inTenths, (at) => curve.areaUntil(at) / tenth)).toBeLessThan(kolmogorovLimit);
    expect(kolmogorov(inTenths, (at) => at / 12_000)).toBeGreaterThan(kolmogorovLimit);
  });
});

describe("a profile", () => {
  const counts = [3, 0, 10, 1];
  const perInterval = (instants: readonly number[], everyMs: number): number[] => {
    const sums: number[] = [];
    for (const at of instants) {
      const interval = Math.floor(at / everyMs);
      while (sums.length <= interval) sums.push(0);
      sums[interval] = (sums[interval] ?? 0) + 1;
    }
    return sums;
  };

  it("with even spacing has exactly its counts, over and over", () => {
    const arrivals = { profile: { counts, every: "7s", spacing: "even" as const } };
    const instants = instantsMs(planOf(arrivals, { durationMs: 70_000 }));
    expect(perInterval(instants, 7_000)).toEqual([...counts, ...counts, 3]);
  });

  it("with a peak scales its counts, so that the busiest interval has that rate", () => {
    const arrivals = { profile: { counts, every: "7s", peak: "20/s", spacing: "even" as const } };
    const instants = instantsMs(planOf(arrivals, { durationMs: 28_000 }));
    expect(perInterval(instants, 7_000)).toEqual([42, 0, 140, 14]);
  });

  it("with Poisson arrivals has its counts but for chance", () => {
    const day = Array.from({ length: 24 }, (_, hour) => 1_000 * (1 + (hour % 7)));
    const instants = instantsMs(planOf({ profile: { counts: day } }, { durationMs: 86_400_000 }));
    perInterval(instants, 3_600_000).forEach((count, hour) => {
      const expected = day[hour] ?? 0;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });

  it("of a peak of nothing ends at once", () => {
    expect(instantsMs(planOf({ profile: { counts, peak: "0/s" } }))).toEqual([]);
  });
});
