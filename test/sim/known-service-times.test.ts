import { busyRatio, exponential, poisson } from "../support/known.ts";
import { type KnownQueue, type Percentile, testKnownQueues } from "../support/known-queue.ts";

/**
 * One worker, Poisson arrivals, service times of every shape with mean 1: how long one waits goes by
 * the mean and the variance of the service alone (Pollaczek 1930, Khinchine 1932).
 */
const mg1 = (
  id: string,
  load: number,
  time: string,
  duration: number,
  warmUp = 500,
): KnownQueue => ({
  ...{ id, asks: poisson(load), stage: `workers: 1, time: ${time}`, duration, warmUp },
  // Under more load, the variance of the waits wants runs ten times as long.
  figures: ["Wq", "W", "Lq", ...(load > 0.5 ? [] : (["var_Wq"] as const))],
});

/** Constant service: also how the waits are spread (Crommelin 1932). */
const md1 = (
  id: string,
  load: number,
  duration: number,
  percentiles: readonly Percentile[],
): KnownQueue => ({
  ...{ id, asks: poisson(load), stage: "workers: 1, time: 1s", duration, warmUp: 500 },
  figures: ["P_wait", "Wq"],
  percentiles,
});

/** Two exponentials with balanced means: four times the variance of one. */
const twoPhases = `{ mixture: [
  { share: 88.729833462074169%, of: ${exponential(1 / 1.7745966692414834)} },
  { share: 11.270166537925831%, of: ${exponential(1 / 0.22540333075851662)} } ] }`;
/** One in a hundred takes a hundred times as long as the others. */
const rarelyLong = "{ mixture: [{ share: 99%, of: 0.5s }, { share: 1%, of: 50.5s }] }";

testKnownQueues([
  mg1("mg1-D-0.5", 0.5, "1s", 8_500),
  mg1("mg1-D-0.8", 0.8, "1s", 8_500),
  mg1("mg1-E2-0.5", 0.5, "{ gamma: { mean: 1s, shape: 2 } }", 8_500),
  mg1("mg1-M-0.5", 0.5, exponential(1), 8_500),
  mg1("mg1-M-0.8", 0.8, exponential(1), 12_500),
  mg1("mg1-LN0.5-0.5", 0.5, "{ lognormal: { mean: 1s, sigma: 0.5 } }", 8_500),
  mg1("mg1-LN0.5-0.8", 0.8, "{ lognormal: { mean: 1s, sigma: 0.5 } }", 8_500),
  mg1("mg1-LN1-0.8", 0.8, "{ lognormal: { mean: 1s, sigma: 1 } }", 20_000, 1_000),
  mg1("mg1-H2-0.8", 0.8, twoPhases, 30_000, 2_000),
  mg1("mg1-mix-0.5", 0.5, rarelyLong, 40_000, 2_000),
  mg1("mg1-mix-0.8", 0.8, rarelyLong, 60_000, 10_000),
  md1("md1-0.5", 0.5, 40_000, ["wait_p90", "wait_p95", "wait_p99", "wait_p999"]),
  md1("md1-0.8", 0.8, 160_000, ["wait_p90", "wait_p95", "wait_p99", "wait_p999"]),
  { ...md1("md1-0.9", 0.9, 45_000, ["wait_p90", "wait_p95", "wait_p99"]), control: busyRatio(0.9) },
]);
