import { brokenRules, firstExample } from "../analysis/verdict.ts";
import { formatDuration } from "../kernel/units.ts";
import type { AuditRule } from "../record/money-result.ts";
import type { FaultBand, GateResult, Result, VariantResult } from "../record/result.ts";
import { type CauseCount, causeCounts, causeWords } from "./cause-words.ts";
import { formatFigure, unitOfGate } from "./figure.ts";
import { formatInstant, formatNumber, formatPercent, formatPlural } from "./format.ts";
import { parityLine } from "./parity-words.ts";

/** Integrity counts as a sentence names them; each must be 0. */
const integrityNames: Readonly<Record<keyof VariantResult["integrity"], string>> = {
  doubleCredited: "credited twice",
  phantom: "told credited, but not in the ledger",
  missing: "answered approved, but not in the ledger",
  leaked: "forged link let through",
};

/** The auditor's rules as a sentence names them when they are broken. */
const ruleNames: Readonly<Record<AuditRule, string>> = {
  twice: integrityNames.doubleCredited,
  phantom: integrityNames.phantom,
  leaked: "credited on a false link or code",
  oneSided: "taken back at the terminal, but the credit stands",
  bookWithoutLedger: "approved in the operator's book, but in no ledger",
  unbalanced: "ledger out of balance",
  advanceOpen: "advance pool not settled",
};

/** `yes`, `no`; `unjudged` without gates; `unknown` when the run cannot be trusted or was empty. */
export type Answer = {
  readonly kind: "yes" | "no" | "unjudged" | "unknown";
  /** Will the money arrive? A few words. */
  readonly short: string;
  /** How much of it, and if not all, why. */
  readonly why: string;
};

const shorts: Readonly<Record<Answer["kind"], string>> = {
  yes: "The money arrives.",
  no: "The money does not arrive as the gates demand.",
  unjudged: "No gate says how much is enough.",
  unknown: "It cannot be told whether the money arrives.",
};

/** Will the money arrive, and if not, why not: one variant's answer in plain words. */
export function answerOf(result: Result, variant: VariantResult): Answer {
  const kind = kindOf(result, variant);
  const sentences = [arrival(result, variant), broken(variant), missed(variant)];
  const isBroken = brokenIntegrity(variant).length > 0;
  const short = isBroken ? "The books do not balance." : shorts[kind];
  return { kind, short, why: sentences.filter((it) => it !== "").join(" ") };
}

function kindOf(result: Result, variant: VariantResult): Answer["kind"] {
  if (brokenIntegrity(variant).length > 0) return "no"; // A fact, however well the run went.
  if (result.verdict === "inconclusive" || variant.planned === 0) return "unknown";
  if (variant.gates.length === 0) return "unjudged";
  return failedGates(variant).length === 0 ? "yes" : "no";
}

function arrival(result: Result, variant: VariantResult): string {
  const { credited, late, lost } = variant.outcomes;
  const due = credited + late + lost;
  if (variant.planned === 0) return "Nothing was planned, so nothing could arrive.";
  if (due === 0) return "No credit was due: everything was declined or blocked.";
  const within = `within ${formatDuration(result.scenario.promiseMs)}`;
  if (late + lost === 0) {
    return `All ${formatPlural(due, "activation")} that were due a credit got it ${within}.`;
  }
  const share = formatPercent(variant.uncreditedRatio);
  const what = `${share} of what was due (${formatNumber(late + lost)} of ${formatNumber(due)}) was not credited ${within}`;
  const cause = mainCause(variant);
  const why = cause === null ? "" : `, mostly through ${causeWords[cause.cause].name}`;
  const part = cause === null ? "" : ` (${formatPercent(cause.ratio)} of them)`;
  return `${what}: ${formatNumber(late)} late, ${formatNumber(lost)} lost${why}${part}.${where(variant)}`;
}

function where(variant: VariantResult): string {
  const bottleneck = mainBottleneck(variant);
  if (bottleneck === null) return "";
  return ` The bottleneck was ${bottleneck.station}, for ${formatInstant(bottleneck.totalMs)}.`;
}

function broken(variant: VariantResult): string {
  const wrongs = brokenIntegrity(variant);
  return wrongs.length === 0 ? "" : `Must be 0: ${wrongs.join("; ")}.`;
}

