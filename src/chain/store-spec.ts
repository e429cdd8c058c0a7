import { z } from "zod";
import { PositiveCount, PositiveDuration } from "../kernel/units.ts";

/**
 * Store and forward: what cannot be delivered now is acknowledged, kept durably, and delivered when
 * the other side is back. It turns "not credited" into "credited later", at a price: a request
 * that the bank declines in the end was acknowledged all the same, and counts as a phantom.
 */
export const StoreSpec = z.strictObject({
  when: z
    .enum(["failure", "always"], { error: () => "expected failure or always" })
    .default("failure")
    .describe(
      "failure: what the call could not deliver. always: everything, without calling first.",
    ),
  limit: PositiveCount.default(100_000).describe(
    "Requests kept at most; what comes then fails as without a store. Default: 100000, our own choice.",
  ),
  every: PositiveDuration.default(5_000).describe(
    "Pause after a failed delivery. Default: 5s, the idle time after which moov's ISO 8583 " +
      "connection asks for an echo.",
  ),
  parallel: PositiveCount.max(1_000, { error: () => "expected at most 1000" })
    .default(4)
    .describe("Deliveries under way at once. Default: 4, our own choice."),
  attempts: PositiveCount.optional().describe(
    "Deliveries tried before a request is left for people to settle; PayEx tries 6 times. " +
      "Absent: as long as the run lasts.",
  ),
});
export type StoreSpec = z.output<typeof StoreSpec>;
