import { z } from "zod";
import { Name } from "../kernel/name.ts";
import { Duration, PositiveCount, PositiveDuration } from "../kernel/units.ts";

/**
 * What an operator and its bank say to each other about a batch: after its cut-off the operator sends
 * its total (0500). Where the bank has another one (95), it uploads the batch, payment by payment
 * (0320), corrects its book by the answers, and sends the total again.
 */
export const ReconciliationSpec = z.strictObject({
  with: Name.describe("The bank, which has a `settlement`; the only one that this service calls."),
  totals: Name.default("settle").describe(
    "Its operation that takes totals, with a stage that `reconciles`.",
  ),
  upload: Name.default("status").describe(
    "Its operation that takes one payment of a batch, with a stage that `reads`.",
  ),
  after: Duration.default(30_000).describe(
    "From the cut-off until the totals are sent, so that answers under way arrive. Default: 30s, our own choice.",
  ),
  timeout: PositiveDuration.default(10_000).describe(
    "A message that is not answered within this is sent again. Default: 10s, our own choice.",
  ),
  tries: PositiveCount.max(100, { error: () => "expected at most 100" })
    .default(3)
    .describe(
      "How often totals, and each payment of an upload, are sent at most. Default: 3, as reversals.",
    ),
  pause: PositiveDuration.default(30_000).describe(
    "Pause between two tries. Default: 30s, our own choice.",
  ),
  atOnce: PositiveCount.max(1_000, { error: () => "expected at most 1000" })
    .default(16)
    .describe("Payments of an upload under way at once. Default: 16, our own choice."),
});
export type ReconciliationSpec = z.output<typeof ReconciliationSpec>;
