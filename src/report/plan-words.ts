import type {
  PlanCheck,
  PlanConfiguration,
  PlanHeadroom,
  PlanResult,
} from "../record/plan-result.ts";
import { formatFigure, type Unit } from "./figure.ts";
import { formatMinor, formatNumber, formatPercent, formatPlural, nothing } from "./format.ts";

/** A cost with its unit; a dash where the plan says none. */
export function formatCost({ question }: PlanResult, cost: number | null): string {
  return cost === null ? nothing : `${formatNumber(cost)} ${question.costUnit}`;
}

/** What the plan found, in a sentence. */
export function planVerdictLine(plan: PlanResult): string {
  const { verdict, cheapest, ties, question } = plan;
  const conditions = formatPlural(question.conditions.length, "condition");
  const cost = cheapest === null ? "" : formatCost(plan, cheapest.cost);
  const sure = formatPercent(question.confidenceRatio);
  if (verdict === "partial") {
    return cheapest === null
      ? "Stopped before any configuration passed."
      : `Stopped: the cheapest found so far costs ${cost}; a cheaper one may pass.`;
  }
  if (cheapest === null) {
    return verdict === "none"
      ? `No configuration passes under all ${conditions}.`
      : `No configuration passes for sure: ${formatPlural(ties.length, "one", "of them")} may.`;
  }
  if (verdict === "found") return `The cheapest that passes under all ${conditions} costs ${cost}.`;
  const doubts = [
    ties.length > 0 ? `${formatPlural(ties.length, "cheaper one")} may pass too` : undefined,
    cheapest.verification?.outcome === "pass"
      ? undefined
      : "under fresh seeds a limit lies inside its interval",
  ].filter((it) => it !== undefined);
  return `Tie: the cheapest that passes at ${sure} costs ${cost}, but ${doubts.join(", and ")}.`;
}

/** The check that is nearest to its limit, or farthest beyond it. */
export function bindingCheck({ binding, checks }: PlanConfiguration): PlanCheck | undefined {
  return checks.find((it) => it.condition === binding?.condition && it.gate === binding.gate);
}

/** The check in which fresh seeds and longer runs refuted one that had passed, if they did. */
export function refutation({ outcome, checks, verification }: PlanConfiguration) {
  if (outcome !== "fail" || checks.some((it) => it.decision === "fails")) return undefined;
  return verification?.checks.find((it) => it.decision === "fails");
}

/** `p99(latency) < 5s under 2x: 4.21 s (4.05 s to 4.37 s, 24 runs)`. */
export function formatCheck(plan: PlanResult, check: PlanCheck): string {
  return `${check.gate} under ${check.condition}: ${formatObserved(plan, check)}`;
}

/** `4.21 s (4.05 s to 4.37 s, 24 runs)`. */
export function formatObserved(plan: PlanResult, check: PlanCheck): string {
  const { low, high, seeds, gate, observed } = check;
  const isWide = low !== null && high !== null && low !== high;
  const interval = isWide
    ? `${formatGateFigure(plan, gate, Math.max(0, low))} to ${formatGateFigure(plan, gate, high)}, `
    : "";
  const value = formatGateFigure(plan, gate, observed);
  return `${value} (${interval}${formatPlural(seeds, "run")})`;
}

/** What a gate observed, in its unit. */
export function formatGateFigure(
  { question }: PlanResult,
  gate: string,
  value: number | null,
): string {
  const unit = question.gates.find(({ expression }) => expression === gate)?.unit ?? "number";
  if (unit === "minor") return value === null ? nothing : formatMinor(value);
  return formatFigure(units[unit], value);
}

const units: Readonly<Record<"count" | "ratio" | "duration" | "number", Unit>> = {
  ...{ count: "count", ratio: "ratio", duration: "ms", number: "count" },
};

/** `holds up to 2.7x, then p99(latency) < 5s fails: bank.risk is at its limit`. */
export function formatHeadroom(plan: PlanResult, it: PlanHeadroom): string {
  const { holdsTo, failsAt, gate, station } = it;
  const up = holdsTo === null ? "" : `holds up to ${formatNumber(holdsTo)}x`;
  if (failsAt === null) return `${up}, the most that was tried`;
  const observed = gate === null ? "" : ` (${formatGateFigure(plan, gate, it.observed)})`;
  const where = station === null ? "no station is at its limit" : `${station} is at its limit`;
  const then = `${gate ?? "a gate"} fails${observed}: ${where}`;
  return holdsTo === null
    ? `fails at every load down to ${formatNumber(failsAt)}x: ${then}`
    : `${up}, then ${then}`;
}

/** Whose headroom it is, and under which failure. */
export function headroomSubject({ of, failure }: PlanHeadroom): string {
  const who = of === "present" ? "as it is now" : "the cheapest";
  return failure === null ? who : `${who}, ${failure}`;
}

/** What was tried and what was not, line by line. */
export function effortLines({ effort, question }: PlanResult): readonly string[] {
  const { isMonotoneBroken, monotoneChecked } = effort;
  const checked =
    monotoneChecked === 0
      ? ""
      : isMonotoneBroken
        ? " (that did not hold for one that was simulated after all, so none was left out for it)"
        : ` (${formatPlural(monotoneChecked, "of them was", "of them were")} simulated after all, and failed)`;
  const capacities = question.knobs.filter((it) => it.isCapacity).map((it) => it.path);
  return [
    `${formatPlural(effort.configurations, "configuration")}: ${formatNumber(effort.simulated)} simulated,`,
    `${formatNumber(effort.prunedByStability)} ruled out because a short calculation shows that they cannot hold,`,
    `${formatNumber(effort.prunedByMonotony)} because one with more ${capacities.length === 0 ? "capacity" : "of a capacity"} failed${checked},`,
    `${formatNumber(effort.prunedByCost)} because they cost more${
      effort.undecided > 0 ? `, ${formatNumber(effort.undecided)} undecided` : ""
    };`,
    `${formatPlural(effort.runs, "run")}, ${formatPlural(effort.activations, "activation")}.`,
  ];
}

/** The cheapest as a variant, as it stands in a scenario file. */
export function renderVariantYaml({ patch }: PlanResult): string {
  if (patch === null) return "";
  const lines = patch.overrides.map(({ path, value }) => `    ${path}: ${value}`);
  return ["variants:", `  ${patch.variant}:`, ...lines].join("\n");
}

/** What its outcome reads as. */
export const outcomeWords: Readonly<Record<PlanConfiguration["outcome"], string>> = {
  ...{ pass: "passes", fail: "fails", tie: "tie", partial: "not finished" },
};
