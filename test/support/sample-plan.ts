import type { PlanCheck, PlanConfiguration, PlanResult } from "../../src/record/plan-result.ts";
import { simulatedResult } from "./sample-result.ts";

/** Plans as the command leaves them, made up: no engine is needed to test a page. */

const gates = ["uncredited_rate < 1%", "p99(time_to_credit) < 5s", "broken books == 0"] as const;
const conditions = ["1x", "2x", "1x, replica-down (bank)"] as const;

function checks(uncredited: number, p99Ms: number, seeds: number): PlanCheck[] {
  const figures = [uncredited, p99Ms, 0];
  const limits = [0.01, 5_000, 0.5];
  return conditions.flatMap((condition, place) =>
    gates.map((gate, index): PlanCheck => {
      const observed = (figures[index] ?? 0) * (1 + place / 10);
      const decision = observed < (limits[index] ?? 0) ? "holds" : "fails";
      const half = observed / 20;
      return {
        condition,
        gate,
        seeds,
        observed,
        low: observed - half,
        high: observed + half,
        decision,
      };
    }),
  );
}

function configuration(
  values: readonly string[],
  cost: number,
  outcome: PlanConfiguration["outcome"],
  own: PlanCheck[],
): PlanConfiguration {
  const binding = { condition: "2x", gate: "p99(time_to_credit) < 5s" };
  return { values: [...values], cost, outcome, binding, checks: own, verification: null };
}

const present = configuration(["1", "6", "round-robin"], 550, "fail", checks(0.13, 9_000, 4));
const reject = {
  ...configuration(["2", "6", "round-robin"], 950, "fail", checks(0.02, 5_600, 8)),
  verification: { outcome: "fail" as const, checks: checks(0.021, 5_700, 24).slice(3, 6) },
};
const cheapest = {
  ...configuration(["2", "12", "least-requests"], 1_100, "pass", checks(0.0004, 3_900, 12)),
  verification: { outcome: "pass" as const, checks: checks(0.0005, 4_000, 24) },
};

/** One that found what it looked for. */
export function samplePlan(): PlanResult {
  const { environment, scenario } = simulatedResult();
  return {
    schema: "tillstorm.plan/1",
    verdict: "found",
    reasons: [],
    partial: false,
    environment,
    scenario: { ...scenario, seeds: 12 },
    question: {
      costUnit: "EUR/month",
      confidenceRatio: 0.95,
      ...{ verifySeeds: 24, verifyMs: 60_000 },
      gates: [
        { expression: gates[0], unit: "ratio" },
        { expression: gates[1], unit: "duration" },
        { expression: gates[2], unit: "count" },
      ],
      conditions: [...conditions],
      knobs: [
        {
          path: "services.bank.replicas",
          isCapacity: true,
          values: [1, 2, 3].map((it) => ({ text: String(it), cost: 400 * it })),
          present: { text: "1", place: 0, cost: 400 },
        },
        {
          path: "services.bank.stages.risk.workers",
          isCapacity: true,
          values: [6, 12].map((it) => ({ text: String(it), cost: 25 * it })),
          present: { text: "6", place: 0, cost: 150 },
        },
        {
          path: "services.operator.stages.forward.call.balancer",
          isCapacity: false,
          values: ["round-robin", "least-requests"].map((text) => ({ text, cost: 0 })),
          present: { text: "round-robin", place: 0, cost: 0 },
        },
      ],
    },
    cheapest,
    ties: [],
    reject,
    nearest: null,
    present,
    headroom: [
      {
        ...{ of: "present", failure: null, holdsTo: 0.479, failsAt: 0.5 },
        ...{ gate: gates[0], observed: 0.03, station: "bank.risk" },
      },
      {
        ...{ of: "cheapest", failure: "replica-down (bank)", holdsTo: 64, failsAt: null },
        ...{ gate: null, observed: null, station: null },
      },
    ],
    front: {
      condition: "2x",
      points: [
        {
          values: present.values,
          cost: 550,
          uncreditedRatio: 0.41,
          outcome: "fail",
          isOnFront: true,
        },
        {
          values: reject.values,
          cost: 950,
          uncreditedRatio: 0.02,
          outcome: "fail",
          isOnFront: true,
        },
        {
          values: cheapest.values,
          cost: 1_100,
          uncreditedRatio: 0,
          outcome: "pass",
          isOnFront: true,
        },
        {
          values: ["3", "12", "x"],
          cost: 1_500,
          uncreditedRatio: 0,
          outcome: "pass",
          isOnFront: false,
        },
      ],
    },
    effort: {
      ...{ configurations: 12, simulated: 4, prunedByStability: 2, prunedByMonotony: 3 },
      ...{ prunedByCost: 3, undecided: 0, monotoneChecked: 2, isMonotoneBroken: false },
      ...{ runs: 200, activations: 1_234_567 },
    },
    patch: {
      variant: "planned",
      overrides: [
        { path: "services.bank.replicas", value: "2" },
        { path: "services.bank.stages.risk.workers", value: "12" },
      ],
    },
  };
}

/** One with a cheaper one that may pass. */
export function tiedPlan(): PlanResult {
  return { ...samplePlan(), verdict: "tie", ties: [{ ...reject, outcome: "tie" }] };
}

/** One in which nothing passes, and little is known. */
export function emptyPlan(): PlanResult {
  const plan = samplePlan();
  return {
    ...plan,
    ...{
      verdict: "none",
      cheapest: null,
      reject: null,
      nearest: reject,
      patch: null,
      headroom: [],
    },
    present: { ...present, cost: null, checks: [], binding: null, outcome: "partial" },
    front: { condition: "1x", points: [] },
  };
}

/** Every text of it tries to inject markup. */
export function hostilePlan(): PlanResult {
  const bad = `"'></script><img src=x onerror="hacked=1"><!--`;
  const spoil = (value: unknown, key = ""): unknown => {
    const isKept = ["schema", "verdict", "outcome", "decision", "unit", "of"].includes(key);
    if (typeof value === "string") return isKept ? value : value + bad;
    if (Array.isArray(value)) return value.map((it) => spoil(it, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, spoil(it, name)]));
  };
  return spoil(tiedPlan()) as PlanResult;
}
