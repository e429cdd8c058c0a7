import type {
  FaultBand,
  Series,
  Spread,
  StationResult,
  VariantResult,
} from "../../src/record/result.ts";
import { noSpread } from "../analysis/variant-result.ts";
import { plainMoney } from "./sample-money.ts";

/** Variants of results, made up by formula: a trouble of so many minutes, and what it does. */

const stationNames = [
  "operator.link-check",
  "operator.account-check",
  "operator.forward",
  "bank.identity",
  "bank.risk",
  "bank.post",
] as const;

export const lunchFault: FaultBand = {
  label: "bank.risk slow 3x",
  on: "bank.risk",
  fromMs: 60_000,
  toMs: 150_000,
};
export const linkFault: FaultBand = {
  label: "operator-bank loses 5% of the answers",
  on: "operator-bank",
  fromMs: 140_000,
  toMs: 155_000,
};

type Shape = {
  readonly name: string;
  /** 1 is the full trouble of the fault, 0 none. */
  readonly trouble: number;
  readonly bucketMs: number;
  readonly bucketCount: number;
  readonly isLive: boolean;
};

/** How hard the fault bites in a bucket, 0..1: it climbs, stays, and drains. */
function biteAt(shape: Shape, index: number): number {
  const timeMs = index * shape.bucketMs;
  const { fromMs, toMs } = lunchFault;
  const climb = Math.min(1, Math.max(0, (timeMs - fromMs) / 15_000));
  const drain = Math.min(1, Math.max(0, (toMs + 20_000 - timeMs) / 20_000));
  return shape.trouble * Math.min(climb, drain);
}

export function seriesOf(shape: Shape): Series {
  const indices = Array.from({ length: shape.bucketCount }, (_, index) => index);
  const wobble = (index: number): number => Math.sin(index * 1.7) + Math.sin(index * 0.61);
  const bite = (index: number): number => biteAt(shape, index);
  const perBucket = (index: number): number =>
    Math.round((80 + 20 * Math.sin((index * shape.bucketMs) / 30_000)) * (shape.bucketMs / 1_000));
  const part = (index: number, share: number): number => Math.floor(perBucket(index) * share);
  const late = indices.map((it) => part(it, 0.18 * bite(it)));
  const lost = indices.map((it) => part(it, 0.31 * bite(it)));
  const declined = indices.map((it) => part(it, 0.03));
  const blocked = indices.map((it) => Math.round(perBucket(it) * 0.008));
  const planned = indices.map(perBucket);
  const rest = (it: number): number =>
    (planned[it] ?? 0) -
    (late[it] ?? 0) -
    (lost[it] ?? 0) -
    (declined[it] ?? 0) -
    (blocked[it] ?? 0);
  const lagMs = indices.map((it) => 0.4 + 0.1 * wobble(it) ** 2);
  return {
    bucketMs: shape.bucketMs,
    timesMs: indices.map((it) => it * shape.bucketMs),
    planned,
    credited: indices.map(rest),
    late,
    declined,
    blocked,
    lost,
    causes: causesOf(indices.map((it) => (late[it] ?? 0) + (lost[it] ?? 0))),
    // One bucket in which nothing was answered: a gap, and a lone point beside it.
    latencyP50Ms: indices.map((it) =>
      it === 4 || it === 6 ? null : 140 + 6 * wobble(it) + 4_200 * bite(it),
    ),
    latencyP99Ms: indices.map((it) =>
      it === 4 || it === 6 ? null : 520 + 60 * wobble(it) + 11_000 * bite(it),
    ),
    sendLagP99Ms: shape.isLive ? lagMs : [],
    stations: stationNames.map((name, at) => ({
      name,
      arrivals: planned,
      dropped: indices.map((it) => (name === "bank.risk" ? part(it, 0.2 * bite(it)) : 0)),
      utilisationRatio: indices.map((it) =>
        Math.min(1, 0.12 + 0.09 * at + 0.012 * wobble(it) + (at >= 2 ? 0.7 * bite(it) : 0)),
      ),
      queueMean: indices.map((it) =>
        Math.max(0, 0.4 * at + 0.2 * wobble(it) + (at === 4 ? 190 : at === 2 ? 60 : 2) * bite(it)),
      ),
    })),
  };
}

/** Mostly the bank's delay; what the floors leave over is too. */
function causesOf(uncredited: readonly number[]): NonNullable<Series["causes"]> {
  const communication = uncredited.map((it) => Math.floor(it * 0.17));
  const network = uncredited.map((it) => Math.floor(it * 0.04));
  const none = uncredited.map(() => 0);
  return {
    "bank-delay": uncredited.map((it, at) => it - (communication[at] ?? 0) - (network[at] ?? 0)),
    communication,
    link: none,
    network,
    "operator-capacity": none,
  };
}

export function spreadOf(count: number, p50: number, stretch: number): Spread {
  return {
    count,
    mean: p50 * (1 + stretch / 20),
    p50,
    p90: p50 * (1 + stretch / 2),
    p99: p50 * (1 + stretch),
    p999: p50 * (1 + 1.6 * stretch),
    max: p50 * (1 + 1.9 * stretch),
  };
}

