import { describe, expect, it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { type Simulated, simulate } from "../../src/sim/simulate.ts";
import { findTail, LatencyLog } from "../../src/sim/tail.ts";
import { streamKey } from "../../src/traffic/plan.ts";

/** A bank that is out for 2 s of a minute: who comes then waits for it. */
const outage = `
name: outage
seed: tail
duration: 1m
promise: 1m
traffic:
  asks: { calls: bank.serve, arrivals: { poisson: { rate: 50/s } } }
network: { terminal-bank: { latency: 5ms } }
services:
  bank:
    stages:
      look: { workers: 4, time: { exponential: { mean: 10ms } } }
      serve: { workers: 4, time: 20ms }
    operations: { serve: [look, serve] }
faults: [{ at: 20s, for: 2s, on: bank.serve, down: hang }]
`;

async function tailOf(text: string, seeds = 1, maxCount = Number.POSITIVE_INFINITY) {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
  const { duration, seed, traffic } = scenario;
  const options = {
    scenario,
    variant: "baseline",
    span: { scenarioMs: duration, fromMs: 0, toMs: duration },
    openTrace: (stream: string) => expect.unreachable(`${stream} plays no recording`),
  };
  const keys = Object.keys(traffic).map((name) => streamKey(seed, name));
  const log = new LatencyLog(new Set(keys), maxCount);
  const simulated = await simulate({ ...options, seeds, onActivation: log.add });
  return { simulated, tail: await findTail(options, log) };
}

function p99Of({ runs }: Simulated): number {
  return runs[0]?.latencyMs.p99 ?? Number.NaN;
}

describe("the tail", () => {
  it("finds that the slowest waited for the stage that stood, and nothing else", async () => {
    const { simulated, tail } = await tailOf(outage);
    expect(tail).not.toBeNull();
    if (tail === null) return;
    expect(tail.count).toBeGreaterThanOrEqual(Math.floor(simulated.summary.planned / 100));
    expect(tail.sampledCount).toBe(tail.count);
    // The histogram is within 0.1 % of the exact quantile.
    expect(Math.abs(tail.p99Ms / p99Of(simulated) - 1)).toBeLessThan(0.002);
    const [first] = tail.parts;
    expect(first).toMatchObject({ part: "bank.serve", kind: "wait" });
    expect((first?.differenceMs ?? 0) / (tail.tailMeanMs - tail.medianMeanMs)).toBeGreaterThan(
      0.95,
    );
    const service = tail.parts.find((it) => it.part === "bank.serve" && it.kind === "service");
    expect(service).toMatchObject({ medianMeanMs: 20, tailMeanMs: 20, differenceMs: 0 });
    const link = tail.parts.find((it) => it.kind === "link");
    expect(link).toMatchObject({ part: "terminal-bank", medianMeanMs: 10, tailMeanMs: 10 });
  });

  it("adds up: parts to means, differences to the difference", async () => {
    const { tail } = await tailOf(outage);
    const sum = (key: "medianMeanMs" | "tailMeanMs" | "differenceMs") =>
      (tail?.parts ?? []).reduce((total, it) => total + it[key], 0);
    expect(sum("tailMeanMs")).toBeCloseTo(tail?.tailMeanMs ?? Number.NaN, 9);
    expect(sum("medianMeanMs")).toBeCloseTo(tail?.medianMeanMs ?? Number.NaN, 9);
    const total = (tail?.tailMeanMs ?? 0) - (tail?.medianMeanMs ?? 0);
    expect(sum("differenceMs")).toBeCloseTo(total, 9);
  });

  it("takes no more than 2,000 of each side, evenly spaced, and says so", async () => {
    const capped = outage.replace("duration: 1m", "duration: 10m").replace("for: 2s", "for: 10m");
    // Everybody waits for the end of the outage or gives up: 1 % and more share the longest wait.
    const patient = capped.replace("50/s } }", "50/s } }, timeout: 3s");
    const { tail } = await tailOf(patient);
    expect(tail?.p99Ms).toBe(3_000);
    expect(tail?.count).toBeGreaterThan(20_000);
    expect(tail).toMatchObject({ sampledCount: 2_000, medianCount: 2_000, tailMeanMs: 3_000 });
    expect(tail?.parts).toEqual([
      {
        part: "terminal",
        kind: "timeout",
        medianMeanMs: 3_000,
        tailMeanMs: 3_000,
        differenceMs: 0,
      },
    ]);
  }, 60_000);

  it("is of the first run alone, however many there are", async () => {
    expect((await tailOf(outage, 3)).tail).toEqual((await tailOf(outage, 1)).tail);
  });

  // Keys are 32 bits with a sign: of eight seeds some are negative.
  it.each(["a", "b", "c", "d", "e", "f", "g", "h"])("is found under seed %s", async (seed) => {
    expect(
      (await tailOf(outage.replace("seed: tail", `seed: ${seed}`))).tail?.count,
    ).toBeGreaterThan(20);
  });

  it("is not told of a run that is too short, or longer than what is kept", async () => {
    expect(
      (await tailOf(outage.replace("duration: 1m", "duration: 1s").replace("20s", "0s"))).tail,
    ).toBeNull();
    expect((await tailOf(outage, 1, 100)).tail).toBeNull();
  });
});
