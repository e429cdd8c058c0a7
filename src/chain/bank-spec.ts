import { z } from "zod";
import { Name } from "../kernel/name.ts";
import { Duration, PositiveDuration } from "../kernel/units.ts";

/** How a service treats a request that it has seen before. Real providers differ. */
export const IdempotencySpec = z.strictObject({
  keeps: z
    .enum(["effect", "answers", "successes", "nothing"], {
      error: () => "expected effect, answers, successes or nothing",
    })
    .default("effect")
    .describe(
      "effect: a repeat is worked through anew, and posts nothing twice. answers: the first answer " +
        "is kept and given again, failures too (Stripe). successes: only if it approved " +
        "(Checkout.com). nothing: each repeat posts again, which double credits come from.",
    ),
  for: PositiveDuration.default(86_400_000).describe(
    "Kept answers are forgotten after this; what was posted is not. Default: 1d (Stripe, " +
      "Checkout.com); Qonto keeps 30m.",
  ),
  checksBody: z
    .boolean({ error: () => "expected true or false" })
    .default(true)
    .describe(
      "true: the same key with another amount is refused (12), as Stripe does. false: it counts as " +
        "a repeat, as with Qonto.",
    ),
});
export type IdempotencySpec = z.output<typeof IdempotencySpec>;

/** How merchants are told of their credit, beside the answer at the terminal. */
export const NoticesSpec = z.strictObject({
  to: Name.describe("The service that takes notices for the merchants; a stage of it `hears`."),
  operation: Name.default("notice").describe("Its operation."),
  schedule: z
    .array(Duration, { error: () => "expected a list of waits such as [0s, 15s, 15s, 30s]" })
    .min(1, { error: () => "expected at least one wait" })
    .max(50, { error: () => "expected at most 50 waits" })
    .prefault(["0s", "15s", "15s", "30s", "3m", "30m", "30m", "30m", "30m", "1h"])
    .describe(
      "Waits before each try, until one is acknowledged; then it is listed. Default: that of WeChat " +
        "Pay, 0/15/15/30/180/1800 four times/3600 seconds.",
    ),
  timeout: PositiveDuration.default(5_000).describe(
    "A try that is not acknowledged within this has failed. Default: 5s, our own choice.",
  ),
});
export type NoticesSpec = z.output<typeof NoticesSpec>;

/** When what was posted becomes spendable. */
export const SettlementSpec = z.strictObject({
  every: PositiveDuration.describe("Cut-offs come this often, the first one of them after this."),
  takes: Duration.prefault("0s").describe("From the cut-off until the money is spendable."),
});
export type SettlementSpec = z.output<typeof SettlementSpec>;

/** When a credit posted at this instant is spendable. [ms of the run] */
export function spendableAtMs(spec: SettlementSpec | undefined, postedMs: number): number {
  return spec === undefined ? postedMs : batchSpendableAtMs(spec, batchOf(spec, postedMs));
}

/** The batch of a credit posted at this instant. They are numbered from 0. */
export function batchOf({ every }: SettlementSpec, postedMs: number): number {
  return Math.floor(postedMs / every);
}

/** When a batch is full, and the next begins. [ms of the run] */
export function cutOffMs({ every }: SettlementSpec, batch: number): number {
  return (batch + 1) * every;
}

/** When the money of a batch is spendable. [ms of the run] */
export function batchSpendableAtMs(spec: SettlementSpec, batch: number): number {
  return cutOffMs(spec, batch) + spec.takes;
}
