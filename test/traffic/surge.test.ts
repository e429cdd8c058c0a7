import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { Arrivals } from "../../src/traffic/arrivals.ts";
import type { PlanOptions } from "../../src/traffic/plan.ts";
import { buildSurgePlans, type SurgeStretch } from "../../src/traffic/surge.ts";
import { exponentialCdf, kolmogorov, kolmogorovLimit, listed, planOf } from "./planned.ts";

const endless = Number.POSITIVE_INFINITY;

/** The extra arrivals of surges of a minute of traffic, each a list. */
function surgesOf(
  arrivals: z.input<typeof Arrivals>,
  surges: readonly { readonly index: number; readonly stretches: readonly SurgeStretch[] }[],
  options: Partial<PlanOptions> = {},
) {
  const given = { seed: "1", stream: "activations", durationMs: 60_000, ...options };
  return buildSurgePlans({ ...given, arrivals: Arrivals.parse(arrivals), surges }).map(listed);
}

/** One surge from 10 s to 20 s, of the fault in place 2. */
function surgeOf(
  arrivals: z.input<typeof Arrivals>,
  stretch: Partial<SurgeStretch> = {},
  options: Partial<PlanOptions> = {},
) {
  const stretches = [{ fromMs: 10_000, toMs: 20_000, extraFactor: 2, ...stretch }];
  return surgesOf(arrivals, [{ index: 2, stretches }], options)[0] ?? [];
}

describe("a surge of even arrivals", () => {
  it.each([
    { why: "of a constant rate", arrivals: { even: { rate: "30/s" } }, count: 600 },
    { why: "of no arrivals", arrivals: { even: { rate: "0/s" } }, count: 0 },
    {
      why: "of a curve: half of 40/s, and 40/s flat, twice over",
      arrivals: {
        curve: {
          points: [
            ["10s", "0/s"],
            ["15s", "40/s"],
          ],
          spacing: "even",
        },
      },
      count: 2 * (100 + 200),
    },
    {
      why: "of a profile: 10 in the first 15 s, 60 in the next",
      arrivals: { profile: { counts: [15, 60], every: "15s", spacing: "even" } },
      count: 2 * (5 + 20),
    },
  ] as const)("brings exactly the extra share $why", ({ arrivals, count }) => {
    const written = JSON.parse(JSON.stringify(arrivals));
    expect(surgeOf(written)).toHaveLength(count);
  });

  it("stays even: in the middle between those that come anyway, at twice the rate", () => {
    const extra = surgeOf({ even: { rate: "10/s" } }, { extraFactor: 1 });
    expect(extra.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 100 }, (_, n) => 10_050 + 100 * n),
    );
  });

  it("keeps its pace from one stretch to the next: what is left of a gap is not lost", () => {
    const stretches = [0, 1, 2].map((n) => {
      return { fromMs: 10_000 + 130 * n, toMs: 10_130 + 130 * n, extraFactor: 1 };
    });
    const [whole, parts] = surgesOf({ even: { rate: "10/s" } }, [
      { index: 0, stretches: [{ fromMs: 10_000, toMs: 10_390, extraFactor: 1 }] },
      { index: 0, stretches },
    ]);
    expect(parts).toEqual(whole);
  });
});

