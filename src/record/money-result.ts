import { z } from "zod";
import { closingStates } from "../domain/closing.ts";

const count = z.int().nonnegative();
const minor = z.int();
const maybeMs = z.number().nullable();

/** What the auditor found wrong, by rule; each must be 0. */
export const auditRules = {
  twice: "credited more than once",
  phantom: "the merchant was told approved, and no ledger has it",
  leaked: "credited, though its link or its second factor was false",
  oneSided: "the terminal believes that it failed and took it back, and the credit stands",
  bookWithoutLedger: "the operator wrote it down as approved, and no ledger has it",
  unbalanced: "debits and credits of the ledger differ",
  advanceOpen: "lent to a merchant, and never returned",
} as const;
export type AuditRule = keyof typeof auditRules;
export const auditRuleNames = Object.keys(auditRules) as AuditRule[];

const Violation = z.strictObject({
  rule: z.enum(auditRuleNames as [AuditRule, ...AuditRule[]]),
  activation: z.string().describe("stream#number; `--explain stream#number` shows its timeline."),
  plannedMs: z.number(),
  amountMinor: minor,
  what: z.string().describe("What terminal, operator and ledger say of it."),
});
export type Violation = z.infer<typeof Violation>;

const Times = z.strictObject({
  count: count.describe("Samples."),
  mean: maybeMs,
  p50: maybeMs,
  p90: maybeMs,
  p99: maybeMs,
  p999: maybeMs,
  max: maybeMs,
});

/** The words of a closing, in the order in which a reader needs them. */
const BatchClosing = z
  .strictObject({
    state: z
      .enum(closingStates)
      .describe(
        "agreed: the bank had the same total. agreedAfterUpload: it had it when the operator had " +
          "corrected its book by an upload of the batch. differs: not even then, for the bank has " +
          "credits that the operator never heard of, or it answered no upload. unanswered: the bank " +
          "answered no try to send the totals.",
      ),
    totalsSentAtMs: z.number().describe("When the operator sent its totals first. [ms of the run]"),
    closedAtMs: maybeMs.describe(
      "When the bank's last answer to them arrived; null: it did not answer. [ms of the run]",
    ),
    uploadedCount: count.describe("Payments that the operator uploaded one by one."),
    foundCount: count.describe(
      "Of them: credits that the operator did not know of before. Not those that an upload found whose " +
        "process was killed before its end.",
    ),
    foundMinor: minor,
  })
  .describe(
    "How operator and bank closed the batch by messages; of several runs the worst state, the " +
      "latest instants, and the counts added up. Absent: they exchange no totals, or the run ended " +
      "before.",
  );
export type BatchClosing = z.infer<typeof BatchClosing>;

/** The books of a variant, as an auditor finds them. Amounts are in minor units, such as cents. */
export const Money = z.strictObject({
  postedCount: count.describe("Credits that banks posted, those taken back included."),
  postedMinor: minor,
  reversedCount: count.describe("Of the posted: taken back by a reversal."),
  reversedMinor: minor,
  barredCount: count.describe(
    "Reversals of what was never posted: remembered, refused if it comes.",
  ),
  operatorCount: count.describe(
    "Payments that the operator wrote down as approved, those taken back left out.",
  ),
  operatorMinor: minor,
  reconciledCount: count.describe(
    "Activations whose credit stands and that the operator did not know of until settlement: by " +
      "rule, or where operator and bank exchange totals, only what an upload really found.",
  ),
  reconciledMinor: minor,
  unmatchedCount: count.describe(
    "Activations whose credit stands, that the operator did not know of, and that nothing found.",
  ),
  unmatchedMinor: minor,
  batches: z
    .array(
      z.strictObject({
        atMs: z.number().describe("When its money was spendable."),
        bankCount: count.describe("Credits of the batch that stand, by the ledger."),
        bankMinor: minor,
        operatorCount: count.describe("Of them: those that the operator had written down."),
        operatorMinor: minor,
        closing: BatchClosing.optional(),
      }),
    )
    .describe("Settlement, batch by batch: totals of bank and operator. Empty: at once."),
  heardCount: count.describe("Credits of which a notice reached the merchant."),
  reversals: z
    .strictObject({ pending: count, acknowledged: count, listed: count, deleted: count })
    .describe("What became of the payments that terminals took back."),
  pendingCount: count.describe("Of the listed and the pending reversals: the credit still stands."),
  spendableMs: Times.describe("From the planned instant until the money was spendable. [ms]"),
  consistentMs: Times.describe(
    "From the posting until terminal, operator and ledger said the same. [ms]",
  ),
  inconsistentCount: count.describe("Posted, and not all said the same when the run ended."),
  advance: z
    .strictObject({
      count: count.describe("Merchants whose money was advanced."),
      minor: minor.describe("What was advanced in all."),
      feesMinor: minor,
      peakMinor: minor.describe("Most that was lent at once, in one run."),
      peakAtMs: maybeMs,
      outstandingMinor: minor.describe("Not returned: must be 0."),
    })
    .optional()
    .describe("The contingency. Absent: none was set up."),
  violations: z
    .record(z.enum(auditRuleNames as [AuditRule, ...AuditRule[]]), count)
    .describe("How often each rule of the auditor was broken; each must be 0."),
  examples: z.array(Violation).describe("The first of the violations, at most three of each rule."),
});
export type Money = z.infer<typeof Money>;
