import { busyRatio, exponential, poisson } from "../support/known.ts";
import {
  type Figure,
  type KnownQueue,
  type Percentile,
  testKnownQueues,
} from "../support/known-queue.ts";

/**
 * Queues with exact answers, in their steady state: whole scenarios whose warm-up is left out, thirty
 * runs each, and the exact value in the 99 % interval. A percentile is tested as the share of requests
 * that took longer than its exact value: that share has no bias in a short run, the percentile has.
 */
const one = exponential(1);
const mmc = (
  id: string,
  rate: number,
  workers: number,
  duration: number,
  warmUp: number,
  figures: readonly Figure[] = ["P_wait", "Wq", "W", "Lq", "rho"],
): KnownQueue => ({
  ...{ id, asks: poisson(rate), stage: `workers: ${workers}, time: ${one}`, duration, warmUp },
  figures,
  percentiles: ["resp_p50", "resp_p95", "resp_p99", "wait_p95"],
});
const erlangB = (id: string, rate: number, workers: number): KnownQueue => ({
  ...{ id, asks: poisson(rate), stage: `workers: ${workers}, queue: 0, time: ${one}` },
  ...{ duration: 8_000 / rate + 20, warmUp: 20, figures: ["P_block"] },
});
/** Poisson traffic dealt out in turn: each replica sees every k-th arrival. */
const dealt = (
  id: string,
  k: number,
  load: number,
  duration: number,
  percentiles: readonly Percentile[] = ["resp_p99", "wait_p99"],
): KnownQueue => ({
  ...{ id, asks: `${poisson(k * load)}, balancer: round-robin`, replicas: k },
  ...{ stage: `workers: 1, time: ${one}`, duration, warmUp: 300 },
  figures: ["P_wait", "Wq", "W"],
  percentiles,
});
const even = (id: string, rate: number, duration: number): KnownQueue => ({
  ...{ id, asks: `arrivals: { even: { rate: ${rate}/s } }`, stage: `workers: 1, time: ${one}` },
  ...{ duration, warmUp: 300, figures: ["P_wait", "Wq", "W"] },
});

testKnownQueues([
  mmc("mm1-0.5-1", 0.5, 1, 10_000, 100),
  { ...mmc("mm1-4-5", 4, 1, 5_000, 100), stage: `workers: 1, time: ${exponential(0.2)}` },
  mmc("mm2-1.6", 1.6, 2, 8_000, 200, ["W", "Lq"]),
  mmc("mm5-4", 4, 5, 4_000, 100, ["W", "Lq"]),
  { ...mmc("mm5-4.5", 4.5, 5, 12_000, 200), control: busyRatio(0.9) },
  mmc("mm10-8", 8, 10, 2_000, 100),
  mmc("mm50-45", 45, 50, 300, 50, ["P_wait", "W", "rho"]),
  {
    ...mmc("mm100-95", 95, 100, 250, 80, ["P_wait", "W", "rho"]),
    // Few wait at all, and then many one after the other: these runs say too little of long waits.
    percentiles: ["resp_p50", "resp_p95", "resp_p99"],
  },
  erlangB("erlangb-50-45", 45, 50),
  erlangB("erlangb-100-100", 100, 100),
  {
    ...{ id: "mmck-5-10-4", asks: poisson(4), stage: `workers: 5, queue: 5, time: ${one}` },
    ...{
      duration: 2_500,
      warmUp: 50,
      figures: ["P_block", "Wq_accepted", "P_wait_accepted", "Lq", "utilisation"],
    },
  },
  {
    ...{ id: "md2-1.6", asks: poisson(1.6), stage: "workers: 2, time: 1s" },
    ...{ duration: 6_000, warmUp: 200, figures: ["P_wait", "Wq", "Lq"] },
  },
  even("dm1-0.5", 0.5, 8_500),
  even("dm1-0.9", 0.9, 12_000),
  dealt("e5m1-0.5", 5, 0.5, 2_500),
  dealt("e3m1-0.8", 3, 0.8, 5_000),
  // Close to saturation, a percentile takes longer runs.
  dealt("e2m1-0.9", 2, 0.9, 40_000),
  dealt("e5m1-0.9", 5, 0.9, 10_000),
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
]);
