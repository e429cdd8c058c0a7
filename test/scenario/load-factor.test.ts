import { describe, expect, it } from "vitest";
import { canSpike, scaleLoad, withSpike } from "../../src/scenario/load-factor.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

function scenarioOf(arrivals: string) {
  return parseScenario(
    `
name: load
duration: 10m
traffic: { asks: { calls: bank.serve, arrivals: ${arrivals} } }
services: { bank: { stages: { serve: { workers: 1, time: 1ms } }, operations: { serve: [serve] } } }
faults: [{ at: 1m, on: bank, slow: 2x }]
`,
    "test.yaml",
  ).baseline.scenario;
}

describe("scaleLoad", () => {
  it.each([
    { arrivals: "{ even: { rate: 10/s } }", becomes: { even: { rate: 25 } } },
    { arrivals: "{ poisson: { rate: 10/s } }", becomes: { poisson: { rate: 25 } } },
    {
      arrivals: "{ curve: { points: [[0s, 20/s], [5m, 40/s]] } }",
      becomes: {
        curve: {
          points: [
            [0, 50],
            [300_000, 100],
          ],
        },
      },
    },
    {
      arrivals: "{ profile: { counts: [2, 4], every: 1m } }",
      becomes: { profile: { counts: [5, 10] } },
    },
    {
      arrivals: "{ profile: { counts: [2, 4], every: 1m, peak: 8/s } }",
      becomes: { profile: { counts: [2, 4], peak: 20 } },
    },
    {
      arrivals: "{ closed: { terminals: 10, think: 2s } }",
      becomes: { closed: { terminals: 25 } },
    },
    { arrivals: "{ trace: { file: x.csv, speed: 4 } }", becomes: { trace: { speed: 10 } } },
  ])("multiplies $arrivals", ({ arrivals, becomes }) => {
    const scaled = scaleLoad(scenarioOf(arrivals), 2.5);
    expect(scaled.traffic.asks?.arrivals).toMatchObject(becomes);
    // A recording is played faster: the same part of it takes less time.
    expect(scaled.duration).toBe(arrivals.includes("trace") ? 240_000 : 600_000);
  });

  it("leaves one terminal at least, and the scenario itself as it was", () => {
    const scenario = scenarioOf("{ closed: { terminals: 3, think: 2s } }");
    expect(scaleLoad(scenario, 0.1).traffic.asks?.arrivals.closed?.terminals).toBe(1);
    expect(scenario.traffic.asks?.arrivals.closed?.terminals).toBe(3);
    expect(scaleLoad(scenario, 1)).toBe(scenario);
  });
});

describe("withSpike", () => {
  it("adds a surge behind the other faults, so that their draws stay", () => {
    const scenario = scenarioOf("{ poisson: { rate: 10/s } }");
    const { faults } = withSpike(scenario, { fromMs: 60_000, forMs: 1_500, factor: 3.25 });
    expect(faults.slice(0, 1)).toEqual(scenario.faults);
    expect(faults[1]).toMatchObject({ on: "traffic", at: 60_000, for: 1_500, surge: 3.25 });
  });

  it("is for what follows a rate", () => {
    expect(canSpike(scenarioOf("{ even: { rate: 10/s } }"))).toBe(true);
    expect(canSpike(scenarioOf("{ closed: { terminals: 3, think: 2s } }"))).toBe(false);
    expect(canSpike(scenarioOf("{ trace: { file: x.csv } }"))).toBe(false);
  });
});
