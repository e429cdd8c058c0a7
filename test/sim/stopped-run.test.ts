import { expect, it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";

const { scenario } = parseScenario(
  `
name: stopped
duration: 900000s
drain: 1h
promise: 1h
warmUp: 10000s
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 0.5/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`,
  "stopped.yaml",
).baseline;

/** Runs it until it was asked so often: after the warm-up, and then after each 200,000 events. */
function stopAfter(turns: number, seeds = 1) {
  let asked = 0;
  return simulate({
    ...{ scenario, variant: "baseline", seeds },
    span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
    openTrace: () => expect.unreachable("no stream plays a recording"),
    isStopped: () => {
      asked += 1;
      return asked >= turns;
    },
  });
}

it("has the figures of the time until it was stopped, and invents none of the rest", async () => {
  const { summary, isPartial, runs } = await stopAfter(2);
  const [station] = summary.stations;
  expect([isPartial, runs]).toEqual([true, []]);
  expect(summary.planned).toBeGreaterThan(90_000);
  // Half of the time at work, one half on average in the queue; some 100,000 customers know it to 2 %.
  expect(station?.utilisationRatio).toBeGreaterThan(0.48);
  expect(station?.utilisationRatio).toBeLessThan(0.52);
  expect(station?.queueMean).toBeGreaterThan(0.45);
  expect(station?.queueMean).toBeLessThan(0.55);
  const [series] = summary.series.stations;
  expect(series?.utilisationRatio.at(-1), "nothing is known of the end").toBe(0);
});

it("is no equal of those that came to their end", async () => {
  // A run has some 900,000 events: six looks.
  const { runs, isPartial, summary } = await stopAfter(9, 3);
  expect([runs.length, isPartial, summary.seeds]).toEqual([1, true, 2]);
  expect(summary.stations[0]?.utilisationRatio).toBeCloseTo(0.5, 1);
});
