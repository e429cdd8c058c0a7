import { z } from "zod";
import { PositiveDuration, Share } from "../kernel/units.ts";

/** The contingency: money lent to merchants while theirs is stuck. */
export const AdvanceSpec = z.strictObject({
  after: PositiveDuration.describe(
    "Lent to whose money is not spendable so long after it was due.",
  ),
  fee: Share.prefault("0%").describe("What the loan costs, as a share of it."),
});
export type AdvanceSpec = z.output<typeof AdvanceSpec>;
