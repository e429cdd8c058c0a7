import { beforeAll, describe, expect, it } from "vitest";
import {
  exponential,
  type KnownRun,
  knownChain,
  poisson,
  service,
  simulateRuns,
  station,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";
import { interval } from "../support/simulated.ts";

/**
 * Queues with exact answers, in their steady state: whole scenarios whose warm-up is left out, thirty
 * runs each, and the exact value in the 99 % interval. A percentile is tested as the share of requests
 * that took no longer than its exact value: that share has no bias in a short run, the percentile has.
 */
if (!hasShared) console.warn(whyNotShared);

type Figure =
  | "P_wait"
  | "Wq"
  | "W"
  | "Lq"
  | "rho"
  | "P_block"
  | "Wq_accepted"
  | "utilisation"
  | "util"
  | "R"
  | "P_timeout";

const readers: Readonly<Record<Figure, (run: KnownRun) => number>> = {
  P_wait: (run) => Number(station(run).waitedRatio),
  Wq: (run) => Number(station(run).waitMeanMs) / 1_000,
  Wq_accepted: (run) => Number(station(run).waitMeanMs) / 1_000,
  W: (run) => Number(run.summary.latencyMs.mean) / 1_000,
  R: (run) => Number(run.summary.latencyMs.mean) / 1_000,
  Lq: (run) => station(run).queueMean,
  rho: (run) => station(run).utilisationRatio,
  utilisation: (run) => station(run).utilisationRatio,
  util: (run) => station(run).utilisationRatio,
  P_block: (run) => station(run).dropped / station(run).arrivals,
  P_timeout: (run) => (station(run).expired ?? 0) / station(run).arrivals,
};
const quantiles = { resp_p50: 0.5, resp_p95: 0.95, resp_p99: 0.99 } as const;

type Known = {
  readonly id: string;
  readonly asks: string;
  readonly stage: string;
  /** Length of the traffic, and of the warm-up before its figures count. [s] */
  readonly duration: number;
  readonly warmUp: number;
  readonly figures: readonly Figure[];
  readonly percentiles?: boolean;
  readonly replicas?: number;
};

function expectExact(what: string, values: readonly number[], exact: number): void {
  const { mean, halfWidth } = interval(values);
  const found = `${what}: ${mean} ± ${halfWidth} against ${exact}`;
  expect(halfWidth, `${found}: too wide to prove anything`).toBeLessThan(0.15 * exact);
  expect(Math.abs(mean - exact), found).toBeLessThan(halfWidth);
}

const one = exponential(1);
const mmc = (
  id: string,
  rate: number,
  workers: number,
  duration: number,
  warmUp: number,
  figures: readonly Figure[] = ["P_wait", "Wq", "W", "Lq", "rho"],
): Known => ({
  ...{ id, asks: poisson(rate), stage: `workers: ${workers}, time: ${one}`, duration, warmUp },
  figures,
  percentiles: true,
});
const mg1 = (id: string, rate: number, time: string, duration: number): Known => ({
  ...{ id, asks: poisson(rate), stage: `workers: 1, time: ${time}`, duration, warmUp: 500 },
  figures: ["Wq", "W", "Lq"],
});
const erlangB = (id: string, rate: number, workers: number): Known => ({
  ...{ id, asks: poisson(rate), stage: `workers: ${workers}, queue: 0, time: ${one}` },
  ...{ duration: 8_000 / rate + 20, warmUp: 20, figures: ["P_block"] },
});
/** Poisson traffic dealt out in turn: each replica sees every k-th arrival. */
const dealt = (id: string, k: number, load: number, duration: number): Known => ({
  ...{ id, asks: `${poisson(k * load)}, balancer: round-robin`, replicas: k },
  ...{ stage: `workers: 1, time: ${one}`, duration, warmUp: 300, figures: ["P_wait", "Wq", "W"] },
});
const even = (id: string, rate: number, duration: number): Known => ({
  ...{ id, asks: `arrivals: { even: { rate: ${rate}/s } }`, stage: `workers: 1, time: ${one}` },
  ...{ duration, warmUp: 300, figures: ["P_wait", "Wq", "W"] },
});

const known: readonly Known[] = [
  mmc("mm1-0.5-1", 0.5, 1, 10_000, 100),
  // Near saturation, runs of this length say too little of a percentile.
  { ...mmc("mm5-4.5", 4.5, 5, 5_000, 200), percentiles: false },
  mmc("mm10-8", 8, 10, 2_000, 100),
  mmc("mm50-45", 45, 50, 300, 50, ["P_wait", "W", "rho"]),
  { ...mmc("mm100-95", 95, 100, 200, 60, ["W", "rho"]), percentiles: false },
  erlangB("erlangb-50-45", 45, 50),
  erlangB("erlangb-100-100", 100, 100),
  {
    ...{ id: "mmck-5-10-4", asks: poisson(4), stage: `workers: 5, queue: 5, time: ${one}` },
    ...{ duration: 2_500, warmUp: 50, figures: ["P_block", "Wq_accepted", "utilisation"] },
  },
  mg1("mg1-D-0.5", 0.5, "1s", 8_500),
  mg1("mg1-D-0.8", 0.8, "1s", 8_500),
  mg1("mg1-E2-0.5", 0.5, "{ gamma: { mean: 1s, shape: 2 } }", 8_500),
  mg1("mg1-M-0.5", 0.5, one, 8_500),
  mg1("mg1-M-0.8", 0.8, one, 12_500),
  mg1("mg1-LN0.5-0.5", 0.5, "{ lognormal: { mean: 1s, sigma: 0.5 } }", 8_500),
  mg1("mg1-LN0.5-0.8", 0.8, "{ lognormal: { mean: 1s, sigma: 0.5 } }", 8_500),
  {
    ...{ id: "md1-0.5", asks: poisson(0.5), stage: "workers: 1, time: 1s" },
    ...{ duration: 8_500, warmUp: 100, figures: ["P_wait", "Wq"] },
  },
  {
    ...{ id: "md2-1.6", asks: poisson(1.6), stage: "workers: 2, time: 1s" },
    ...{ duration: 6_000, warmUp: 200, figures: ["P_wait", "Wq", "Lq"] },
  },
  even("dm1-0.5", 0.5, 8_500),
  even("dm1-0.9", 0.9, 12_000),
  dealt("e5m1-0.5", 5, 0.5, 2_500),
  dealt("e3m1-0.8", 3, 0.8, 4_000),
  {
    ...{ id: "mmcD-5-4-1", asks: `${poisson(4)}, deadline: 1s` },
    ...{ stage: `workers: 5, time: ${one}`, duration: 2_500, warmUp: 50 },
    figures: ["P_timeout", "utilisation"],
  },
  {
    id: "repair-1-10",
    // Ten terminals that think, one worker: the oracle's own parameters.
    asks: `arrivals: { closed: { terminals: 10, think: ${exponential(9)} } }`,
    ...{ stage: `workers: 1, time: ${one}`, duration: 6_000, warmUp: 200 },
    figures: ["R", "util"],
  },
];

describe.skipIf(!hasShared).each(known)("$id", (of) => {
  let runs: readonly KnownRun[] = [];
  beforeAll(async () => {
    const { asks, stage, duration, warmUp, replicas } = of;
    const services = service("bank", stage, replicas);
    const text = `${knownChain({ asks, services, duration })}warmUp: ${warmUp}s\n`;
    runs = await simulateRuns(text, warmUp);
  }, 60_000);

  it.each(of.figures)("%s is exact", (figure) => {
    const exact = oracle(of.id, figure);
    expectExact(figure, runs.map(readers[figure]), exact);
  });

  it.runIf(of.percentiles === true)("percentiles of the time to the answer are exact", () => {
    for (const [figure, share] of Object.entries(quantiles)) {
      const exactMs = 1_000 * oracle(of.id, figure);
      const beyond = runs.map(
        ({ latenciesMs }) => latenciesMs.filter((it) => it > exactMs).length / latenciesMs.length,
      );
      const { mean, halfWidth } = interval(beyond);
      const found = `${figure}: ${mean} ± ${halfWidth} beyond it, against ${1 - share}`;
      expect(halfWidth, found).toBeLessThan(0.4 * (1 - share));
      expect(Math.abs(mean - (1 - share)), found).toBeLessThan(halfWidth);
    }
  });
});
