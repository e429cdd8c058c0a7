import { describe, expect, it } from "vitest";
import { PrecisionRule, relativeHalfWidth } from "../../src/analysis/precision.ts";
import { draw, siteKey } from "../../src/kernel/draw.ts";
import { normalQuantile } from "../../src/kernel/quantile.ts";

const key = siteKey("precision", "noise");
/** Runs of a figure with mean 100 and this standard deviation. */
const runs = (count: number, deviation: number) =>
  Array.from({ length: count }, (_, i) => 100 + deviation * normalQuantile(draw(key, 0, i, 0)));

const rule = new PrecisionRule({ targetRatio: 0.02, firstCount: 10, maxCount: 200 });

describe("PrecisionRule", () => {
  it("begins with ten runs", () => {
    expect(rule.next([{ name: "a", values: [] }])).toEqual({ kind: "more", seeds: 10 });
  });

  it("stops when every variant is narrow enough", () => {
    const narrow = { name: "a", values: runs(10, 1) };
    expect(rule.next([narrow, narrow])).toEqual({ kind: "reached" });
  });

  it("asks more for all when one is wide: as many as its width calls for, at most twice as many", () => {
    const narrow = { name: "a", values: runs(40, 1) };
    const near = { name: "b", values: runs(40, 9) };
    const ratio = relativeHalfWidth(near.values) ?? 0;
    expect(ratio).toBeGreaterThan(0.02);
    const aim = Math.ceil(40 * (ratio / 0.02) ** 2 * 1.1);
    expect(aim).toBeLessThan(80);
    expect(rule.next([narrow, near])).toEqual({ kind: "more", seeds: aim });
    const far = { name: "c", values: runs(40, 60) };
    expect(rule.next([narrow, far])).toEqual({ kind: "more", seeds: 80 });
  });

  it("ends at the greatest count, and names who is still wide", () => {
    const wide = { name: "b", values: runs(200, 60) };
    const step = rule.next([{ name: "a", values: runs(200, 1) }, wide]);
    expect(step).toEqual({
      kind: "missed",
      wide: [{ name: "b", ratio: relativeHalfWidth(wide.values) }],
    });
    expect(rule.next([{ name: "a", values: runs(199, 60) }])).toMatchObject({ seeds: 200 });
  });

  it.each([
    { why: "a figure that some run did not measure", values: [1, null, 1] },
    { why: "a mean of 0 that varies", values: [-1, 1] },
    { why: "a single run", values: [1] },
  ])("has no relative width of $why, so it goes on to the end", ({ values }) => {
    expect(relativeHalfWidth(values)).toBeNull();
    const all = Array.from({ length: 10 }, (_, i) => values[i % values.length] ?? null);
    if (values.length > 1) {
      expect(rule.next([{ name: "a", values: all }])).toEqual({ kind: "more", seeds: 20 });
    }
  });

  it("takes runs that all say the same for known, but not that nothing ever happens", () => {
    const same = { name: "a", values: new Array(10).fill(7) };
    expect(rule.next([same])).toEqual({ kind: "reached" });
    const nothing = { name: "b", values: new Array(10).fill(0) };
    expect(rule.next([same, nothing])).toEqual({
      kind: "missed",
      wide: [{ name: "b", ratio: null }],
    });
    const far = { name: "c", values: runs(10, 60) };
    expect(rule.next([nothing, far]), "the others go on").toMatchObject({ kind: "more" });
  });

  it("always ends: the counts grow until the greatest", () => {
    let count = 0;
    for (let step = 0; step < 20; step += 1) {
      const next = rule.next([{ name: "a", values: runs(count, 1_000) }]);
      if (next.kind !== "more") break;
      expect(next.seeds).toBeGreaterThan(count);
      count = next.seeds;
    }
    expect(count).toBe(200);
  });
});
