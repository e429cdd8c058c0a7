import { type AuditRule, auditRules, Money } from "../record/money-result.ts";

const { shape } = Money;
const advance = shape.advance.unwrap().shape;
const batch = shape.batches.element.shape;
const closed = batch.closing.unwrap();
const closing = closed.shape;

/** What the figures of the books mean. Amounts are in the currency's unit, with two decimals. */
export const moneyTerms = {
  posted: { name: "posted", meaning: described(shape.postedCount, "count, amount") },
  takenBack: { name: "taken back", meaning: described(shape.reversedCount, "count, amount") },
  standing: { name: "credits that stand", meaning: "Posted less taken back. [count, amount]" },
  barred: { name: "barred", meaning: described(shape.barredCount, "count") },
  operatorBook: {
    name: "operator's book",
    meaning:
      "Payments that the operator wrote down as approved, or stored to deliver later. [count, amount]",
  },
  bookGap: {
    name: "operator less bank",
    meaning:
      "The operator's book less the credits that stand: what the two would not agree on without reconciliation. [count, amount]",
  },
  reconciled: {
    name: "found by reconciliation",
    meaning: described(shape.reconciledCount, "count, amount"),
  },
  unmatched: {
    name: "unknown to the operator",
    meaning: described(shape.unmatchedCount, "count, amount"),
  },
  heard: { name: "notices heard", meaning: described(shape.heardCount, "count") },
  unheard: {
    name: "unheard",
    meaning: "Credits that stand and of which no notice reached the merchant. [count]",
  },
  acknowledged: {
    name: "reversals acknowledged",
    meaning: "Payments that the terminal took back, and the bank confirmed it. [count]",
  },
  listed: {
    name: "reversals listed",
    meaning:
      "Not confirmed after the last try: kept for people to settle, of a live run in reversals.ndjson of its folder. [count]",
  },
  deleted: {
    name: "reversals deleted",
    meaning: "Not confirmed after the last try, and forgotten by the terminal. [count]",
  },
  open: {
    name: "reversals under way",
    meaning: "Neither confirmed nor given up when the run ended. [count]",
  },
  pending: { name: "pending for people", meaning: described(shape.pendingCount, "count") },
  inconsistent: { name: "inconsistent", meaning: described(shape.inconsistentCount, "count") },
  spendable: {
    name: "time until spendable",
    meaning: shape.spendableMs.description ?? "",
  },
  consistent: {
    name: "time until consistent",
    meaning: shape.consistentMs.description ?? "",
  },
  violations: {
    name: "broken rules",
    meaning: "How often the rules of the auditor were broken; must be 0. [count]",
  },
  oneSided: rule("one-sided", "oneSided"),
  bookWithoutLedger: rule("book without ledger", "bookWithoutLedger"),
  unbalanced: rule("unbalanced", "unbalanced"),
} as const;

/** What the figures of settlement in batches mean, where there was one. */
export const settlementTerms = {
  batch: { name: "batch", meaning: "When the money of a settlement was spendable. [s, min]" },
  reconciledOfBatch: {
    name: "reconciled (batch)",
    meaning: "Credits of the batch that the operator had not written down. [count, amount]",
  },
} as const;

/** What the figures of batches mean that operator and bank closed by messages. */
export const closingTerms = {
  closing: {
    name: "by messages",
    meaning: `${closed.description ?? ""} ${closing.state.description ?? ""} [state]`,
  },
  totalsSent: { name: "totals sent", meaning: inTime(closing.totalsSentAtMs) },
  closed: { name: "closed", meaning: inTime(closing.closedAtMs) },
  uploaded: { name: "uploaded", meaning: described(closing.uploadedCount, "count") },
  foundOfBatch: {
    name: "found",
    meaning: described(closing.foundCount, "count, amount"),
  },
} as const;

/** What the figures of the advance pool mean, where one was set up. */
export const advanceTerms = {
  advanceCount: { name: "advances", meaning: described(advance.count, "count") },
  advanceSum: { name: "advanced in all", meaning: described(advance.minor, "amount") },
  advanceFees: { name: "fees", meaning: "What the loans cost. [amount]" },
  advancePeak: { name: "lent at once, most", meaning: described(advance.peakMinor, "amount") },
  advanceOutstanding: {
    name: "outstanding",
    meaning: `${described(advance.outstandingMinor, "amount")}`,
  },
  advanceOpen: rule("advance open", "advanceOpen"),
} as const;

function rule(name: string, of: AuditRule): { readonly name: string; readonly meaning: string } {
  return { name, meaning: `Must be 0: ${auditRules[of]}. [count]` };
}

/** An instant of the run, in the schema's own words. */
function inTime({ description = "" }: { readonly description?: string | undefined }): string {
  return description.replace(/\[[^\]]*\]$/, "[s, min]");
}

/** The schema's own words, with the unit in which the page shows the figure. */
function described(schema: { readonly description?: string | undefined }, unit: string): string {
  return `${schema.description ?? ""} [${unit}]`;
}
