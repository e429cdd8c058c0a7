import { violationCount } from "../analysis/figure.ts";
import {
  type AuditRule,
  auditRuleNames,
  auditRules,
  type Money,
  type Violation,
} from "../record/money-result.ts";
import type { VariantResult } from "../record/result.ts";
import { formatInstant, formatMinor, formatNumber, formatPlural, nothing } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { type Column, renderTable } from "./table.ts";

/** The auditor's verdict: the books are right, or which rule was broken how often, and where. */
export function renderAudit(variant: VariantResult, money: Money): Html {
  const broken = auditRuleNames.filter((rule) => money.violations[rule] > 0);
  if (broken.length === 0) {
    return html`<p class="verdict pass">The books are right: nothing was credited twice or for a
false link or code, what merchants were told is in a ledger, and what was taken back is gone.</p>`;
  }
  const items = broken.map(
    (rule) =>
      html`<li><span class="bad">✗ ${formatNumber(money.violations[rule])}</span>
${sentence(auditRules[rule])} <small>${nameOf(rule)}</small></li>`,
  );
  return html`<p class="verdict fail">The books are wrong: ${formatPlural(broken.length, "rule")}
of the auditor broken, ${formatPlural(violationCount(money), "time")} in all.</p>
<ul class="rules">${items}</ul>
${renderExamples(variant, money)}`;
}

const columns: readonly Column<Violation>[] = [
  { head: "Activation", isText: true, cell: ({ activation }) => activation },
  { head: "Rule", isText: true, cell: ({ rule }) => nameOf(rule) },
  { head: "planned", cell: (it) => (isWhole(it) ? "" : formatInstant(it.plannedMs)) },
  { head: "amount", cell: (it) => (isWhole(it) ? "" : formatMinor(it.amountMinor)) },
  { head: "terminal says", isText: true, cell: ({ what }) => saidBy("terminal", what) },
  { head: "operator says", isText: true, cell: ({ what }) => saidBy("operator", what) },
  { head: "ledger says", isProse: true, cell: ({ what }) => saidBy("ledger", what) },
];

/** Every example that the result kept, and how to see one of them happen. */
function renderExamples(variant: VariantResult, money: Money): Html {
  const { examples } = money;
  if (examples.length === 0) return none;
  const some = formatNumber(examples.length);
  const all = violationCount(money);
  const caption =
    examples.length < all
      ? `The first ${some} of ${formatNumber(all)} broken rules of ${variant.name}`
      : `Broken rules of ${variant.name}`;
  const named = examples.find((it) => !isWhole(it));
  return html`${renderTable(caption, columns, examples)}
${named === undefined ? none : renderHint(variant.name, named.activation)}`;
}

function renderHint(variant: string, activation: string): Html {
  const choice = variant === "baseline" ? "" : ` --variant ${variant}`;
  return html`<p class="note">To see what happened to one of them, step by step:
<code>tillstorm simulate FILE${choice} --explain ${activation}</code></p>`;
}

/** One side's part of `terminal: …; operator: …; ledger: …`; what has no parts is the ledger's. */
function saidBy(side: "terminal" | "operator" | "ledger", what: string): string {
  const parts = what.split("; ");
  const found = parts.find((it) => it.startsWith(`${side}: `))?.slice(side.length + 2);
  if (found !== undefined) return found;
  return side === "ledger" && !parts.some((it) => it.startsWith("terminal: ")) ? what : nothing;
}

/** A rule about the books as a whole names no activation. */
function isWhole({ activation }: Violation): boolean {
  return !activation.includes("#");
}

/** `oneSided` as a reader sees it: `one-sided`. */
function nameOf(rule: AuditRule): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
