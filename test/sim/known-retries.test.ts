import { describe, expect, it } from "vitest";
import {
  arrivalRate,
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  latencyMean,
  offeredLoad,
  poisson,
  policyCount,
  service,
  simulateRuns,
  station,
  waitsMs,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

/** Retries against the retrial queue, a network of queues with feedback, and simple sums. */
if (!hasShared) console.warn(whyNotShared);

function attemptMean(run: KnownRun): number {
  return policyCount(run, "attempts") / run.summary.planned;
}

/**
 * Share of those whose first attempt found all workers busy: who took another time than the first
 * attempt would have been served came again.
 */
function firstBlockedRatio(run: KnownRun): number {
  return waitsMs(run).filter((it) => Math.abs(it) > 0.0005).length / run.indices.length;
}

describe.skipIf(!hasShared)(
  "a bank without a queue, and callers that come again, is M/M/c retrial",
  () => {
    it.each([
      { id: "retrial-1-0.5-1", rate: 0.5, workers: 1, wait: 1, duration: 6_000, warmUp: 100 },
      { id: "retrial-1-0.8-0.5", rate: 0.8, workers: 1, wait: 2, duration: 20_000, warmUp: 500 },
      { id: "retrial-5-4-5", rate: 4, workers: 5, wait: 0.2, duration: 1_800, warmUp: 100 },
      { id: "retrial-5-4.5-1", rate: 4.5, workers: 5, wait: 1, duration: 5_000, warmUp: 300 },
    ])("$id", async ({ id, rate, workers, wait, duration, warmUp }) => {
      const backoff = `{ random: ${exponential(wait)} }`;
      const retry = `retry: { attempts: 1000, on: [retriable], backoff: ${backoff} }`;
      const services = service("bank", `workers: ${workers}, queue: 0, time: ${exponential(1)}`);
      const chain = { asks: `${poisson(rate)}, ${retry}`, services, duration };
      const runs = await simulateRuns(knownChain(chain), warmUp);
      const control = offeredLoad(rate);
      const attempts = oracle(id, "attempts_per_customer");
      expectExact(runs, "attempts", attempts, attemptMean, { control, tightRatio: 0.035 });
      const blocked = oracle(id, "P_first_blocked");
      expectExact(runs, "P_first_blocked", blocked, firstBlockedRatio, { control });
      const orbit = (it: KnownRun) => latencyMean(it) - 1;
      const exact = oracle(id, "mean_orbit_time");
      expectExact(runs, "orbit time", exact, orbit, { control, tightRatio: 0.045 });
      const busy = (it: KnownRun) => workers * station(it).utilisationRatio;
      expectExact(runs, "E_busy", oracle(id, "E_busy"), busy);
    });
  },
);

describe.skipIf(!hasShared)("three stations in a row, asked up to three times", () => {
  /**
   * The oracle fails one in ten requests once all three stations have served it: here a fourth
   * stage, which takes no time, is struck by errors. It backs off for exponential times of mean
   * 0.5 s and 1 s; here they are uniform with those means, for in a product-form network a delay
   * counts by its mean alone (Baskett, Chandy, Muntz and Palacios 1975).
   */
  it("tandem3-retry", async () => {
    const id = "tandem3-retry";
    const backoff = "{ exponential: { base: 1s, factor: 2x, max: 1h, jitter: full } }";
    const stages = [
      "one: { workers: 1, time: { exponential: { mean: 125ms } } }",
      "two: { workers: 5, time: { exponential: { mean: 833.333ms } } }",
      "three: { workers: 3, time: { exponential: { mean: 555.556ms } } }",
      "verdict: { workers: 10000 }",
    ];
    const chain = {
      asks: `${poisson(4)}, retry: { attempts: 3, on: [retriable], backoff: ${backoff} }`,
      services: `bank: { stages: { ${stages.join(", ")} }, operations: { serve: [one, two, three, verdict] } }`,
      faults: "{ at: 0s, on: bank.verdict, errors: { rate: 10% } }",
      duration: 2_200,
    };
    const runs = await simulateRuns(knownChain(chain), 100);
    const last = oracle(id, "lam_eff") / 1.8;
    const control = offeredLoad(last, "bank.three");
    expectExact(runs, "R", oracle(id, "R"), latencyMean, { control });
    expectExact(runs, "attempts", oracle(id, "attempts"), attemptMean);
    const failed = ({ summary }: KnownRun) => summary.accounting.failed / summary.planned;
    expectExact(runs, "P_fail", oracle(id, "P_fail"), failed, { tightRatio: 0.2 });
    const sojourn = (name: string) => (it: KnownRun) => {
      const { waitMeanMs, serviceMeanMs } = station(it, name);
      return ((waitMeanMs ?? 0) + (serviceMeanMs ?? 0)) / 1_000;
    };
    for (const [name, figure] of [
      ["one", "W1"],
      ["two", "W2"],
      ["three", "W3"],
    ] as const) {
      const site = `bank.${name}`;
      expectExact(runs, figure, oracle(id, figure), sojourn(site), { control });
    }
    const busy = (it: KnownRun) => 3 * station(it, "bank.three").utilisationRatio;
    expectExact(runs, "busy at the last", last, busy);
  });
});

describe.skipIf(!hasShared)("retry-amplification", () => {
  const id = "retry-amplification";
  const retry = "retry: { attempts: 3, on: [retriable], backoff: { constant: { wait: 10ms } } }";
  const errors = (on: string, percent: number) =>
    `{ at: 0s, on: ${on}, errors: { rate: ${percent}% } }`;

  it.each([
    { figure: "p=.1,n=3", percent: 10 },
    { figure: "p=.5,n=3", percent: 50 },
    { figure: "p=1,n=3", percent: 100 },
  ])("$figure", async ({ figure, percent }) => {
    const chain = {
      asks: `${poisson(20)}, ${retry}`,
      services: service("bank", "workers: 10000"),
      faults: errors("bank", percent),
      duration: 30,
    };
    expectExact(await simulateRuns(knownChain(chain)), figure, oracle(id, figure), attemptMean);
  });

  /** Each layer asks the next, and each asks three times. */
  function layers(count: number, percent: number): string {
    const names = Array.from({ length: count }, (_, i) => `layer-${i + 1}`);
    const services = names.map((name, i) => {
      const next = names[i + 1];
      const call = next === undefined ? "" : `, call: { to: ${next}, ${retry} }`;
      return service(name, `workers: 10000${call}`);
    });
    return knownChain({
      asks: `${poisson(20)}, ${retry}`,
      calls: "layer-1.serve",
      services: services.join(", "),
      faults: errors(`layer-${count}`, percent),
      duration: percent < 100 ? 20 : 1,
    });
  }

  const asked = (run: KnownRun, last: string) =>
    policyCount(run, "attempts", `${last}.serve`) / run.summary.planned;

  it.each([
    { figure: "3 layers p=1,n=3", count: 3 },
    { figure: "5 layers p=1,n=3", count: 5 },
  ])("$figure", async ({ figure, count }) => {
    const [run] = await simulateRuns(layers(count, 100));
    expect(run === undefined ? 0 : asked(run, `layer-${count - 1}`)).toBe(oracle(id, figure));
  });

  it("and each attempt of each layer has luck of its own: 90 % of errors make 9.4 of 27", async () => {
    // A layer fails when all its three attempts did: 0.9, 0.9^3, 0.9^9 seen from the layer above.
    const exact = [0.9, 0.9 ** 3, 0.9 ** 9].reduce((product, p) => product * (1 + p + p * p), 1);
    expect(exact).toBeCloseTo(9.4185, 4);
    const runs = await simulateRuns(layers(3, 90));
    const control = arrivalRate(20);
    expectExact(runs, "attempts", exact, (it) => asked(it, "layer-2"), { control });
  });
});
