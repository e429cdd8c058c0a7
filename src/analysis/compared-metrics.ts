import { causes, outcomes } from "../domain/outcome.ts";
import type { Money } from "../record/money-result.ts";
import type { Spread, StationResult, VariantResult } from "../record/result.ts";
import { measuredUncreditedRatio, unheardCount } from "./figure.ts";

export type ComparedRun = Pick<
  VariantResult,
  | "outcomes"
  | "uncreditedRatio"
  | "timeToCreditMs"
  | "latencyMs"
  | "causes"
  | "unnotified"
  | "attempts"
  | "money"
  | "stations"
>;

type ComparedMetric = {
  /** Where the result has it, with its unit: `latencyMs.p99`, `stations.bank.risk.waitP99Ms`. */
  readonly metric: string;
  readonly read: (run: ComparedRun) => number | null;
};

/**
 * The figures that variants are compared by: first whether the money came, and how fast. Counts that
 * are 0 in every run, and stations that not every variant has, are no figures to compare.
 */
export function comparedMetrics(
  variants: readonly { readonly runs: readonly ComparedRun[] }[],
): readonly ComparedMetric[] {
  const runs = variants.flatMap((it) => it.runs);
  return [
    { metric: "uncreditedRatio", read: measuredUncreditedRatio },
    ...spread("timeToCreditMs", (run) => run.timeToCreditMs),
    ...spread("latencyMs", (run) => run.latencyMs),
    ...counts.filter(({ read }) => runs.some((run) => (read(run) ?? 0) !== 0)),
    ...stationsOfAll(runs).flatMap(stationMetrics),
  ];
}

const quantities = ["mean", "p50", "p90", "p99", "p999"] as const;

function spread(name: string, of: (run: ComparedRun) => Spread): readonly ComparedMetric[] {
  return quantities.map((quantity) => ({
    metric: `${name}.${quantity}`,
    read: (run) => of(run)[quantity],
  }));
}

const counts: readonly ComparedMetric[] = [
  ...outcomes.map(
    (it): ComparedMetric => ({ metric: `outcomes.${it}`, read: (run) => run.outcomes[it] }),
  ),
  ...causes.map(
    (it): ComparedMetric => ({ metric: `causes.${it}`, read: (run) => run.causes[it] }),
  ),
  { metric: "unnotified", read: (run) => run.unnotified },
  { metric: "attempts", read: (run) => run.attempts },
  { metric: "money.unheardCount", read: ofMoney(unheardCount) },
  { metric: "money.inconsistentCount", read: ofMoney((it) => it.inconsistentCount) },
  { metric: "money.pendingCount", read: ofMoney((it) => it.pendingCount) },
  { metric: "money.advance.peakMinor", read: ofMoney((it) => it.advance?.peakMinor ?? null) },
  { metric: "money.advance.feesMinor", read: ofMoney((it) => it.advance?.feesMinor ?? null) },
];

function ofMoney(read: (money: Money) => number | null): ComparedMetric["read"] {
  return ({ money }) => (money === undefined ? null : read(money));
}

const stationFigures = [
  "utilisationRatio",
  "queueMean",
  "waitMeanMs",
  "waitP99Ms",
  "serviceMeanMs",
] as const satisfies readonly (keyof StationResult)[];

function stationMetrics(station: string): readonly ComparedMetric[] {
  return stationFigures.map((figure) => ({
    metric: `stations.${station}.${figure}`,
    read: ({ stations }) => stations.find((it) => it.name === station)?.[figure] ?? null,
  }));
}

function stationsOfAll(runs: readonly ComparedRun[]): readonly string[] {
  const names = (runs[0]?.stations ?? []).map((it) => it.name);
  return names.filter((name) => runs.every((run) => run.stations.some((it) => it.name === name)));
}
