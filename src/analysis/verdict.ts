import { formatDuration } from "../kernel/units.ts";
import { type AuditRule, auditRuleNames, type Violation } from "../record/money-result.ts";
import type { Result, VariantResult } from "../record/result.ts";

/**
 * A live driver whose sends lag more than this at p99 has not made the planned traffic. [ms]
 *
 * A healthy driver stays below 1 ms up to 10,000/s (measured), one that falls behind lags by
 * hundreds: 10 ms tells them apart on a shared machine too. And it stays below 5 % of the 200 to
 * 500 ms that banks take to answer, so what it adds to a latency changes no finding.
 */
export const sendLagLimitMs = 10;

/** What the verdict depends on. `reasons`: those known already, such as a server that died. */
export type Judged = {
  readonly mode: Result["mode"];
  readonly partial: boolean;
  readonly reasons: readonly string[];
  readonly variants: readonly JudgedVariant[];
};
type JudgedVariant = Pick<
  VariantResult,
  "name" | "planned" | "accounting" | "sendLagMs" | "integrity" | "money" | "gates"
>;
type Books = Pick<VariantResult, "integrity" | "money">;

/**
 * Pass, fail, or inconclusive: the run cannot be trusted or did not finish.
 *
 * A broken book (money credited twice, or told but not there) is a fact and fails whatever the
 * driver did. A gate is a measurement, and one made by a late driver or half a run neither passes
 * nor fails.
 */
export function decideVerdict(it: Judged): Result["verdict"] {
  if (it.variants.some(brokeBooks)) return "fail";
  if (it.partial || it.reasons.length > 0 || distrustReasons(it).length > 0) return "inconclusive";
  return it.variants.every((variant) => variant.gates.every((gate) => gate.passed))
    ? "pass"
    : "fail";
}

/** Why a live run's figures are not those of the planned traffic; a simulation sends on time. */
export function distrustReasons(it: Pick<Judged, "mode" | "variants">): string[] {
  if (it.mode === "simulated") return [];
  return it.variants.flatMap(({ name, planned, accounting, sendLagMs }) => {
    const reasons: string[] = [];
    const { unsent } = accounting;
    if (unsent > 0) {
      reasons.push(`${name}: ${unsent} of ${planned} activations were never sent`);
    }
    if (sendLagMs.p99 === null) {
      if (planned > unsent) reasons.push(`${name}: the send lag was not measured`);
    } else if (sendLagMs.p99 > sendLagLimitMs) {
      const lag = formatDuration(sendLagMs.p99);
      const limit = formatDuration(sendLagLimitMs);
      reasons.push(`${name}: the driver sent too late: p99 of the send lag ${lag}, limit ${limit}`);
    }
    return reasons;
  });
}

/** A rule of the auditor that was broken; the example is null where the result kept none of it. */
export type BrokenRule = {
  readonly rule: AuditRule;
  readonly count: number;
  readonly example: Violation | null;
};

/**
 * The auditor's rules that were broken, in their order. What stands among the integrity counts is
 * left out, so that nobody reads of the same credit twice.
 */
export function brokenRules({ integrity, money }: Books): readonly BrokenRule[] {
  if (money === undefined) return [];
  return auditRuleNames.flatMap((rule) => {
    const count = money.violations[rule];
    const counted = countedAs[rule];
    if (count === 0 || (counted !== undefined && integrity[counted] > 0)) return [];
    return [{ rule, count, example: firstExample({ money }, rule) }];
  });
}

/** The first activation that broke a rule, as far as the result names any. */
export function firstExample(
  { money }: Pick<VariantResult, "money">,
  rule: AuditRule,
): Violation | null {
  return money?.examples.find((it) => it.rule === rule) ?? null;
}

/** The rules that engines count as integrity too. */
const countedAs: Readonly<Partial<Record<AuditRule, keyof VariantResult["integrity"]>>> = {
  twice: "doubleCredited",
  phantom: "phantom",
  leaked: "leaked",
};

/** How often the books were broken: integrity counts, and broken rules of the auditor besides. */
export function brokenBooksCount(it: Books): number {
  const counted = Object.values(it.integrity).reduce((sum, count) => sum + count, 0);
  return brokenRules(it).reduce((sum, { count }) => sum + count, counted);
}

function brokeBooks(it: JudgedVariant): boolean {
  return brokenBooksCount(it) > 0;
}
