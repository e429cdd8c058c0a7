import { describe, expect, it } from "vitest";
import { draw, replicationSeed, siteKey } from "../../src/kernel/draw.ts";
import { gammaQuantile } from "../../src/kernel/quantile.ts";

const n = 20_000;
type Key = readonly [site: number, stream: number, entity: number, attempt: number];

/** Lines through the space of keys: what varies is what neighbours differ by. */
const lines: readonly { readonly why: string; readonly key: (i: number) => Key }[] = [
  { why: "sites", key: (i) => [i, 0, 17, 1] },
  { why: "streams", key: (i) => [siteKey("1", "bank.risk"), i, 17, 1] },
  { why: "entities", key: (i) => [siteKey("1", "bank.risk"), 0, i, 1] },
  { why: "attempts", key: (i) => [siteKey("1", "bank.risk"), 0, 17, i] },
  { why: "named sites", key: (i) => [siteKey("1", `stage-${i}`), 0, 17, 1] },
];

function drawsOf(key: (i: number) => Key): number[] {
  return Array.from({ length: n }, (_, i) => draw(...key(i)));
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  xs.forEach((x, i) => {
    const y = ys[i] ?? Number.NaN;
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

/** Chi-square of equally likely cells, and the bounds that it leaves once in 1,000 times a side. */
function chiSquare(cells: readonly number[], cellCount: number) {
  const counts = new Array<number>(cellCount).fill(0);
  for (const cell of cells) counts[cell] = (counts[cell] ?? 0) + 1;
  const due = cells.length / cellCount;
  const freedom = (cellCount - 1) / 2;
  return {
    value: counts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0),
    low: 2 * gammaQuantile(freedom, 0.001),
    high: 2 * gammaQuantile(freedom, 0.999),
  };
}

describe("draw", () => {
  it.each([
    { key: [0, 0, 0, 0], value: 0.19800974167566998 },
    { key: [1, 2, 3, 4], value: 0.8791596295034872 },
    { key: [-1, -1, -1, -1], value: 0.6233725194896654 },
    { key: [-1812470049, 0, 0, 0], value: 0.4135019562526897 },
    { key: [-1812470049, 0, 1, 0], value: 0.2440106171782993 },
    { key: [2147483647, 3, 4_000_000_000, 9], value: 0.4163443032727029 },
  ] satisfies { key: Key; value: number }[])("of $key never changes", ({ key, value }) => {
    expect(draw(...key)).toBe(value);
  });

  it.each(lines)("is uniform over $why", ({ key }) => {
    const draws = drawsOf(key);
    // Kolmogorov-Smirnov: sqrt(n) D exceeds 1.95 once in 1,000 times.
    const distance = [...draws]
      .sort((a, b) => a - b)
      .reduce((most, u, i) => Math.max(most, u - i / n, (i + 1) / n - u), 0);
    expect(Math.sqrt(n) * distance).toBeLessThan(1.95);

    for (const cellOf of [
      (u: number) => Math.floor(u * 256),
      (u: number) => Math.floor(u * 2 ** 26) & 255, // The low bits of the upper word,
      (u: number) => Math.floor(u * 2 ** 34) & 255, // and the high ones of the lower.
    ]) {
      const { value, low, high } = chiSquare(draws.map(cellOf), 256);
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    }
  });

  it.each(lines)("of neighbouring $why is uncorrelated", ({ key }) => {
    const draws = drawsOf(key);
    for (const lag of [1, 2, 64]) {
      const pairs = n - lag;
      // The correlation of independent pairs is normal with variance 1/n: 3.9 is once in 10,000.
      const found = correlation(draws.slice(0, pairs), draws.slice(lag)) * Math.sqrt(pairs);
      expect(Math.abs(found)).toBeLessThan(3.9);
    }
  });

  it.each([
    { why: "two sites", one: [siteKey("1", "a"), 0, 1], other: [siteKey("1", "b"), 0, 1] },
    { why: "two seeds", one: [siteKey("1", "a"), 0, 1], other: [siteKey("2", "a"), 0, 1] },
    { why: "two streams", one: [siteKey("1", "a"), 0, 1], other: [siteKey("1", "a"), 1, 1] },
    { why: "two attempts", one: [siteKey("1", "a"), 0, 1], other: [siteKey("1", "a"), 0, 2] },
    { why: "neighbouring keys", one: [41, 0, 1], other: [42, 0, 1] },
  ] as const)("is independent between $why", ({ one, other }) => {
    const xs = drawsOf((i) => [one[0], one[1], i, one[2]]);
    const ys = drawsOf((i) => [other[0], other[1], i, other[2]]);
    expect(Math.abs(correlation(xs, ys)) * Math.sqrt(n)).toBeLessThan(3.9);
    const cells = xs.map((x, i) => 16 * Math.floor(16 * x) + Math.floor(16 * (ys[i] ?? 0)));
    const { value, low, high } = chiSquare(cells, 256);
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  });

  it("says nothing about the next attempt where it was extreme", () => {
    const after = Array.from({ length: 4 * n }, (_, i) => i)
      .filter((i) => draw(7, 0, i, 1) > 0.95)
      .map((i) => draw(7, 0, i, 2));
    const mean = after.reduce((a, b) => a + b, 0) / after.length;
    expect(Math.abs(mean - 0.5) * Math.sqrt(12 * after.length)).toBeLessThan(3.9);
  });
});

describe("siteKey", () => {
  it.each([
    { seed: "1", site: "bank.risk", key: -1812470049 },
    { seed: "", site: "", key: 994027583 },
    { seed: "lunch", site: "traffic", key: 1284218667 },
  ])("of seed '$seed' and site '$site' never changes", ({ seed, site, key }) => {
    expect(siteKey(seed, site)).toBe(key);
  });

  it("keeps seed and site apart", () => {
    expect(siteKey("1a", "b")).not.toBe(siteKey("1", "ab"));
  });
});

describe("replicationSeed", () => {
  it.each([
    { why: "the first run has the scenario's own seed", index: 0, seed: "7" },
    { why: "the second counts on", index: 1, seed: "7#2" },
    { why: "the eleventh counts on", index: 10, seed: "7#11" },
  ])("$why", ({ index, seed }) => {
    expect(replicationSeed("7", index)).toBe(seed);
  });
});
