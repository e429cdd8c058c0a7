import { describe, expect, it } from "vitest";
import { compareWorlds, type World, type Worlds } from "../../src/analysis/parity.ts";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { Parity, type ParityRow } from "../../src/record/parity-result.ts";
import type { Series } from "../../src/record/result.ts";
import { simulateWorld, smallChain } from "../support/worlds.ts";
import { spreadOf, stationOf, variantOf } from "./variant-result.ts";

function compare(predicted: World, measured: World, changes: Partial<Worlds> = {}): Parity {
  return compareWorlds({
    variant: "baseline",
    predicted,
    jittered: [],
    measured,
    durationMs: 12_000,
    excluded: [],
    toleranceFactor: 1,
    ...changes,
  });
}

function beyond({ rows, curves }: Parity): string[] {
  return [...rows, ...curves].filter((it) => !it.isWithin).map((it) => `${it.figure} ${it.of}`);
}

describe("compareWorlds", () => {
  const prediction = simulateWorld(smallChain());

  it("agrees when both worlds are one, and says what it compared", async () => {
    const world = await prediction;
    const parity = compare(world, world);
    expect(beyond(parity)).toEqual([]);
    expect(parity.agrees).toBe(true);
    expect(parity.pairs.pairedCount).toBe(world.summary.planned);
    expect(parity.rows.map(({ figure }) => figure)).toContain("pair-outcome");
    expect(parity.rows.filter(({ figure }) => figure === "busy").map(({ of }) => of)).toEqual([
      ...["operator.check", "operator.forward", "bank.risk", "bank.post"],
    ]);
    expect(parity.curves.every((it) => it.judgedCount === it.withinCount)).toBe(true);
    expect(Parity.parse(parity)).toEqual(parity);
  });

  it("agrees when messages take two milliseconds more than the model has", async () => {
    const live = await simulateWorld(smallChain(), { site: "live", meanMs: 2 });
    expect(beyond(compare(await prediction, live))).toEqual([]);
  });

  it("sees a bank that is 30 % slower than predicted", async () => {
    const live = await simulateWorld(smallChain({ riskMs: 78 }));
    const parity = compare(await prediction, live);
    expect(parity.agrees).toBe(false);
    expect(beyond(parity)).toEqual(
      expect.arrayContaining(["latency p50", "busy bank.risk", "pair-error p50"]),
    );
  });

  it("still sees it when the sensitivity of the prediction is known", async () => {
    const live = await simulateWorld(smallChain({ riskMs: 78 }));
    const jittered = await Promise.all(
      [0.5, 1, 2].map(async (meanMs) => ({
        ...(await simulateWorld(smallChain(), { site: `jitter ${meanMs}`, meanMs })),
        meanMs,
      })),
    );
    const parity = compare(await prediction, live, { jittered });
    expect(parity.jitterMeansMs).toEqual([0.5, 1, 2]);
    expect(parity.agrees).toBe(false);
    expect(beyond(parity)).toContain("busy bank.risk");
  });

  it("sees a fault that struck one world alone", async () => {
    const faults = "faults: [{ at: 4s, for: 3s, on: bank, down: maintenance }]";
    const live = await simulateWorld(smallChain({ faults }));
    const parity = compare(await prediction, live);
    expect(beyond(parity)).toEqual(
      expect.arrayContaining(["outcome credited", "outcome lost", "pair-outcome "]),
    );
  });

  it("sees a fault that struck three seconds later, though the whole run is about the same", async () => {
    const at = (s: number) =>
      simulateWorld(
        smallChain({ faults: `faults: [{ at: ${s}s, for: 1s, on: bank, down: refuse }]` }),
      );
    const parity = compare(await at(3), await at(6));
    expect(parity.rows.filter((it) => it.figure === "latency" && !it.isWithin)).toEqual([]);
    const curves = parity.curves.filter((it) => !it.isWithin).map(({ of }) => of);
    expect(curves).toEqual(expect.arrayContaining(["p50", "operator.forward"]));
  });

  it("leaves excluded seconds to chance, and says so", async () => {
    const faults = "faults: [{ at: 4s, for: 1s, on: bank, down: refuse }]";
    const live = await simulateWorld(smallChain({ faults }));
    const excluded = [{ why: "bank#1 was killed", fromMs: 3_000, toMs: 8_000 }];
    const [strict, mild] = [[], excluded].map((it) =>
      compare(live, { ...live, log: new ActivationLog() }, { excluded: it }),
    );
    const judged = (parity: Parity | undefined) => parity?.curves[0]?.judgedCount ?? 0;
    expect(judged(strict) - judged(mild)).toBe(5);
    const whole = compare(await prediction, live, { excluded });
    expect(whole.curves.filter((it) => !it.isWithin)).toEqual([]);
    expect(whole.excluded).toEqual(excluded);
    expect(whole.pairs.excludedCount).toBeGreaterThan(300);
    // The figures of the whole run leave them out too; without that the fault shows in them.
    expect(whole.rows.filter((it) => it.figure === "latency" && !it.isWithin)).toEqual([]);
    expect(beyond(compare(await prediction, live))).toContain("latency p99");
    expect(whole.rows.find(({ figure }) => figure === "planned")?.predicted).toBe(
      live.summary.planned,
    );
  });

  it("judges the whole run where next to nothing of it would be left", async () => {
    const faults = "faults: [{ at: 4s, for: 1s, on: bank, down: refuse }]";
    const live = await simulateWorld(smallChain({ faults }));
    const excluded = [{ why: "bank#1 was killed", fromMs: 500, toMs: 12_000 }];
    const parity = compare(await prediction, live, { excluded });
    expect(parity.excluded).toEqual([]);
    expect(beyond(parity)).toContain("latency p99");
  });

  it("is as mild as it is told to be", async () => {
    const live = await simulateWorld(smallChain({ riskMs: 78 }));
    const world = await prediction;
    expect(compare(world, live, { toleranceFactor: 50 }).agrees).toBe(true);
    const slower = await simulateWorld(smallChain(), { site: "live", meanMs: 2 });
    expect(compare(world, slower, { toleranceFactor: 0.01 }).agrees).toBe(false);
  });
});

