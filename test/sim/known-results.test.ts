import { describe, expect, it } from "vitest";
import type { StationResult } from "../../src/record/result.ts";
import { beyondRatio, type KnownRun, knownChain, poisson, simulateRuns } from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";
import { interval, simulateText, singleStation } from "../support/simulated.ts";

/**
 * Queues with known answers: the exact value must lie in the 99 % interval over 30 independent
 * runs. Each run starts empty; 8,000 mean service times make that start-up bias smaller than a
 * tenth of the interval.
 */
const seeds = 30;

if (!hasShared) console.warn(whyNotShared);

async function stationsOf(text: string): Promise<StationResult[][]> {
  const { runs } = await simulateText(text, { seeds });
  return runs.map(({ stations }) => [...stations]);
}

function expectExact(values: readonly (number | null | undefined)[], exact: number): void {
  const { mean, halfWidth } = interval(values.map(Number));
  expect(Math.abs(mean - exact), `${mean} ± ${halfWidth} against ${exact}`).toBeLessThan(halfWidth);
}

describe.skipIf(!hasShared)("a single station", () => {
  it.each([
    { id: "mm5-4", rate: "4/s", workers: 5, time: "{ exponential: { mean: 1s } }", load: 0.8 },
    {
      id: "mm1-0.5-1",
      rate: "0.5/s",
      workers: 1,
      time: "{ exponential: { mean: 1s } }",
      load: 0.5,
    },
    { id: "mm2-1.6", rate: "1.6/s", workers: 2, time: "{ exponential: { mean: 1s } }", load: 0.8 },
    { id: "md1-0.8", rate: "0.8/s", workers: 1, time: "1s", load: 0.8 },
    { id: "md5-4.0", rate: "4/s", workers: 5, time: "1s", load: 0.8 },
  ])("$id: waits as theory says", async ({ id, rate, workers, time, load }) => {
    const runs = await stationsOf(singleStation({ rate, workers, time, duration: "8000s" }));
    expectExact(
      runs.map(([it]) => it?.waitedRatio),
      oracle(id, "P_wait"),
    );
    expectExact(
      runs.map(([it]) => (it?.waitMeanMs ?? 0) / 1_000),
      oracle(id, "Wq"),
    );
    expectExact(
      runs.map(([it]) => it?.utilisationRatio),
      load,
    );
  });

  it.each([
    { id: "mmck-1-10-0.9", rate: "0.9/s", workers: 1, queue: 9 },
    { id: "mmck-1-10-1.2", rate: "1.2/s", workers: 1, queue: 9 },
    { id: "mmck-5-10-6", rate: "6/s", workers: 5, queue: 5 },
  ])("$id: a full queue turns away as theory says", async ({ id, rate, workers, queue }) => {
    const time = "{ exponential: { mean: 1s } }";
    const runs = await stationsOf(singleStation({ rate, workers, queue, time, duration: "8000s" }));
    expectExact(
      runs.map(([it]) => (it?.dropped ?? 0) / (it?.arrivals ?? 1)),
      oracle(id, "P_block"),
    );
    expectExact(
      runs.map(([it]) => (it?.waitMeanMs ?? 0) / 1_000),
      oracle(id, "Wq_accepted"),
    );
    expectExact(
      runs.map(([it]) => it?.utilisationRatio),
      oracle(id, "utilisation"),
    );
  });

  it.each([
    { id: "erlangb-5-4", time: "{ exponential: { mean: 1s } }" },
    { id: "erlangb-5-4", time: "1s" },
  ])("Erlang B blocks alike whatever the service time ($time)", async ({ id, time }) => {
    const runs = await stationsOf(
      singleStation({ rate: "4/s", workers: 5, queue: 0, time, duration: "8000s" }),
    );
    expectExact(
      runs.map(([it]) => (it?.dropped ?? 0) / (it?.arrivals ?? 1)),
      oracle(id, "P_block"),
    );
  });

  it.each([
    { id: "mg1-LN1-0.5", time: "{ lognormal: { mean: 1s, sigma: 1 } }", rate: "0.5/s" },
    { id: "mg1-U-0.5", time: "{ uniform: { min: 0s, max: 2s } }", rate: "0.5/s" },
    { id: "mg1-E2-0.8", time: "{ gamma: { mean: 1s, shape: 2 } }", rate: "0.8/s" },
  ])("$id: Pollaczek and Khinchine were right", async ({ id, time, rate }) => {
    const runs = await stationsOf(singleStation({ rate, workers: 1, time, duration: "8000s" }));
    expectExact(
      runs.map(([it]) => (it?.waitMeanMs ?? 0) / 1_000),
      oracle(id, "Wq"),
    );
  });
});

