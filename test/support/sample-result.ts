import {
  type FaultBand,
  Result,
  type Series,
  type Spread,
  type StationResult,
  type VariantResult,
} from "../../src/record/result.ts";
import { brokenMoney, plainMoney, settledMoney } from "./sample-money.ts";

/** Results as runs leave them, made up by formula: no engine is needed to test a report. */

const stationNames = [
  "operator.link-check",
  "operator.account-check",
  "operator.forward",
  "bank.identity",
  "bank.risk",
  "bank.post",
] as const;

const lunchFault: FaultBand = {
  label: "bank.risk slow 3x",
  on: "bank.risk",
  fromMs: 60_000,
  toMs: 150_000,
};
const linkFault: FaultBand = {
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

function seriesOf(shape: Shape): Series {
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

function spreadOf(count: number, p50: number, stretch: number): Spread {
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

const nothingMeasured: Spread = {
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p99: null,
  p999: null,
  max: null,
};

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
function variantOf(shape: Shape): VariantResult {
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
  const consistentMs = credited + late === 0 ? nothingMeasured : spreadOf(credited + late, 25, 3);
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
    sendLagMs: shape.isLive ? spreadOf(planned, 0.31, 6) : nothingMeasured,
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

const scenarioText = `name: lunch-rush
title: Lunch rush while the bank's risk check slows
seed: lunch-2026
duration: 4m
promise: 30s
traffic:
  activations:
    journey: activate
    arrivals: { poisson: { rate: 80/s } }
faults:
  - { at: 1m, for: 90s, on: bank.risk, slow: 3x }
variants:
  second-bank: { services.bank.replicas: 2, services.operator.stages.forward.call.balancer: least-requests }
`;

const environment: Result["environment"] = {
  tillstorm: "0.1.0",
  node: "v20.20.0",
  platform: "linux x64",
  cpus: 2,
  cpuModel: "Example CPU @ 2.60GHz",
  startedAt: "2026-03-02T11:58:07.000Z",
  elapsedMs: 751_204.5,
  command: "tillstorm run scenarios/lunch-rush.yaml --seed lunch-2026 --window 8m..12m",
};

/** Live: three variants, two faults, predictions, and a comparison of each kind. */
export function liveResult(): Result {
  const shape = { bucketMs: 1_000, bucketCount: 240, isLive: true };
  const baseline = { ...shape, name: "baseline", trouble: 1 };
  const retry = { ...shape, name: "retry-with-budget", trouble: 0.45 };
  const second = { ...shape, name: "second-bank", trouble: 0.004 };
  const predicted = { isLive: false };
  const bands = [lunchFault, linkFault];
  return Result.parse({
    schema: "tillstorm.result/1",
    mode: "live",
    verdict: "fail",
    reasons: [],
    partial: false,
    environment,
    scenario: {
      name: "lunch-rush",
      title: "Lunch rush while the bank's risk check slows",
      hash: "9f2b7c1e5a40d3868b1f0c9d7e6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a",
      seed: "lunch-2026",
      seeds: 1,
      durationMs: 240_000,
      windowFromMs: 480_000,
      promiseMs: 30_000,
      text: scenarioText,
    },
    faults: [baseline, retry, second].map(({ name }) => ({ variant: name, bands })),
    variants: [baseline, retry, second].map(variantOf),
    predictions: [
      variantOf({ ...baseline, ...predicted, trouble: 0.94 }),
      variantOf({ ...retry, ...predicted, trouble: 0.47 }),
      variantOf({ ...second, ...predicted }),
    ],
    comparisons: [
      compare("second-bank", "uncreditedRatio", -0.1623, -0.1714, -0.1532, 5),
      compare("second-bank", "timeToCreditMs.p99", -26_892, -29_000, -24_700, 5),
      compare("retry-with-budget", "timeToCreditMs.p50", 1.2, -3.4, 5.8, 5),
      compare("retry-with-budget", "latencyMs.p99", -5_421.5, null, null, 1),
    ],
  } satisfies Result);
}

function compare(
  variant: string,
  metric: string,
  difference: number,
  low: number | null,
  high: number | null,
  seeds: number,
): Result["comparisons"][number] {
  return { variant, against: "baseline", metric, difference, low, high, seeds };
}

/** Simulated: one calm variant, no gate, no fault, nothing to compare. */
export function simulatedResult(): Result {
  const live = liveResult();
  const calm = { bucketMs: 1_000, bucketCount: 60, isLive: false, name: "baseline", trouble: 0 };
  return Result.parse({
    ...live,
    mode: "simulated",
    verdict: "pass",
    reasons: [],
    scenario: { ...live.scenario, durationMs: 60_000, windowFromMs: 0, title: "A calm minute" },
    faults: [],
    variants: [{ ...variantOf(calm), gates: [] }],
    predictions: [],
    comparisons: [],
  } satisfies Result);
}

/** Nothing was planned and nothing measured: every figure is 0 or null. */
export function emptyResult(): Result {
  const simulated = simulatedResult();
  const none = { bucketMs: 1_000, bucketCount: 0, isLive: false, name: "baseline", trouble: 0 };
  return Result.parse({
    ...simulated,
    verdict: "inconclusive",
    reasons: ["Nothing was planned in the window 0s..1s."],
    partial: true,
    variants: [
      {
        ...variantOf(none),
        uncreditedRatio: 0,
        timeToCreditMs: nothingMeasured,
        latencyMs: nothingMeasured,
        serviceTimeMs: nothingMeasured,
        stations: [],
        series: { ...seriesOf(none), stations: [] },
        gates: [{ expression: "p99(time_to_credit) < 5s", observed: null, passed: false }],
      },
    ],
  } satisfies Result);
}

/** A live result whose remedies were at work: deadlines passed, a replica was killed. */
export function remediedResult(): Result {
  const live = liveResult();
  const remedied = (it: VariantResult): VariantResult => ({
    ...it,
    stations: it.stations.map((station) =>
      station.name === "bank.risk" ? { ...station, expired: 1_312, killed: 9 } : station,
    ),
    policies: [
      // In the order in which an engine counted them, which is not that of the page.
      {
        site: "operator.forward",
        counts: {
          breakerOpened: 3,
          breakerRejected: 4_211,
          attempts: 15_730,
          retries: 402,
        },
      },
      { site: "traffic.activations", counts: { attempts: 18_004, healthChanges: 2 } },
      { site: "bank", counts: { rateLimited: 88, countOfTomorrow: 7 } },
    ],
  });
  const [baseline, ...others] = live.variants;
  const [predicted, ...otherPredictions] = live.predictions;
  return Result.parse({
    ...live,
    variants: [...(baseline === undefined ? [] : [baseline]), ...others.map(remedied)],
    predictions: [
      ...(predicted === undefined ? [] : [predicted]),
      ...otherPredictions.map((it) => ({
        ...it,
        policies: [{ site: "operator.forward", counts: { attempts: 15_702, budgetSpent: 5 } }],
      })),
    ],
  } satisfies Result);
}

/**
 * A simulation whose books have everything: `baseline` settles, takes back and advances, and is
 * right; `forgetful` breaks rules; `silent` posts nothing.
 */
export function moneyResult(): Result {
  const live = liveResult();
  const [baseline, forgetful, silent] = live.variants;
  if (baseline?.money === undefined || forgetful?.money === undefined || silent === undefined) {
    throw new Error("a live result has three variants, and each has books");
  }
  const { money: _, ...withoutMoney } = silent;
  const spendableMs = spreadOf(baseline.money.postedCount - 241, 35_815, 0.7);
  return Result.parse({
    ...live,
    mode: "simulated",
    predictions: [],
    comparisons: [],
    variants: [
      { ...baseline, money: settledMoney(baseline.money, spendableMs) },
      {
        ...forgetful,
        name: "forgetful",
        integrity: { ...forgetful.integrity, doubleCredited: 2 },
        money: brokenMoney(forgetful.money),
      },
      { ...withoutMoney, name: "silent" },
    ],
  } satisfies Result);
}

/** A text that tries to break out of an element, an attribute, a script and a comment. */
const hostileText = `"'></script></title><img src=x onerror="hacked=1"><script>hacked=1</script><!--`;

/** A live result, its last variant with broken books, in which every free text is hostile. */
export function hostileResult(): Result {
  const kept = new Set(["schema", "mode", "verdict", "rule", "kind"]);
  const spoil = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return kept.has(key) ? value : value + hostileText;
    if (Array.isArray(value)) return value.map((it) => spoil(it, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, spoil(it, name)]));
  };
  const remedied = remediedResult();
  const [, broken] = moneyResult().variants;
  const variants = [...remedied.variants, ...(broken === undefined ? [] : [broken])];
  return Result.parse(spoil({ ...remedied, variants }, ""));
}
