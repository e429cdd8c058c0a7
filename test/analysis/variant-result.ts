import type { Series, Spread, StationResult, VariantResult } from "../../src/record/result.ts";

/** Nothing was measured. */
export const noSpread: Spread = {
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p99: null,
  p999: null,
  max: null,
};

/** A spread whose figures can be told apart: p50 is `ms`, p99 is ten times that. */
export function spreadOf(ms: number): Spread {
  return {
    count: 100,
    mean: 2 * ms,
    p50: ms,
    p90: 5 * ms,
    p99: 10 * ms,
    p999: 20 * ms,
    max: 40 * ms,
  };
}

export function stationOf(name: string, changes: Partial<StationResult> = {}): StationResult {
  return {
    name,
    replicas: 1,
    workers: 4,
    arrivals: 1_000,
    completions: 990,
    dropped: 7,
    failed: 3,
    utilisationRatio: 0.75,
    blockedRatio: 0,
    queueMean: 2.5,
    queueMax: 12,
    waitedRatio: 0.6,
    waitMeanMs: 15,
    waitP50Ms: 11,
    waitP99Ms: 90,
    serviceMeanMs: 30,
    ...changes,
  };
}

const noSeries: Series = {
  bucketMs: 1_000,
  timesMs: [],
  planned: [],
  credited: [],
  late: [],
  declined: [],
  blocked: [],
  lost: [],
  latencyP50Ms: [],
  latencyP99Ms: [],
  sendLagP99Ms: [],
  stations: [],
};

/** 1,000 activations, 971 to be credited, 11 of them not in time; every count is different. */
export function variantOf(changes: Partial<VariantResult> = {}): VariantResult {
  return {
    name: "baseline",
    seeds: 1,
    planned: 1_000,
    accounting: { answered: 980, timedOut: 9, failed: 6, unsent: 0, unfinished: 5 },
    outcomes: { credited: 960, late: 8, declined: 25, blocked: 4, lost: 3 },
    uncreditedRatio: 11 / 971,
    causes: { "bank-delay": 7, communication: 2, link: 1, network: 1, "operator-capacity": 0 },
    unnotified: 14,
    attempts: 1_100,
    integrity: { doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 },
    timeToCreditMs: spreadOf(200),
    latencyMs: spreadOf(100),
    serviceTimeMs: spreadOf(90),
    sendLagMs: noSpread,
    stations: [stationOf("bank.risk")],
    series: noSeries,
    bottlenecks: [],
    gates: [],
    ...changes,
  };
}
