import { describe, expect, it } from "vitest";
import { narrowEdge } from "../../src/analysis/edge-search.ts";
import { firstEdge, judgeRecovery, latencyKnee } from "../../src/analysis/knee.ts";
import type { LoadPoint } from "../../src/record/knee-result.ts";
import { fc } from "../support/property.ts";

const point = (load: number, latencyP99Ms: number | null, uncreditedRatio = 0): LoadPoint => ({
  ...{ load, latencyP99Ms, uncreditedRatio, latencyP50Ms: 1, holds: uncreditedRatio < 0.01 },
  ...{ offeredPerSecond: load, creditedPerSecond: load },
});

describe("firstEdge", () => {
  it.each([
    { why: "between good and bad", ratios: [0, 0, 0.2, 0.9], edge: [2, 3] },
    { why: "the first one, where bad and good alternate", ratios: [0, 0.5, 0, 0.5], edge: [1, 2] },
    { why: "none where all is good", ratios: [0, 0, 0], edge: null },
    { why: "none where the first is bad: nothing lies below", ratios: [0.5, 0.5], edge: null },
    { why: "none of nothing", ratios: [], edge: null },
  ])("is $why", ({ ratios, edge }) => {
    const points = ratios.map((ratio, place) => point(place + 1, 1, ratio)).reverse();
    const found = firstEdge(points, (it) => it.holds);
    expect(found === null ? null : [found.lastGoodLoad, found.firstBadLoad]).toEqual(edge);
  });
});

describe("latencyKnee", () => {
  it("is where the latency bends, and not where it times out", () => {
    const rising = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98].map((rho) => point(rho, 10 / (1 - rho)));
    expect(latencyKnee(rising)).toBe(0.9);
    expect(latencyKnee([...rising, point(1.5, 501, 0.9), point(3, 502, 0.95)])).toBe(0.9);
  });

  it("is none of a latency that does not rise, or that is straight, or of too few points", () => {
    const at = (ms: (load: number) => number) => [1, 2, 3, 4, 5].map((it) => point(it, ms(it)));
    expect(latencyKnee(at(() => 20))).toBeNull();
    expect(latencyKnee(at((load) => 8 * load))).toBeNull();
    expect(latencyKnee(at((load) => load ** 3).slice(0, 4))).toBeNull();
  });
});

describe("narrowEdge", () => {
  // Goal: the edge is found to the resolution, with few measurements. Method: random thresholds,
  // looked for upwards and downwards.
  it("holds the threshold between two loads close together", async () => {
    const near = fc.double({ min: 0.2, max: 15, noNaN: true });
    const property = fc.asyncProperty(near, fc.boolean(), async (threshold, isDown) => {
      let count = 0;
      const isGood = (load: number) => (isDown ? load > threshold : load <= threshold);
      const edge = isDown
        ? { lastGoodLoad: 16, firstBadLoad: 0.1 }
        : { lastGoodLoad: 0.1, firstBadLoad: 16 };
      const found = await narrowEdge(edge, 0.02, async (load) => {
        count += 1;
        return isGood(load);
      });
      expect(isGood(found.lastGoodLoad)).toBe(true);
      expect(isGood(found.firstBadLoad)).toBe(false);
      const width = Math.abs(found.firstBadLoad - found.lastGoodLoad);
      expect(width).toBeLessThanOrEqual(0.021 * Math.max(found.lastGoodLoad, found.firstBadLoad));
      expect(count).toBeLessThanOrEqual(12);
    });
    await fc.assert(property);
  });

  it("keeps what it has when it is stopped", async () => {
    const edge = { lastGoodLoad: 1, firstBadLoad: 2 };
    expect(await narrowEdge(edge, 0.02, async () => null)).toEqual(edge);
  });
});

describe("judgeRecovery", () => {
  const course = (lostAtEnd: number, waiting: readonly number[]) => ({
    timesMs: waiting.map((_, bucket) => 1_000 * bucket),
    credited: waiting.map(() => 100 - lostAtEnd),
    late: waiting.map(() => 0),
    lost: waiting.map(() => lostAtEnd),
    stations: [
      {
        ...{ name: "a.x", arrivals: [], dropped: [], utilisationRatio: [], queueMean: [] },
        queueEnd: [...waiting],
      },
    ],
  });
  const flat = Array.from({ length: 10 }, () => 0);
  const falling = flat.map((_, bucket) => 1_000 - 50 * bucket);
  const emptied = flat.map((_, bucket) => (bucket < 5 ? 1_000 : 90));
  const growing = flat.map((_, bucket) => 1_000 + 5 * bucket);

  it.each([
    { why: "as good as without the spike", after: course(1, flat), state: "recovered" },
    { why: "within two points", after: course(2, flat), state: "recovered" },
    { why: "with few that still wait", after: course(1, emptied), state: "recovered" },
    { why: "in time, with queues that stay full", after: course(1, growing), state: "stuck" },
    { why: "in time, with queues that fall", after: course(1, falling), state: "recovering" },
    { why: "worse, with queues that fall", after: course(90, falling), state: "recovering" },
    { why: "worse, with queues that grow", after: course(90, growing), state: "stuck" },
    { why: "worse, with nothing that waits", after: course(90, flat), state: "stuck" },
  ])("$why: $state", ({ after, state }) => {
    expect(judgeRecovery(0.5, after, course(0, flat)).state).toBe(state);
  });

  it("looks at half of the traffic and at its end", () => {
    const found = judgeRecovery(0.5, course(90, falling), course(10, flat));
    expect(found).toMatchObject({ waitingHalfway: 800, waitingAtEnd: 550 });
    expect(found).toMatchObject({ uncreditedRatio: 0.9, controlRatio: 0.1 });
  });
});
