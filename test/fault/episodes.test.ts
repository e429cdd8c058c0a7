import { describe, expect, it } from "vitest";
import {
  type Episode,
  episodesOf,
  joinEpisodes,
  strengthAt,
  stretchesOf,
} from "../../src/fault/episodes.ts";
import { Fault } from "../../src/fault/fault.ts";

const endless = Number.POSITIVE_INFINITY;

function faultOf(written: object): Fault {
  return Fault.parse({ on: "bank", slow: "2x", at: "0s", ...written });
}

/** Episodes as `from-to`, in seconds. */
function listed(episodes: readonly Episode[]): string[] {
  const seconds = (ms: number) => Number((ms / 1_000).toFixed(6));
  return episodes.map(({ fromMs, toMs }) => `${seconds(fromMs)}-${seconds(toMs)}`);
}

describe("episodesOf", () => {
  it.each([
    { why: "once", written: { at: "8s", for: "4s" }, episodes: ["8-12"] },
    { why: "without an end", written: { at: "8s" }, episodes: ["8-Infinity"] },
    { why: "past the end of the run", written: { at: "8s", for: "1h" }, episodes: ["8-3608"] },
    { why: "only after the run", written: { at: "60s" }, episodes: [] },
    {
      why: "again and again, the last past the end",
      written: { at: "10s", for: "15s", every: "20s" },
      episodes: ["10-25", "30-45", "50-65"],
    },
    {
      why: "and not at the very end",
      written: { at: "0s", for: "5s", every: "20s" },
      episodes: ["0-5", "20-25", "40-45"],
    },
    {
      why: "at instants that are no binary fractions",
      written: { at: "100ms", for: "200us", every: "19.9001s" },
      episodes: ["0.1-0.1002", "20.0001-20.0003", "39.9002-39.9004", "59.8003-59.8005"],
    },
  ])("a fault acts $why", ({ written, episodes }) => {
    expect(listed(episodesOf(faultOf(written), "1", 0, 60_000))).toEqual(episodes);
  });

  it("come as often as they fit: one begun every so often", () => {
    const fault = faultOf({ at: "7s", for: "1s", every: "13s" });
    expect(episodesOf(fault, "1", 0, 3_600_000)).toHaveLength(Math.ceil((3_600 - 7) / 13));
  });

  it("at random are the same for the same seed and place, others for others", () => {
    const fault = faultOf({ random: { mtbf: "20s", mttr: "5s" } });
    const episodes = episodesOf(fault, "1", 3, 600_000);
    expect(episodesOf(fault, "1", 3, 600_000)).toEqual(episodes);
    expect(episodesOf(fault, "2", 3, 600_000)).not.toEqual(episodes);
    expect(episodesOf(fault, "1", 4, 600_000)).not.toEqual(episodes);
  });

  it("at random begin with health, and end with the whole time", () => {
    const fault = faultOf({ at: "1m", for: "2m", random: { mtbf: "1s", mttr: "100s" } });
    const [first, ...more] = episodesOf(fault, "1", 0, 600_000);
    expect(first?.fromMs).toBeGreaterThan(60_000);
    expect([first, ...more].at(-1)?.toMs).toBeLessThanOrEqual(180_000);
  });

  // Means of n exponential times lie within 4 standard deviations, mean / √n each, but for 1 in 16,000.
  it.each(["1", "2", "lunch-2026"])(
    "at random last and pause as long as asked, seed %s",
    (seed) => {
      const fault = faultOf({ random: { mtbf: "20s", mttr: "5s" } });
      const episodes = episodesOf(fault, seed, 0, 9_000 * 25_000);
      const lengths = episodes.map(({ fromMs, toMs }) => toMs - fromMs);
      const pauses = episodes.map(({ fromMs }, n) => fromMs - (episodes[n - 1]?.toMs ?? 0));
      const mean = (it: readonly number[]) => it.reduce((sum, one) => sum + one, 0) / it.length;
      const bound = 4 / Math.sqrt(episodes.length);
      expect(Math.abs(mean(lengths) / 5_000 - 1)).toBeLessThan(bound);
      expect(Math.abs(mean(pauses) / 20_000 - 1)).toBeLessThan(bound);
      // Counts of a renewal process: σ² = t (mtbf² + mttr²) / (mtbf + mttr)³.
      const sd = Math.sqrt((9_000 * 25_000 * (20_000 ** 2 + 5_000 ** 2)) / 25_000 ** 3);
      expect(Math.abs(episodes.length - 9_000)).toBeLessThan(4 * sd);
    },
  );

  it("at random never touch, however short they are", () => {
    const fault = faultOf({ random: { mtbf: "1us", mttr: "1us" } });
    const episodes = episodesOf(fault, "1", 0, 10);
    expect(episodes.length).toBeGreaterThan(2_000);
    const touching = episodes.filter(({ fromMs, toMs }, n) => {
      return fromMs <= (episodes[n - 1]?.toMs ?? 0) || toMs <= fromMs;
    });
    expect(touching).toEqual([]);
  });

  it("are bounded: more than the loader lets through are a bug", () => {
    const often = faultOf({ for: "1ms", every: "2ms" });
    expect(() => episodesOf(often, "1", 0, 1e6)).toThrow(/no more episodes/);
    const random = faultOf({ random: { mtbf: "1ms", mttr: "1ms" } });
    expect(() => episodesOf(random, "1", 0, 1e6)).toThrow(/no more episodes/);
  });
});