describe("a surge of random arrivals", () => {
  const rate = "50/s";
  const long = { fromMs: 0, toMs: 400_000 };

  it.each(["1", "2", "lunch-2026", "a longer seed"])("is a Poisson process, seed %s", (seed) => {
    const extra = surgeOf({ poisson: { rate } }, long, { seed, durationMs: 400_000 });
    // The count is Poisson: 4 standard deviations are exceeded once in 16,000 seeds.
    expect(Math.abs(extra.length - 40_000)).toBeLessThan(4 * Math.sqrt(40_000));
    const gaps = extra.map(({ atMs }, i) => (atMs - (extra[i - 1]?.atMs ?? 0)) / 10);
    expect(kolmogorov(gaps, exponentialCdf)).toBeLessThan(kolmogorovLimit);
  });

  it("knows nothing of the plan, of other surges and of other streams", () => {
    const stretches = [{ ...long, extraFactor: 1 }];
    const [one, other] = surgesOf({ poisson: { rate } }, [
      { index: 2, stretches },
      { index: 3, stretches },
    ]);
    const plan = listed(planOf({ poisson: { rate } }));
    const gaps = (it: readonly { atMs: number }[] = []) => it.slice(0, 20).map(({ atMs }) => atMs);
    const stream = surgeOf({ poisson: { rate } }, stretches[0], { stream: "payments" });
    const seen = [gaps(one), gaps(other), gaps(plan), gaps(stream)];
    expect(new Set(seen.map(String)).size).toBe(4);
  });

  it("grows as its factor does", () => {
    const stretches = [1, 3].map((extraFactor, n) => {
      return { fromMs: 20_000 * n, toMs: 20_000 * (n + 1), extraFactor };
    });
    const [extra = []] = surgesOf({ poisson: { rate } }, [{ index: 0, stretches }]);
    const counts = [0, 1].map((n) => extra.filter(({ atMs }) => Math.floor(atMs / 20_000) === n));
    [1_000, 3_000].forEach((expected, n) => {
      const count = counts[n]?.length ?? 0;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });
});

describe("a surge", () => {
  it("leaves the plan as it is", () => {
    const arrivals = { poisson: { rate: "80/s" } };
    const before = listed(planOf(arrivals));
    surgeOf(arrivals);
    expect(listed(planOf(arrivals))).toEqual(before);
  });

  it("comes only while it lasts, ends with the traffic, and has no amounts of its own", () => {
    const extra = surgeOf({ poisson: { rate: "80/s" } }, { fromMs: 50_000, toMs: endless });
    expect(extra.length).toBeGreaterThan(1_000);
    for (const { atMs, amountMinor } of extra) {
      expect(atMs).toBeGreaterThanOrEqual(50_000);
      expect(atMs).toBeLessThan(60_000);
      expect(amountMinor).toBe(-1);
    }
    expect(surgeOf({ even: { rate: "80/s" } }, { fromMs: 70_000, toMs: endless })).toEqual([]);
  });

  it("numbers its arrivals beyond the plan's own, each fault in a block of its own", () => {
    const stretches = [{ fromMs: 0, toMs: 1_000, extraFactor: 1 }];
    const surges = [0, 1, 127].map((index) => ({ index, stretches }));
    const firsts = surgesOf({ even: { rate: "2/s" } }, surges).map((it) =>
      it.map((one) => one.index),
    );
    const block = 2 ** 24;
    expect(firsts).toEqual([
      [2 ** 31, 2 ** 31 + 1],
      [2 ** 31 + block, 2 ** 31 + block + 1],
      [2 ** 32 - block, 2 ** 32 - block + 1],
    ]);
  });

  it("in a window is the same part of the same surge", () => {
    const arrivals = { poisson: { rate: "80/s" } };
    const whole = surgeOf(arrivals);
    const part = surgeOf(arrivals, {}, { window: { fromMs: 12_345, toMs: 15_000 } });
    expect(part.length).toBeGreaterThan(100);
    expect(part.map((it) => it.index)).toEqual(
      whole.filter(({ atMs }) => atMs >= 12_345 && atMs < 15_000).map((it) => it.index),
    );
    expect(part[0]?.atMs).toBeCloseTo(
      (whole.find((it) => it.index === part[0]?.index)?.atMs ?? 0) - 12_345,
      3,
    );
  });

  it("of recorded arrivals, or of too great a number, is a bug: the loader refuses it", () => {
    const closed = { closed: { terminals: 5, think: "2s" } };
    expect(() => surgeOf(closed)).toThrow(/recorded arrivals/);
    const surge = { index: 128, stretches: [] };
    expect(() => surgesOf({ even: { rate: "1/s" } }, [surge])).toThrow(/greater number/);
  });
});
