import { describe, expect, it } from "vitest";
import { shareRuns } from "../../src/analysis/plan-sharing.ts";
import { type SimulateRuns, Trial, type TrialRules } from "../../src/analysis/plan-trial.ts";
import { fc } from "../support/property.ts";

const rules: TrialRules = {
  gates: [{ operator: "<", limit: 0 }],
  confidenceRatio: 0.95,
  looks: { own: [4, 8], shared: [16, 32] },
};

/** Runs of candidates that differ in their means; the odd seeds are as far above it as the even below. */
function worldOf(means: readonly (readonly number[])[]): SimulateRuns {
  return async (configuration, condition, { first, count }) =>
    Array.from({ length: count }, (_, index) => {
      const luck = (first + index) % 2 === 0 ? -1 : 1;
      const figure = (means[configuration]?.[condition] ?? 0) + luck;
      return { gates: [figure], uncreditedRatio: 0, activationCount: 1 };
    });
}

async function triedUnder(means: readonly (readonly number[])[]): Promise<Trial[]> {
  const trials = means.map((_, place) => new Trial(place, rules));
  for (const trial of trials) await trial.run([0, 1], worldOf(means));
  return trials;
}

const countOf = (trial: Trial) => trial.runsOf(0).length + trial.runsOf(1).length;
const totalOf = (trials: readonly Trial[]) => trials.reduce((sum, it) => sum + countOf(it), 0);

// Goal: never more than the stock, never a look that was not fixed beforehand, never rest while a look can
// be afforded. Method: candidates of all distances from the limit, 0 among them, under two conditions.
it("spends the stock on what is open, and no more than the stock", async () => {
  const reached = new Set<string>();
  const mean = fc.integer({ min: -30, max: 30 }).map((it) => it / 20);
  const means = fc.array(fc.tuple(mean, mean), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(means, fc.integer({ min: 0, max: 120 }), async (world, runMaxCount) => {
      const trials = await triedUnder(world);
      const [before, counts] = [totalOf(trials), trials.map(countOf)];
      const open = trials.map((it) => it.outcome === "tie");
      const isDone = await shareRuns(trials, {
        ...{ runMaxCount, matters: () => true, simulate: worldOf(world) },
      });
      expect(isDone).toBe(true);
      const left = runMaxCount - (totalOf(trials) - before);
      expect(left).toBeGreaterThanOrEqual(0);
      trials.forEach((trial, place) => {
        if (!open[place]) expect(countOf(trial)).toBe(counts[place]);
        for (const at of [0, 1]) expect([0, 4, 8, 16, 32]).toContain(trial.runsOf(at).length);
        if (trial.outcome === "tie") {
          const longest = Math.max(...trial.needs().map(({ hasCount }) => hasCount));
          if (left >= 16) expect(longest).toBe(32);
          reached.add("tie");
        } else if (open[place]) reached.add(`decided late: ${trial.outcome}`);
      });
    }),
  );
  expect(reached).toEqual(new Set(["tie", "decided late: pass", "decided late: fail"]));
});

describe("the stock", () => {
  const share = (trials: readonly Trial[], means: readonly (readonly number[])[], count: number) =>
    shareRuns(trials, { runMaxCount: count, matters: () => true, simulate: worldOf(means) });

  it("goes to what it can decide, not to what lies on its limit", async () => {
    const means = [
      [0, -9],
      [-0.9, -9],
      [0.9, -9],
    ];
    const trials = await triedUnder(means);
    expect(trials.map((it) => it.outcome)).toEqual(["tie", "tie", "tie"]);
    await share(trials, means, 16);
    expect(trials.map((it) => it.outcome)).toEqual(["tie", "pass", "fail"]);
    expect(trials.map((it) => it.runsOf(0).length)).toEqual([8, 16, 16]);
  });

  it("looks first where a mean is beyond its limit, for one is enough to fail", async () => {
    const means = [[-0.3, 0.9]];
    const trials = await triedUnder(means);
    await share(trials, means, 100);
    expect(trials[0]?.outcome).toBe("fail");
    expect([trials[0]?.runsOf(0).length, trials[0]?.runsOf(1).length]).toEqual([8, 16]);
  });

  it("has nothing for what no longer matters", async () => {
    const means = [
      [-0.9, -9],
      [0.8, -9],
    ];
    const trials = await triedUnder(means);
    const isUndecided = () => trials.every((it) => it.outcome === "tie");
    await shareRuns(trials, {
      ...{ runMaxCount: 100, matters: isUndecided, simulate: worldOf(means) },
    });
    expect(trials.map((it) => it.outcome)).toEqual(["pass", "tie"]);
    expect(trials.map((it) => it.runsOf(0).length)).toEqual([16, 8]);
  });

  it("is left where the search is stopped", async () => {
    const means = [[0.9, -9]];
    const trials = await triedUnder(means);
    const options = { runMaxCount: 100, matters: () => true, simulate: async () => null };
    expect(await shareRuns(trials, options)).toBe(false);
    expect(trials[0]?.outcome).toBe("tie");
  });
});
