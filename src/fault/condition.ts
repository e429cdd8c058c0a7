import type { ResponseCode } from "../domain/response-code.ts";
import { buildDistribution, type Distribution } from "../kernel/distribution.ts";
import type { DownKind, Fault } from "./fault.ts";

/** The state of health of a replica or a stage: the effects of all faults that act on it now. */
export type Condition = {
  /** Service times are this many times as long. */
  readonly slowFactor: number;
  /** Added one after the other before a request is taken up. */
  readonly delays: readonly Distribution[];
  /** Each is drawn by itself; the first that strikes gives the code. */
  readonly errors: readonly { readonly rate: number; readonly code: ResponseCode }[];
  readonly down: DownKind | undefined;
};

export const healthy: Condition = { slowFactor: 1, delays: [], errors: [], down: undefined };

/** Of several that are down in different ways at once, the first of these counts. */
const severity: readonly DownKind[] = ["refuse", "hang", "maintenance"];

/** Adds the active faults up: factors multiply, delays add, errors strike independently. */
export function combineFaults(active: readonly Fault[]): Condition {
  if (active.length === 0) return healthy;
  return {
    slowFactor: active.reduce((factor, fault) => factor * (fault.slow ?? 1), 1),
    delays: active.flatMap(({ delay }) => (delay === undefined ? [] : [buildDistribution(delay)])),
    errors: active.flatMap(({ errors }) => (errors === undefined ? [] : [errors])),
    down: severity.find((kind) => active.some((fault) => fault.down === kind)),
  };
}