function stationOf(name: string, at: number, shape: Shape, arrivals: number): StationResult {
  const isRisk = name === "bank.risk";
  const dropped = isRisk ? Math.round(arrivals * 0.04 * shape.trouble) : 0;
  return {
    name,
    replicas: name.startsWith("operator") ? 2 : 1,
    workers: at === 2 ? 64 : 8,
    arrivals,
    completions: arrivals - dropped,
    dropped,
    failed: name === "operator.forward" ? Math.round(900 * shape.trouble) : 0,
    utilisationRatio: Math.min(1, 0.12 + 0.09 * at + (at >= 2 ? 0.3 * shape.trouble : 0)),
    blockedRatio: at === 2 ? 0.55 * shape.trouble : 0,
    queueMean: 0.4 * at + (isRisk ? 71.23 * shape.trouble : 0),
    queueMax: isRisk ? Math.round(200 * shape.trouble) : 3 * at,
    waitedRatio: 0.031 * at,
    waitMeanMs: 0.7 * at + (isRisk ? 1_890 * shape.trouble : 0),
    waitP50Ms: 0.0312 * at,
    waitP99Ms: 11.4 * at + (isRisk ? 4_321 * shape.trouble : 0),
    serviceMeanMs: at === 2 ? 310 : 8.4 + at,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, it) => total + it, 0);
}

/** A variant whose parts agree with each other, as the books of a run must. */
export function variantOf(shape: Shape): VariantResult {
  const series = seriesOf(shape);
  const planned = sum(series.planned);
  const outcomes = {
    credited: sum(series.credited),
    late: sum(series.late),
    declined: sum(series.declined),
    blocked: sum(series.blocked),
    lost: sum(series.lost),
  };
  const { credited, late, lost } = outcomes;
  const timedOut = Math.floor(lost * 0.8);
  const { causes = causesOf([]) } = series;
  const uncreditedRatio = (late + lost) / (credited + late + lost);
  const creditP99Ms = 560 + 27_000 * shape.trouble;
  const consistentMs = credited + late === 0 ? noSpread : spreadOf(credited + late, 25, 3);
  const timeToCreditMs = spreadOf(credited + late, 141.5, creditP99Ms / 141.5 - 1);
  return {
    name: shape.name,
    seeds: 1,
    planned,
    accounting: {
      answered: planned - lost,
      timedOut,
      failed: lost - timedOut,
      unsent: 0,
      unfinished: 0,
    },
    outcomes,
    uncreditedRatio,
    causes: {
      "bank-delay": sum(causes["bank-delay"]),
      communication: sum(causes.communication),
      link: 0,
      network: sum(causes.network),
      "operator-capacity": 0,
    },
    unnotified: Math.round(credited * 0.002),
    attempts: planned + Math.round(planned * 0.3 * shape.trouble),
    integrity: { doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 },
    money: plainMoney(credited + late, timeToCreditMs, consistentMs),
    timeToCreditMs,
    latencyMs: spreadOf(planned, 143.25, 4 + 70 * shape.trouble),
    serviceTimeMs: spreadOf(planned, 142.9, 4 + 70 * shape.trouble),
    sendLagMs: shape.isLive ? spreadOf(planned, 0.31, 6) : noSpread,
    stations: stationNames.map((name, at) => stationOf(name, at, shape, planned)),
    series,
    tail: {
      ...{ p99Ms: 560, medianMs: 143, count: 55, sampledCount: 55, medianCount: 540 },
      ...{ tailMeanMs: 800, medianMeanMs: 143 },
      parts: [
        { part: "bank.risk", kind: "wait", medianMeanMs: 3, tailMeanMs: 661, differenceMs: 658 },
        { part: "bank.risk", kind: "service", medianMeanMs: 60, tailMeanMs: 59, differenceMs: -1 },
        {
          ...{ part: "terminal-operator", kind: "link" },
          ...{ medianMeanMs: 80, tailMeanMs: 80, differenceMs: 0 },
        },
      ],
    },
    bottleneckShares:
      shape.trouble < 0.05
        ? []
        : [
            { station: "bank.risk", soleRatio: 0.5, shiftingRatio: 0.1 },
            { station: "operator.forward", soleRatio: 0.1, shiftingRatio: 0.1 },
          ],
    bottlenecks:
      shape.trouble < 0.05
        ? []
        : [
            {
              station: "bank.risk",
              fromMs: 66_000,
              toMs: 158_000,
              why: "bank.risk: busy 100 %, queue up to 190, 1,305 requests turned away; meanwhile held calls fill operator.forward",
              ...{ soleRatio: 0.9, arrivalsPerSecond: 95, droppedPerSecond: 14 },
              ...{ drainedPerSecond: 79, queueGrowthPerSecond: 2, victims: ["operator.forward"] },
            },
            {
              station: "operator.forward",
              fromMs: 158_000,
              toMs: 168_000,
              why: "operator.forward: busy 97 %, its workers mostly held by calls that wait for an answer",
            },
          ],
    gates: [
      {
        expression: "uncredited_rate < 1%",
        observed: uncreditedRatio,
        passed: uncreditedRatio < 0.01,
      },
      {
        expression: "p99(time_to_credit) < 5s",
        observed: creditP99Ms,
        passed: creditP99Ms < 5_000,
      },
      { expression: "double_credited == 0", observed: 0, passed: true },
    ],
  };
}
