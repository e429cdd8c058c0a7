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
const severity: readonly DownKind[] = ["crash", "refuse", "freeze", "hang", "maintenance"];

/** A fault that acts now, and how strongly: above 0, up to 1. */
export type ActiveFault = { readonly fault: Fault; readonly strength: number };

/**
 * Adds the active faults up: factors multiply, delays add, errors strike independently. A fault that
 * is still growing slows, delays and fails by as much of its full measure as it has reached.
 */
export function combineFaults(active: readonly ActiveFault[]): Condition {
  if (active.length === 0) return healthy;
  return {
    slowFactor: active.reduce((factor, { fault: { slow = 1 }, strength }) => {
      return factor * (strength === 1 ? slow : 1 + (slow - 1) * strength);
    }, 1),
    delays: active.flatMap(({ fault: { delay }, strength }) => {
      if (delay === undefined) return [];
      const full = buildDistribution(delay);
      return [strength === 1 ? full : new Scaled(full, strength)];
    }),
    errors: active.flatMap(({ fault: { errors }, strength }) => {
      if (errors === undefined) return [];
      return [strength === 1 ? errors : { ...errors, rate: errors.rate * strength }];
    }),
    down: severity.find((kind) => active.some(({ fault }) => fault.down === kind)),
  };
}

/** A distribution whose every value is shrunk to a share of itself. */
class Scaled implements Distribution {
  readonly mean: number;
  readonly #full: Distribution;
  readonly #share: number;

  constructor(full: Distribution, share: number) {
    this.mean = full.mean * share;
    this.#full = full;
    this.#share = share;
  }

  quantile(u: number): number {
    return this.#share * this.#full.quantile(u);
  }
}
