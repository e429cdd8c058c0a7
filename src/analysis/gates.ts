import type { GateResult } from "../record/result.ts";
import type { Gate, GateOperator } from "../scenario/gate-expression.ts";
import { readFigure, type Summary } from "./figure.ts";

/**
 * Holds a variant against its gates.
 *
 * A figure that was not measured fails its gate, whatever the operator: a gate on nothing must not
 * pass silently, or an empty run would be the safest of all. A measured 0 is a 0.
 */
export function evaluateGates(gates: readonly Gate[], summary: Summary): GateResult[] {
  return gates.map((gate) => {
    const observed = readFigure(gate, summary);
    const passed = observed !== null && holds[gate.operator](observed, gate.limit);
    return { expression: gate.text, observed, passed };
  });
}

const holds: Readonly<Record<GateOperator, (observed: number, limit: number) => boolean>> = {
  "<": (observed, limit) => observed < limit,
  "<=": (observed, limit) => observed <= limit,
  ">": (observed, limit) => observed > limit,
  ">=": (observed, limit) => observed >= limit,
  "==": (observed, limit) => observed === limit,
  "!=": (observed, limit) => observed !== limit,
};
