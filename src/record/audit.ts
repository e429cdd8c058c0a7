import type { Ending } from "../domain/outcome.ts";
import type { ActivationRecord } from "./activation-record.ts";
import type { AuditRule } from "./money-result.ts";

/**
 * Holds what terminal, operator and ledger say of one activation against each other.
 *
 * The rules, of which each is a way to lose money: every key is credited once or taken back once;
 * what the terminal saw approved is in a ledger; what it saw failed, and took back, is not; what is
 * false is not credited; what the operator wrote down as approved, the bank has too.
 *
 * @param tell - Told of each rule that is broken.
 */
export function auditActivation(
  it: ActivationRecord,
  tell: (rule: AuditRule, of: ActivationRecord) => void,
): void {
  if (it.creditCount > 1) tell("twice", it);
  if (it.isBad && !Number.isNaN(it.creditedAtMs)) tell("leaked", it);
  if (!it.posts) return;
  const stands = it.creditCount > 0;
  if (it.toldApproved && !stands) tell("phantom", it);
  const isTakenBack = it.reversal === "acknowledged" || it.reversal === "deleted";
  if (isTakenBack && stands) tell("oneSided", it);
  const isReversed = !Number.isNaN(it.reversedAtMs);
  if (it.book === "approved" && !stands && !isReversed) tell("bookWithoutLedger", it);
}

const endingWords: Readonly<Record<Ending, string>> = {
  ...{ answered: "turned away", timedOut: "timed out", failed: "failed" },
  ...{ unsent: "never sent", unfinished: "still waiting" },
};

/** What each side says, in one line for whoever settles it. */
export function describeRecords(it: ActivationRecord): string {
  const at = (ms: number) => `${(ms / 1_000).toFixed(3)} s`;
  const told = it.toldApproved ? "approved" : it.toldDeclined ? "declined" : endingWords[it.ending];
  const terminal = Number.isNaN(it.endedMs) ? told : `${told} at ${at(it.endedMs)}`;
  const reversal = it.reversal === "none" ? "" : `, reversal ${it.reversal}`;
  const posted = Number.isNaN(it.postedAtMs) ? "nothing" : `posted at ${at(it.postedAtMs)}`;
  const times = it.creditCount > 1 ? `, ${it.creditCount} credits stand` : "";
  const reversed = Number.isNaN(it.reversedAtMs) ? "" : `, taken back at ${at(it.reversedAtMs)}`;
  return (
    `planned at ${at(it.plannedMs)}; terminal: ${terminal}${reversal}; ` +
    `operator: ${it.book ?? "nothing"}; ledger: ${posted}${reversed}${times}`
  );
}

/** Whether the merchant knows of the credit: by the answer, by a notice, or when it is settled. */
export function isNotified(it: ActivationRecord): boolean {
  return it.toldApproved === true || !Number.isNaN(it.heardAtMs) || !Number.isNaN(it.batchAtMs);
}

/** When all of them said the same for good; NaN: not in this run. [ms] */
export function consistentAtMs(it: ActivationRecord): number {
  if (!Number.isNaN(it.reversedAtMs)) return it.reversedAtMs;
  let knownMs = it.toldApproved ? it.endedMs : Number.POSITIVE_INFINITY;
  if (it.heardAtMs < knownMs) knownMs = it.heardAtMs; // NaN is less than nothing.
  if (it.batchAtMs < knownMs) knownMs = it.batchAtMs;
  return knownMs === Number.POSITIVE_INFINITY ? Number.NaN : Math.max(it.postedAtMs, knownMs);
}
