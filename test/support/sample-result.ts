import { Result, type VariantResult } from "../../src/record/result.ts";
import { noSpread } from "../analysis/variant-result.ts";
import { brokenMoney, settledMoney } from "./sample-money.ts";
import { linkFault, lunchFault, seriesOf, spreadOf, variantOf } from "./sample-variant.ts";

/** Results as runs leave them, made up by formula: no engine is needed to test a report. */

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
        timeToCreditMs: noSpread,
        latencyMs: noSpread,
        serviceTimeMs: noSpread,
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