describe.skipIf(!hasShared)("replicas behind a balancer", () => {
  it.each([
    { id: "e2m1-0.8", replicas: 2, rate: "1.6/s", balancer: "round-robin" },
    { id: "lb-jsq-2-0.8", replicas: 2, rate: "1.6/s", balancer: "least-requests" },
  ])("$id: $balancer over $replicas", async ({ id, replicas, rate, balancer }) => {
    const time = "{ exponential: { mean: 1s } }";
    const text = singleStation({ rate, workers: 1, time, replicas, balancer, duration: "8000s" });
    const { runs } = await simulateText(text, { seeds });
    expectExact(
      runs.map(({ latencyMs }) => (latencyMs.mean ?? 0) / 1_000),
      oracle(id, "W"),
    );
  });
});

describe.skipIf(!hasShared)("networks of stations", () => {
  it("tandem-burke: two stations in a row take the sum of two M/M/1 sojourns", async () => {
    const { runs } = await simulateText(
      `
name: tandem
seed: textbook
duration: 8000s
drain: 1h
promise: 1h
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 0.7/s } } } }
services:
  bank:
    stages:
      one: { workers: 1, time: { exponential: { mean: 1s } } }
      two: { workers: 1, time: { exponential: { mean: 1s } } }
    operations: { serve: [one, two] }
`,
      { seeds },
    );
    expectExact(
      runs.map(({ latencyMs }) => (latencyMs.mean ?? 0) / 1_000),
      oracle("tandem-burke", "W_total"),
    );
  });

  it("repair-5-20: terminals that think and wait share five workers", async () => {
    const { runs } = await simulateText(
      `
name: closed
seed: textbook
duration: 4000s
drain: 1h
promise: 1h
traffic:
  asks:
    calls: bank.serve
    arrivals: { closed: { terminals: 20, think: { exponential: { mean: 3s } } } }
services:
  bank:
    stages: { serve: { workers: 5, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`,
      { seeds },
    );
    expectExact(
      runs.map(({ latencyMs }) => (latencyMs.mean ?? 0) / 1_000),
      oracle("repair-5-20", "R"),
    );
    expectExact(
      runs.map(({ stations }) => stations[0]?.utilisationRatio),
      oracle("repair-5-20", "util"),
    );
  });

  // Asked side by side or one after the other, a hundred draws are as likely to be fast all of them.
  it("fanout: of a hundred stages, each slow for one in a hundred, one is slow for two in three", async () => {
    const names = Array.from({ length: 100 }, (_, i) => `stage-${i + 1}`);
    const time = "{ mixture: [{ share: 99%, of: 1ms }, { share: 1%, of: 1s }] }";
    const stages = names.map((name) => `${name}: { workers: 1000, time: ${time} }`);
    const runs = await simulateRuns(
      knownChain({
        asks: poisson(10),
        services: `bank: { stages: { ${stages.join(", ")} }, operations: { serve: [${names.join(", ")}] } }`,
        duration: 60,
      }),
    );
    const slow = (run: KnownRun) => beyondRatio(run.latenciesMs, 1_000);
    expectExact(runs.map(slow), oracle("fanout", "P_any_slow"));
  });
});