describe("joinEpisodes", () => {
  it.each([
    { why: "nothing", from: [], to: [] },
    {
      why: "one that holds another",
      from: [
        [1, 9],
        [2, 3],
      ],
      to: ["1-9"],
    },
    {
      why: "two that overlap",
      from: [
        [4, 9],
        [1, 5],
      ],
      to: ["1-9"],
    },
    {
      why: "two that touch",
      from: [
        [1, 5],
        [5, 9],
      ],
      to: ["1-9"],
    },
    {
      why: "two apart",
      from: [
        [6, 9],
        [1, 5],
      ],
      to: ["1-5", "6-9"],
    },
    {
      why: "one without an end",
      from: [
        [1, endless],
        [5, 9],
      ],
      to: ["1-Infinity"],
    },
  ])("makes one of what overlaps or touches: $why", ({ from, to }) => {
    const episodes = from.map(([a = 0, b = 0]) => ({ fromMs: a * 1_000, toMs: b * 1_000 }));
    expect(listed(joinEpisodes(episodes))).toEqual(to);
  });
});

describe("a ramp", () => {
  const fault = faultOf({ ramp: "2s" });
  const episode = { fromMs: 10_000, toMs: 20_000 };

  it.each([
    { why: "before the fault", atMs: 9_999, strength: 0 },
    { why: "on the first step", atMs: 10_000, strength: 0.025 },
    { why: "at the end of the first step", atMs: 10_099.999, strength: 0.025 },
    { why: "on the second step", atMs: 10_100, strength: 0.075 },
    { why: "on the last step", atMs: 11_999.999, strength: 0.975 },
    { why: "at its top", atMs: 12_000, strength: 1 },
    { why: "before the end", atMs: 19_999.999, strength: 1 },
    { why: "at the end", atMs: 20_000, strength: 0 },
  ])("is $strength high $why", ({ atMs, strength }) => {
    expect(strengthAt(fault, episode, atMs)).toBe(strength);
  });

  it("is cut off where the episode ends before its top", () => {
    expect(stretchesOf(fault, { fromMs: 0, toMs: 150 })).toEqual([
      { fromMs: 0, toMs: 100, strength: 0.025 },
      { fromMs: 100, toMs: 150, strength: 0.075 },
    ]);
  });

  it("leaves out steps shorter than a microsecond", () => {
    const steep = faultOf({ ramp: "4us" });
    const stretches = stretchesOf(steep, { fromMs: 0, toMs: endless });
    expect(stretches.at(-1)).toEqual({ fromMs: 0.004, toMs: endless, strength: 1 });
    expect(stretches).toHaveLength(5);
  });
});
