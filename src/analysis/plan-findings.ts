import type { PlanCheck, PlanConfiguration, PlanPoint } from "../record/plan-result.ts";
import type { Gate } from "../scenario/gate-expression.ts";
import { metric } from "./metrics.ts";
import type { Outcome, Trial } from "./plan-trial.ts";

/** What indices stand for. */
export type PlanNames = {
  readonly gates: readonly string[];
  readonly conditions: readonly string[];
};

/** A trial in the words of the result. */
export function describeTrial(
  trial: Trial,
  verification: Trial | null,
  it: { readonly values: readonly string[]; readonly cost: number | null },
  names: PlanNames,
): PlanConfiguration {
  const binding = trial.binding();
  return {
    values: [...it.values],
    cost: it.cost,
    outcome: trial.outcome,
    binding: binding === undefined ? null : placeOf(binding, names),
    checks: checksOf(trial, names),
    verification:
      verification === null
        ? null
        : { outcome: verification.outcome, checks: checksOf(verification, names) },
  };
}

function checksOf(trial: Trial, names: PlanNames): PlanCheck[] {
  return trial.checks().map((check) => ({
    ...placeOf(check, names),
    seeds: check.seedCount,
    observed: check.mean,
    low: check.low,
    high: check.high,
    decision: check.decision,
  }));
}

function placeOf(
  { condition, gate }: { readonly condition: number; readonly gate: number },
  names: PlanNames,
): { condition: string; gate: string } {
  return { condition: names.conditions[condition] ?? "", gate: names.gates[gate] ?? "" };
}

type Measured = {
  readonly values: readonly string[];
  readonly cost: number;
  readonly uncreditedRatio: number;
  readonly outcome: Outcome;
};

/** By cost, with those marked that no other beats: as cheap and loses less, or cheaper and no more. */
export function markFront(points: readonly Measured[]): PlanPoint[] {
  const sorted = points.toSorted(
    (a, b) => a.cost - b.cost || a.uncreditedRatio - b.uncreditedRatio,
  );
  let least = Number.POSITIVE_INFINITY;
  return sorted.map((it) => {
    const isOnFront = it.uncreditedRatio < least;
    if (isOnFront) least = it.uncreditedRatio;
    return { ...it, values: [...it.values], isOnFront };
  });
}

/** The mean uncredited ratio over the runs of a condition; null where nothing was to be credited. */
export function uncreditedMean(trial: Trial, condition: number): number | null {
  const ratios = trial.runsOf(condition).map((it) => it.uncreditedRatio);
  const values = ratios.filter((it) => it !== null);
  if (values.length === 0) return null;
  return Number((values.reduce((sum, it) => sum + it, 0) / values.length).toPrecision(12));
}

/** Found, tie, none or partial. */
export function planVerdict(it: {
  readonly cheapest: Trial | null;
  readonly verification: Trial | null;
  readonly ties: readonly Trial[];
  readonly isPartial: boolean;
}): "found" | "tie" | "none" | "partial" {
  if (it.isPartial) return "partial";
  if (it.cheapest === null) return it.ties.length > 0 ? "tie" : "none";
  const isSure = it.ties.length === 0 && it.verification?.outcome === "pass";
  return isSure ? "found" : "tie";
}

/** A percentile of one run is trusted where so many of its samples are expected beyond it. */
const beyondMinCount = 20;

/**
 * Which gates a plan judges by too little. It tests one percentile a run, a simulation that of all runs
 * together: of short runs the first is too low, and what a plan lets pass a simulation may not.
 *
 * @param fewestCount - Activations of the shortest of the runs.
 */
export function fewSampleDoubts(gates: readonly Gate[], fewestCount: number): string[] {
  return gates.flatMap((gate) => {
    const { samples, tailRatio, name } = metric(gate);
    if (gate.of !== "times" || samples === null) return [];
    const beyondCount = fewestCount * tailRatio;
    if (beyondCount >= beyondMinCount) return [];
    const beyond = Number(beyondCount.toPrecision(2));
    return [
      `${name}: a run has ${fewestCount} activations, ${beyond} beyond it, so that of one run is too low; ` +
        "simulated, all runs are judged together: take a longer window, or check the planned variant",
    ];
  });
}
