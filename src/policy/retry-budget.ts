import { z } from "zod";
import { PositiveDuration, Rate, Share } from "../kernel/units.ts";
import { RollingCount } from "./rolling-count.ts";

export const RetryBudgetSpec = z.strictObject({
  share: Share.default(0.2).describe(
    "Retries allowed for each first attempt. Default: 20%, as in Finagle and Linkerd.",
  ),
  floor: Rate.default(10).describe(
    "Retries allowed besides, however few first attempts there are. Default: 10/s, as in Finagle.",
  ),
  window: PositiveDuration.default(10_000).describe(
    "What was saved or spent longer ago is forgotten. Default: 10s, as in Finagle.",
  ),
});
export type RetryBudgetSpec = z.output<typeof RetryBudgetSpec>;

/** Of one window; as in Finagle's leaky bucket. */
const slotCount = 10;
/** Forgives the last bits of a product such as 0.29 × 100, which is a hair below 29. */
const hair = 1e-9;

/**
 * Bounds the retries of one caller by its first attempts, so that a failing service gets a fifth
 * more load from them and not three times as much.
 *
 *   balance = share × first attempts + floor × window - retries, each counted in the last window
 *
 * A retry needs a balance of 1, and pays when its call *enters* its back-off. If it paid when it
 * goes out, any number of calls could wait at once, and come together when the waits end.
 *
 * The window moves in ten steps: in any nine tenths of a window the retries stay below what the
 * whole window allows. Those before and after a step may be closer together than one window.
 */
export class RetryBudget {
  readonly #share: number;
  /** What the floor brings in one window. [retries] */
  readonly #reserve: number;
  readonly #firsts: RollingCount;
  readonly #retries: RollingCount;

  constructor(spec: RetryBudgetSpec) {
    this.#share = spec.share;
    this.#reserve = (spec.floor * spec.window) / 1_000;
    this.#firsts = new RollingCount(spec.window, slotCount);
    this.#retries = new RollingCount(spec.window, slotCount);
  }

  /** Once for each first attempt. */
  deposit(nowMs: number): void {
    this.#firsts.add(nowMs);
  }

  /** Once for each retry that is wanted. @returns Whether it was paid; if not, do not retry. */
  withdraw(nowMs: number): boolean {
    const income = this.#share * this.#firsts.sum(nowMs) + this.#reserve;
    if (this.#retries.sum(nowMs) + 1 > income + hair) return false;
    this.#retries.add(nowMs);
    return true;
  }
}
