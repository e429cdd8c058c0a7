import type { GateResult } from "../record/result.ts";
import type { Gate, GateOperator } from "../scenario/gate-expression.ts";
import { addsUpOverRuns, gateFigures } from "../scenario/gate-figures.ts";
import { readFigure, type Summary } from "./figure.ts";

/**
 * Holds a variant against its gates.
 *
 * A figure that was not measured fails its gate, whatever the operator: a gate on nothing must not
 * pass silently, or an empty run would be the safest of all. A measured 0 is a 0.
 *
 * A limit is that of one run, however many there are: of several a count is held to it by its mean. Not
 * so with `==` and `!=`, which are about what must never happen, in no run.
 */
export function evaluateGates(gates: readonly Gate[], summary: Summary): GateResult[] {
  return gates.map((gate) => {
    const observed = observedIn(summary, gate);
    const passed = observed !== null && holds[gate.operator](observed, gate.limit);
    return { expression: gate.text, observed, passed };
  });
}

function observedIn(summary: Summary, gate: Gate): number | null {
  const ofAll = readFigure(gate, summary);
  const figure = gateFigures.find(({ of, name }) => of === gate.of && name === gate.figure);
  const isExact = gate.operator === "==" || gate.operator === "!=";
  if (ofAll === null || isExact || figure === undefined || !addsUpOverRuns(figure)) return ofAll;
  return ofAll / summary.seeds;
}

const holds: Readonly<Record<GateOperator, (observed: number, limit: number) => boolean>> = {
  "<": (observed, limit) => observed < limit,
  "<=": (observed, limit) => observed <= limit,
  ">": (observed, limit) => observed > limit,
  ">=": (observed, limit) => observed >= limit,
  "==": (observed, limit) => observed === limit,
  "!=": (observed, limit) => observed !== limit,
};
