import { describe, expect, it } from "vitest";
import { Arrivals } from "../../src/traffic/arrivals.ts";
import { expectedCount, streamKey } from "../../src/traffic/plan.ts";
import {
  exponentialCdf,
  instantsMs,
  kolmogorov,
  kolmogorovLimit,
  listed,
  planOf,
} from "./planned.ts";

describe("even arrivals", () => {
  it.each([
    { why: "whole gaps", rate: "80/s", count: 4_800, second: 12.5, last: 59_987.5 },
    {
      why: "gaps of no whole microsecond",
      rate: "3/s",
      count: 180,
      second: 333.333,
      last: 59_666.667,
    },
    { why: "less than one a minute", rate: "30/h", count: 1, second: undefined, last: 0 },
    { why: "none at all", rate: "0/s", count: 0, second: undefined, last: undefined },
  ])("come at i / rate: $why", ({ rate, count, second, last }) => {
    const instants = instantsMs(planOf({ even: { rate } }));
    expect(instants).toHaveLength(count);
    expect(instants[1]).toBe(second);
    expect(instants.at(-1)).toBe(last);
  });

  it("do not drift: the 700,000th is where it belongs", () => {
    const plan = planOf({ even: { rate: "70/s" } }, { durationMs: 1e9 });
    while (plan.index < 700_000) plan.next();
    expect(plan.atMs).toBe(10_000_000);
  });
});

describe("poisson arrivals", () => {
  const ratePerSecond = 200;
  const durationMs = 500_000;
  const expected = (ratePerSecond * durationMs) / 1_000;

  it.each(["1", "2", "lunch-2026", "seed of a longer name"])("are Poisson with seed %s", (seed) => {
    const instants = instantsMs(planOf({ poisson: { rate: "200/s" } }, { seed, durationMs }));
    // The count is Poisson: 4 standard deviations are exceeded once in 16,000 seeds.
    expect(Math.abs(instants.length - expected)).toBeLessThan(4 * Math.sqrt(expected));

    const gaps = instants.map((at, i) => ((at - (instants[i - 1] ?? 0)) * ratePerSecond) / 1_000);
    expect(kolmogorov(gaps, exponentialCdf)).toBeLessThan(kolmogorovLimit);
    // Exp(1) has the mean 1, the variance 1 and the variance 8 of (x - 1)².
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(gaps.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(8 / gaps.length));
    // Neighbours know nothing of each other.
    const product = gaps.reduce((sum, gap, i) => sum + (gap - 1) * ((gaps[i - 1] ?? 1) - 1), 0);
    expect(Math.abs(product / gaps.length)).toBeLessThan(4 / Math.sqrt(gaps.length));
  });

  it("scatter over seconds as a Poisson process does: index of dispersion 1", () => {
    const counts = new Float64Array(500);
    for (const at of instantsMs(planOf({ poisson: { rate: "200/s" } }, { durationMs }))) {
      const second = Math.floor(at / 1_000);
      counts[second] = (counts[second] ?? 0) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
    // (n - 1) · dispersion is chi-squared: its relative standard deviation is √(2 / (n - 1)).
    const dispersion = squares / (counts.length - 1) / mean;
    expect(Math.abs(dispersion - 1)).toBeLessThan(4 * Math.sqrt(2 / (counts.length - 1)));
  });
});

describe("a plan", () => {
  const arrivals = { poisson: { rate: "100/s" } };

  it("is the same for the same seed, and another for another seed or stream", () => {
    const plan = instantsMs(planOf(arrivals));
    expect(instantsMs(planOf(arrivals))).toEqual(plan);
    expect(instantsMs(planOf(arrivals, { seed: "2" }))).not.toEqual(plan);
    expect(instantsMs(planOf(arrivals, { stream: "payments" }))).not.toEqual(plan);
    expect(streamKey("1", "activations")).not.toBe(streamKey("1", "payments"));
  });

  it("keeps its arrivals when the rate of another variant is doubled: they come at half the time", () => {
    const plan = instantsMs(planOf(arrivals));
    const faster = instantsMs(planOf({ poisson: { rate: "200/s" } }, { durationMs: 30_000 }));
    expect(faster).toHaveLength(plan.length);
    faster.forEach((at, i) => {
      expect(Math.abs(2 * at - (plan[i] ?? 0))).toBeLessThanOrEqual(0.0021);
    });
  });

  it("stays over once it is over", () => {
    const plan = planOf({ even: { rate: "1/s" } }, { durationMs: 1_500 });
    expect([plan.next(), plan.next(), plan.next(), plan.next()]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("has no amounts of its own", () => {
    expect(listed(planOf(arrivals)).every((arrival) => arrival.amountMinor === -1)).toBe(true);
  });

  it("is not made of a closed population", () => {
    expect(() => planOf({ closed: { terminals: 5, think: "2s" } })).toThrow(/closed population/);
  });
});

describe("expectedCount", () => {
  it.each([
    { why: "even", arrivals: { even: { rate: "80/s" } }, count: 4_800 },
    { why: "poisson", arrivals: { poisson: { rate: "80/s" } }, count: 4_800 },
    {
      why: "curve, flat before and after",
      count: 10 * 20 + 20 * 70 + 30 * 120,
      arrivals: {
        curve: {
          points: [
            ["10s", "20/s"],
            ["30s", "120/s"],
          ] as [string, string][],
        },
      },
    },
    {
      why: "profile, repeated",
      arrivals: { profile: { counts: [5, 0, 1], every: "8s" } },
      count: 17,
    },
    { why: "trace", arrivals: { trace: { file: "x.csv" } }, count: Number.NaN },
    { why: "closed", arrivals: { closed: { terminals: 5, think: "2s" } }, count: Number.NaN },
  ])("is the integral of the rate: $why", ({ arrivals, count }) => {
    const expected = expectedCount(Arrivals.parse(arrivals), 60_000);
    expect(Number(expected.toPrecision(12))).toBe(count);
  });

  it("counts the window alone, and nothing beyond the end", () => {
    const arrivals = Arrivals.parse({ poisson: { rate: "10/s" } });
    expect(expectedCount(arrivals, 60_000, { fromMs: 50_000, toMs: 90_000 })).toBe(100);
    expect(expectedCount(arrivals, 60_000, { fromMs: 70_000, toMs: 90_000 })).toBe(0);
  });
});
