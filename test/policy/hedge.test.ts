import { describe, expect, it } from "vitest";
import { roundMs } from "../../src/kernel/units.ts";
import { HedgeBudget, HedgeDelay, HedgeSpec } from "../../src/policy/hedge.ts";

function delay(after: string): HedgeDelay {
  return new HedgeDelay(HedgeSpec.parse({ after }).after);
}

/** The numbers 1..count, mixed; count + 1 must not be a multiple of 5. */
function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i + 1) * 5) % (count + 1));
}

describe("HedgeDelay", () => {
  it("is what was written, whatever is observed", () => {
    const fixed = delay("750ms");
    for (let i = 0; i < 500; i += 1) fixed.observed(3);
    expect(fixed.afterMs()).toBe(750);
  });

  it("does not hedge until it knows fifty answers", () => {
    const own = delay("p90");
    shuffled(50).forEach((ms, i) => {
      expect(own.afterMs(), `${i} answers`).toBe(Number.POSITIVE_INFINITY);
      own.observed(ms);
    });
    expect(own.afterMs()).toBe(45);
  });

  it("takes the 28th of fifty for the p56, though 0.56 × 50 is a hair above 28", () => {
    const own = delay("p56");
    for (const it of shuffled(50)) own.observed(it);
    expect(own.afterMs()).toBe(28);
  });

  it.each([
    { after: "p50", ms: 500 },
    { after: "p95", ms: 950 },
    { after: "p99", ms: 990 },
    { after: "p99.9", ms: 999 },
  ])("is the time that $after of the last thousand did not exceed", ({ after, ms }) => {
    const own = delay(after);
    for (let i = 0; i < 50; i += 1) own.observed(9_999);
    for (const it of shuffled(1_000)) own.observed(it);
    expect(own.afterMs()).toBe(ms);
  });

  it("is estimated anew after every hundred", () => {
    const own = delay("p50");
    for (let i = 0; i < 50; i += 1) own.observed(10);
    for (let i = 0; i < 99; i += 1) own.observed(20);
    expect(own.afterMs()).toBe(10);
    own.observed(20);
    expect(own.afterMs()).toBe(20);
  });

  it("has a twentieth of exponential answers hedged at the p95, after ln 20 means", () => {
    const own = delay("p95");
    const answers = shuffled(1_000).map((it) => roundMs(-100 * Math.log(1 - (it - 0.5) / 1_000)));
    for (let i = 0; i < 50; i += 1) own.observed(0);
    for (const it of answers) own.observed(it);
    expect(own.afterMs()).toBeCloseTo(100 * Math.log(20), -1);
    expect(answers.filter((it) => it > own.afterMs())).toHaveLength(50);
  });
});

describe("HedgeBudget", () => {
  it("gives a burst, then one for every twenty requests", () => {
    const budget = new HedgeBudget({ share: 0.05, burst: 2 });
    const spent = Array.from({ length: 100 }, () => {
      budget.request();
      return budget.spend();
    });
    expect(spent.flatMap((it, i) => (it ? [i + 1] : []))).toEqual([1, 2, 21, 41, 61, 81]);
  });

  it("saves up no more than the burst", () => {
    const budget = new HedgeBudget({ share: 0.5, burst: 3 });
    for (let i = 0; i < 1_000; i += 1) budget.request();
    expect([1, 2, 3, 4].map(() => budget.spend())).toEqual([true, true, true, false]);
  });

  it("gives nothing but the burst where the share is 0%", () => {
    const budget = new HedgeBudget({ share: 0, burst: 1 });
    for (let i = 0; i < 1_000; i += 1) budget.request();
    expect([1, 2].map(() => budget.spend())).toEqual([true, false]);
    for (let i = 0; i < 1_000; i += 1) budget.request();
    expect(budget.spend()).toBe(false);
  });
});

describe("HedgeSpec", () => {
  it("has the defaults of Polly, and those of its budget", () => {
    expect(HedgeSpec.parse({})).toEqual({ after: 2_000, extra: 1 });
    expect(HedgeSpec.parse({ budget: {} }).budget).toEqual({ share: 0.05, burst: 10 });
  });

  it.each([
    { after: "1m30s", means: 90_000 },
    { after: "p50", means: { quantile: 0.5 } },
    { after: "p99.9", means: { quantile: 0.999 } },
  ])("reads $after", ({ after, means }) => {
    expect(HedgeSpec.parse({ after }).after).toEqual(means);
  });

  it.each(["p49", "p100", "p99.99", "95%", "0s", "2", "", 2])("does not read %s", (after) => {
    expect(HedgeSpec.safeParse({ after }).error?.issues[0]?.message).toBe(
      "expected a duration such as 2s, or a quantile from p50 to p99.9",
    );
  });

  it.each([0, 4, 1.5])("does not take %d extra attempts", (extra) => {
    expect(HedgeSpec.safeParse({ extra }).error?.issues[0]?.message).toBe(
      "expected a whole number from 1 to 3",
    );
  });
});