const series: Series = {
  bucketMs: 12_000,
  timesMs: [0],
  planned: [1_000],
  credited: [960],
  late: [8],
  declined: [25],
  blocked: [4],
  lost: [3],
  latencyP50Ms: [100],
  latencyP99Ms: [1_000],
  sendLagP99Ms: [],
  stations: [],
};
type Changes = Parameters<typeof variantOf>[0];
const made = (changes: Changes = {}): World => ({
  summary: variantOf({ series, ...changes }),
  log: new ActivationLog(),
});
const outcomes = { credited: 960, late: 8, declined: 25, blocked: 4, lost: 3 };

describe("each row of the whole run", () => {
  const station = (changes: object) => ({ stations: [stationOf("bank.risk", changes)] });
  it.each([
    {
      why: "2 % of the plan",
      figure: "planned ",
      just: { planned: 1_020 },
      far: { planned: 1_021 },
    },
    {
      why: "2 points of the outcomes",
      figure: "outcome credited",
      just: { outcomes: { ...outcomes, credited: 940, lost: 23 } },
      far: { outcomes: { ...outcomes, credited: 939, lost: 24 } },
    },
    {
      why: "15 ms at the median",
      figure: "latency p50",
      just: { latencyMs: { ...spreadOf(100), p50: 115 } },
      far: { latencyMs: { ...spreadOf(100), p50: 115.1 } },
    },
    {
      why: "20 % at the 90th percentile",
      figure: "latency p90",
      just: { latencyMs: { ...spreadOf(100), p90: 400 } },
      far: { latencyMs: { ...spreadOf(100), p90: 399 } },
    },
    {
      why: "25 % at the 99th percentile",
      figure: "latency p99",
      just: { latencyMs: { ...spreadOf(100), p99: 1_250 } },
      far: { latencyMs: { ...spreadOf(100), p99: 1_251 } },
    },
    {
      why: "5 points of the workers",
      figure: "busy bank.risk",
      just: station({ utilisationRatio: 0.7 }),
      far: station({ utilisationRatio: 0.81 }),
    },
    {
      why: "one that waits",
      figure: "queue bank.risk",
      just: station({ queueMean: 3.5 }),
      far: station({ queueMean: 3.6 }),
    },
    {
      why: "no station that is missing",
      figure: "busy bank.risk",
      just: {},
      far: { stations: [] },
    },
    {
      why: "no percentile of nothing",
      figure: "latency p50",
      just: {},
      far: { latencyMs: { ...spreadOf(100), p50: null } },
    },
  ])("allows $why", ({ figure, just, far }) => {
    expect(beyond(compare(made(), made(just)))).not.toContain(figure);
    expect(beyond(compare(made(), made(far)))).toContain(figure);
  });

  it("widens by what slower messages make of it, on the side where they do", () => {
    const jittered = [{ ...made({ latencyMs: { ...spreadOf(100), p50: 150 } }), meanMs: 1 }];
    const row = (p50: number): ParityRow | undefined =>
      compare(made(), made({ latencyMs: { ...spreadOf(100), p50 } }), { jittered }).rows.find(
        (it) => it.figure === "latency" && it.of === "p50",
      );
    expect(row(165)).toMatchObject({ low: 100, high: 150, tolerance: 15, isWithin: true });
    expect(row(166)?.isWithin).toBe(false);
    expect(row(85)?.isWithin).toBe(true);
    expect(row(84)?.isWithin).toBe(false);
  });

  it("judges a queue of hundreds by its size", () => {
    const queue = (queueMean: number) => made(station({ queueMean }));
    expect(beyond(compare(queue(200), queue(240)))).toEqual([]);
    expect(beyond(compare(queue(200), queue(241)))).toEqual(["queue bank.risk"]);
  });
});

