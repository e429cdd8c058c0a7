import type { Money } from "../record/money-result.ts";
import type { Spread, StationResult, VariantResult } from "../record/result.ts";
import type { FigureSubject } from "../scenario/gate-expression.ts";
import type { GateTimes, RunFigure, StationFigure, TimesFigure } from "../scenario/gate-figures.ts";

/** What gates look at: a variant's summary, before anything was found in it. */
export type Summary = Omit<VariantResult, "series" | "bottlenecks" | "gates">;

/**
 * The figure that a gate is set on.
 *
 * @returns `null` when it was not measured: no sample, no such station, no books, nothing planned.
 * [ms, ratio, count or minor units, as the figure has it]
 */
export function readFigure(gate: FigureSubject, summary: Summary): number | null {
  if (gate.of === "run") return readRun(gate.figure, summary);
  // With no activation due, every other 0 would be the 0 of an empty run.
  if (summary.planned === 0) return null;
  switch (gate.of) {
    case "times": {
      const spread = spreadOf[gate.argument](summary);
      return spread === null ? null : timesFigures[gate.figure](spread);
    }
    case "cause":
      return summary.causes[gate.argument];
    case "station": {
      const station = summary.stations.find((it) => it.name === gate.argument);
      return station === undefined ? null : stationFigures[gate.figure](station);
    }
  }
}

/** (late + lost) / (all - declined - blocked); `null` when no activation was to be credited. */
export function measuredUncreditedRatio(
  summary: Pick<Summary, "outcomes" | "uncreditedRatio">,
): number | null {
  const { credited, late, lost } = summary.outcomes;
  return credited + late + lost === 0 ? null : summary.uncreditedRatio;
}

/** Credits that stand and of which no notice reached the merchant. [count] */
export function unheardCount(money: Money): number {
  return money.postedCount - money.reversedCount - money.heardCount;
}

/** Broken rules of the auditor, all of them together. [count] */
export function violationCount({ violations }: Money): number {
  return Object.values(violations).reduce((sum, count) => sum + count, 0);
}

function readRun(figure: RunFigure, summary: Summary): number | null {
  return summary.planned === 0 && figure !== "planned" ? null : runFigures[figure](summary);
}

const runFigures: Readonly<Record<RunFigure, (it: Summary) => number | null>> = {
  planned: (it) => it.planned,
  answered: (it) => it.accounting.answered,
  timed_out: (it) => it.accounting.timedOut,
  failed: (it) => it.accounting.failed,
  unsent: (it) => it.accounting.unsent,
  unfinished: (it) => it.accounting.unfinished,
  credited: (it) => it.outcomes.credited,
  late: (it) => it.outcomes.late,
  declined: (it) => it.outcomes.declined,
  blocked: (it) => it.outcomes.blocked,
  lost: (it) => it.outcomes.lost,
  uncredited_rate: measuredUncreditedRatio,
  unnotified: (it) => it.unnotified,
  attempts: (it) => it.attempts,
  double_credited: (it) => it.integrity.doubleCredited,
  phantom: (it) => it.integrity.phantom,
  missing: (it) => it.integrity.missing,
  leaked: (it) => it.integrity.leaked,
  one_sided: ofMoney((it) => it.violations.oneSided),
  violations: ofMoney(violationCount),
  inconsistent: ofMoney((it) => it.inconsistentCount),
  reconciled: ofMoney((it) => it.reconciledCount),
  pending_reversals: ofMoney((it) => it.pendingCount),
  unheard: ofMoney(unheardCount),
  advance_peak: ofMoney((it) => it.advance?.peakMinor ?? null),
  advance_fees: ofMoney((it) => it.advance?.feesMinor ?? null),
  advance_outstanding: ofMoney((it) => it.advance?.outstandingMinor ?? null),
};

/** Where nothing posts there are no books, and a 0 would say that they were looked at. */
function ofMoney(read: (money: Money) => number | null): (it: Summary) => number | null {
  return ({ money }) => (money === undefined ? null : read(money));
}

const spreadOf: Readonly<Record<GateTimes, (it: Summary) => Spread | null>> = {
  time_to_credit: (it) => it.timeToCreditMs,
  latency: (it) => it.latencyMs,
  service_time: (it) => it.serviceTimeMs,
  send_lag: (it) => it.sendLagMs,
  spendable: (it) => it.money?.spendableMs ?? null,
  consistent: (it) => it.money?.consistentMs ?? null,
};

const timesFigures: Readonly<Record<TimesFigure, (it: Spread) => number | null>> = {
  mean: (it) => it.mean,
  p50: (it) => it.p50,
  p90: (it) => it.p90,
  p99: (it) => it.p99,
  p999: (it) => it.p999,
  max: (it) => it.max,
};

const stationFigures: Readonly<Record<StationFigure, (it: StationResult) => number | null>> = {
  utilisation: (it) => it.utilisationRatio,
  blocked_share: (it) => it.blockedRatio,
  queue_mean: (it) => it.queueMean,
  queue_max: (it) => it.queueMax,
  arrivals: (it) => it.arrivals,
  completions: (it) => it.completions,
  dropped: (it) => it.dropped,
  faulted: (it) => it.failed,
  waited_share: (it) => it.waitedRatio,
  wait_mean: (it) => it.waitMeanMs,
  wait_p50: (it) => it.waitP50Ms,
  wait_p99: (it) => it.waitP99Ms,
  service_mean: (it) => it.serviceMeanMs,
};
