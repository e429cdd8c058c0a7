import { describe, expect, it } from "vitest";
import { profileBaseline, rankChanges, type TriedChange } from "../../src/analysis/profile.ts";
import { spreadOf, variantOf } from "./variant-result.ts";

/** Runs whose p99 is ten times and whose mean is twice these. [ms] */
const runs = (p50sMs: readonly number[], uncredited = 0.01) =>
  p50sMs.map((ms) => variantOf({ latencyMs: spreadOf(ms), uncreditedRatio: uncredited }));
const steady = [100, 104, 96, 102, 98, 101, 99, 103, 97, 100];
const minus = (by: number) => steady.map((ms, seed) => ms - by - (seed % 2 === 0 ? 0.1 : -0.1));

const change = (target: string, of: TriedChange["runs"]): TriedChange => ({
  kind: "faster",
  target,
  runs: of,
});

describe("rankChanges", () => {
  it("ranks what is shown to help first, by the uncredited rate, then by the p99", () => {
    const rows = rankChanges(
      runs(steady),
      [
        change("none", runs(steady)),
        change("little", runs(minus(1))),
        change("much", runs(minus(5))),
        change("credit", runs(steady, 0.008)),
        change("worse", runs(minus(-3))),
      ],
      5,
    );
    expect(rows.map(({ target }) => target)).toEqual(["credit", "much", "little", "none", "worse"]);
    const p99 = rows.map(
      ({ effects }) => effects.find((it) => it.metric === "latencyP99Ms")?.effect,
    );
    expect(p99).toEqual(["none shown", "better", "better", "none shown", "worse"]);
  });

  it("says nothing is shown where the interval holds 0, however good the mean looks", () => {
    const noisy = steady.map((ms, seed) => ms + (seed < 8 ? -6 : 22));
    const [row] = rankChanges(runs(steady), [change("noisy", runs(noisy))], 1);
    const it_ = row?.effects.find((it) => it.metric === "latencyP99Ms");
    expect(it_?.difference).toBeCloseTo(-4);
    expect(it_?.effect).toBe("none shown");
  });

  it("widens the intervals with the number of changes, as Bonferroni has it", () => {
    const widthOf = (count: number) => {
      const [row] = rankChanges(runs(steady), [change("x", runs(minus(1)))], count);
      const { low = 0, high = 0 } = row?.effects.find((it) => it.metric === "latencyP99Ms") ?? {};
      return high - low;
    };
    // t(0.975, 9) = 2.2622 and t(0.9975, 9) = 3.6897.
    expect(widthOf(10) / widthOf(1)).toBeCloseTo(3.6897 / 2.2622, 3);
  });

  it("leaves out pairs of which one side has no sample", () => {
    const empty = variantOf({ latencyMs: { ...spreadOf(1), p99: null, mean: null } });
    const [row] = rankChanges(
      runs(steady),
      [
        change(
          "x",
          runs(steady).map(() => empty),
        ),
      ],
      1,
    );
    expect(row?.effects.map(({ metric }) => metric)).toEqual(["uncreditedRatio"]);
  });

  it("gives the baseline as means over the runs", () => {
    const found = profileBaseline(runs(steady));
    expect(found.latencyP99Ms).toBeCloseTo(1_000);
    expect(found.latencyMeanMs).toBeCloseTo(200);
    expect(found.uncreditedRatio).toBeCloseTo(0.01);
  });
});