describe("each bucket of a curve", () => {
  /** Ten buckets of a second: 60 activations each in the first nine, 15 in the last. */
  const bucketed = (lostAt: readonly number[], busyAt: readonly number[] = []): World => {
    const planned = Array.from({ length: 10 }, (_, bucket) => (bucket === 9 ? 15 : 60));
    const lost = planned.map((_, bucket) => lostAt[bucket] ?? 0);
    const log = new ActivationLog();
    planned.forEach((count, bucket) => {
      for (let i = 0; i < count; i += 1) {
        log.add(
          1,
          60 * bucket + i,
          1_000 * bucket + i,
          200,
          i < (lost[bucket] ?? 0) ? "lost" : "credited",
        );
      }
    });
    const zeros = planned.map(() => 0);
    const others = {
      latencyP50Ms: zeros,
      latencyP99Ms: zeros,
      late: zeros,
      declined: zeros,
      blocked: zeros,
    };
    const station = {
      name: "bank.risk",
      arrivals: planned,
      dropped: zeros,
      utilisationRatio: zeros.map((_, bucket) => busyAt[bucket] ?? 0.5),
      queueMean: zeros,
    };
    const own: Series = {
      ...{ ...others, bucketMs: 1_000, timesMs: planned.map((_, bucket) => 1_000 * bucket) },
      ...{ planned, lost, credited: planned.map((it, bucket) => it - (lost[bucket] ?? 0)) },
      ...{ sendLagP99Ms: [], stations: [station] },
    };
    // The same whole in every world: only the buckets differ.
    return { summary: variantOf({ planned: 555, series: own }), log };
  };
  const curve = (parity: Parity, figure: string, of: string) =>
    parity.curves.find((it) => it.figure === figure && it.of === of);
  const judge = (predicted: World, measured: World) =>
    compare(predicted, measured, { durationMs: 10_000 });

  it("has twice the tolerance, and a share three standard errors of its few activations", () => {
    const parity = judge(bucketed([30]), bucketed([30]));
    expect(curve(parity, "busy", "bank.risk")?.tolerance).toEqual(new Array(10).fill(0.1));
    expect(curve(parity, "latency", "p50")?.tolerance).toEqual(new Array(10).fill(60));
    const lost = curve(parity, "outcome", "lost")?.tolerance ?? [];
    const error = (share: number, count: number) => Math.sqrt((share * (1 - share)) / count);
    expect(lost[0]).toBeCloseTo(0.04 + 3 * error(31 / 62, 60), 12);
    expect(lost[1]).toBeCloseTo(0.04 + 3 * error(1 / 62, 60), 12);
    expect(lost[9]).toBeCloseTo(0.04 + 3 * error(1 / 17, 15), 12);
  });

  it("is not judged by a percentile of too few", () => {
    const parity = judge(bucketed([]), bucketed([]));
    expect(curve(parity, "latency", "p50")?.judgedCount).toBe(10);
    expect(curve(parity, "latency", "p90")?.judgedCount).toBe(9);
    expect(curve(parity, "latency", "p99")?.judgedCount).toBe(9);
  });

  it("may be off alone, but two of ten are too many, and then the worlds differ", () => {
    const one = judge(bucketed([]), bucketed([], [0.7]));
    expect(curve(one, "busy", "bank.risk")).toMatchObject({ withinCount: 9, neededCount: 9 });
    expect(one.agrees).toBe(true);
    const two = judge(bucketed([]), bucketed([], [0.7, 0.3]));
    expect(curve(two, "busy", "bank.risk")).toMatchObject({ withinCount: 8, isWithin: false });
    expect(two.rows.every((it) => it.isWithin)).toBe(true);
    expect(two.agrees).toBe(false);
  });
});