function missed(variant: VariantResult): string {
  const failed = failedGates(variant).map(formatGate);
  return failed.length === 0 ? "" : `Missed: ${failed.join("; ")}.`;
}

/**
 * `3 credited twice (first: pos#12)`, and so on: the integrity counts that are not 0, then the
 * broken rules of the auditor that are not among them.
 */
export function brokenIntegrity(variant: VariantResult): readonly string[] {
  const { doubleCredited, phantom, missing, leaked } = variant.integrity;
  const name = (count: number, words: string, rule: AuditRule | null): string => {
    const activation = rule === null ? undefined : firstExample(variant, rule)?.activation;
    const first = activation?.includes("#") === true ? ` (first: ${activation})` : "";
    return `${formatNumber(count)} ${words}${first}`;
  };
  const counts: readonly (readonly [number, string, AuditRule | null])[] = [
    [doubleCredited, integrityNames.doubleCredited, "twice"],
    [phantom, integrityNames.phantom, "phantom"],
    [missing, integrityNames.missing, null],
    [leaked, integrityNames.leaked, "leaked"],
  ];
  return [
    ...counts.filter(([count]) => count > 0).map((it) => name(...it)),
    ...brokenRules(variant).map(({ rule, count }) => name(count, ruleNames[rule], rule)),
  ];
}

export function failedGates(variant: VariantResult): readonly GateResult[] {
  return variant.gates.filter((gate) => !gate.passed);
}

/** `p99(latency) < 5s (observed 7.2 s)`. */
export function formatGate(gate: GateResult): string {
  const observed = formatFigure(unitOfGate(gate.expression), gate.observed);
  return `${gate.expression} (observed ${gate.observed === null ? "nothing" : observed})`;
}

/** The cause of most late and lost activations, with its share of them. */
export function mainCause(variant: VariantResult): CauseCount | null {
  return causeCounts(variant)[0] ?? null;
}

/** The station that was the bottleneck for the longest time in all. */
export function mainBottleneck(
  variant: VariantResult,
): { station: string; totalMs: number } | null {
  const totals = new Map<string, number>();
  for (const { station, fromMs, toMs } of variant.bottlenecks) {
    totals.set(station, (totals.get(station) ?? 0) + toMs - fromMs);
  }
  let most: { station: string; totalMs: number } | null = null;
  for (const [station, totalMs] of totals) {
    if (most === null || totalMs > most.totalMs) most = { station, totalMs };
  }
  return most;
}

/** What is broken when in a variant. */
export function bandsOf(result: Result, variant: string): readonly FaultBand[] {
  return result.faults.find((it) => it.variant === variant)?.bands ?? [];
}

/** The verdict on the whole run in one line. */
export function verdictLine(result: Result): string {
  const partial = result.partial ? " The run was ended before its time: this is a part of it." : "";
  return verdictOf(result) + partial;
}

function verdictOf({ verdict, variants, parity }: Result): string {
  const failed = variants.filter((it) => failedGates(it).length > 0).map((it) => it.name);
  const broken = variants.filter((it) => brokenIntegrity(it).length > 0).map((it) => it.name);
  const of = `${formatNumber(failed.length)} of ${formatPlural(variants.length, "variant")}`;
  const verb = failed.length === 1 ? "misses" : "miss";
  const missed = failed.length === 0 ? "" : `${of} ${verb} a gate: ${failed.join(", ")}.`;
  // `verify` asks whether both worlds agree: gates and books are shown, but decide nothing.
  if (parity !== undefined && verdict !== "inconclusive") {
    return parityLine(parity);
  }
  switch (verdict) {
    case "pass":
      if (missed !== "") return `Pass, although ${missed}`;
      return variants.some((it) => it.gates.length > 0)
        ? "Pass: every gate was passed."
        : "Pass: no gate was set, so none was missed.";
    case "fail":
      if (broken.length > 0)
        return `Fail: the books do not balance: ${broken.join(", ")}. ${missed}`.trim();
      return missed === "" ? "Fail." : `Fail: ${missed}`;
    case "inconclusive":
      return "Inconclusive: this run must not be taken for an answer.";
  }
}
