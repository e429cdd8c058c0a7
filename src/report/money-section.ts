import type { Money } from "../record/money-result.ts";
import type { Spread, VariantResult } from "../record/result.ts";
import { formatInstant, formatMinor, formatMs, formatNumber, formatPlural } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { renderAudit } from "./money-audit.ts";
import { renderBatches } from "./money-batches.ts";
import { advanceTerms, moneyTerms } from "./money-terms.ts";
import { isPlain, renderTotals } from "./money-totals.ts";
import { renderTable } from "./table.ts";

/** The books of a variant, the auditor's verdict first; nothing where nothing posts. */
export function renderMoney(variant: VariantResult): Html {
  const { money } = variant;
  if (money === undefined) return none;
  return html`<h3>The money</h3>
${renderAudit(variant, money)}
${isPlain(money) ? renderPlain(money) : renderTotals(variant, money)}
${renderBatches(variant, money)}
${renderTimes(variant, money)}
${renderAdvance(variant, money)}
`;
}

/** Two books that agree, nothing taken back, nothing to be told: no table is needed to say so. */
function renderPlain({ postedCount, postedMinor }: Money): Html {
  if (postedCount === 0) return html`<p>Banks posted nothing.</p>`;
  return html`<p>Banks posted the credits of ${formatPlural(postedCount, "activation")},
${formatMinor(postedMinor)} in all; the operator wrote down the same.</p>`;
}

/** One line where only agreement took time; a table where the money was spendable later too. */
function renderTimes(variant: VariantResult, money: Money): Html {
  const { consistentMs, spendableMs } = money;
  const isLater = !isSame(spendableMs, variant.timeToCreditMs);
  if (!isLater) {
    if (consistentMs.count === 0) return none;
    return html`<p>Until terminal, operator and ledger said the same it took, from the posting,
${formatMs(consistentMs.p50)} at the median, ${formatMs(consistentMs.p99)} at p99,
${formatMs(consistentMs.max)} at most.</p>`;
  }
  return renderTable(
    `Times of the money of ${variant.name}`,
    [
      {
        head: "Time",
        isText: true,
        cell: ({ term }) => html`<span title="${term.meaning}">${term.name}</span>`,
      },
      { head: "samples", cell: ({ spread }) => formatNumber(spread.count) },
      { head: "p50", cell: ({ spread }) => formatMs(spread.p50) },
      { head: "p99", cell: ({ spread }) => formatMs(spread.p99) },
      { head: "most", cell: ({ spread }) => formatMs(spread.max) },
    ],
    [
      { term: moneyTerms.spendable, spread: spendableMs },
      { term: moneyTerms.consistent, spread: consistentMs },
    ],
  );
}

/** Settlement makes the difference; without it money is spendable as soon as it is credited. */
function isSame(one: Spread, other: Spread): boolean {
  return one.p50 === other.p50 && one.p99 === other.p99 && one.max === other.max;
}

function renderAdvance(variant: VariantResult, { advance }: Money): Html {
  if (advance === undefined) return none;
  if (advance.count === 0) return html`<p>The advance pool was not needed.</p>`;
  const { count, minor, feesMinor, peakMinor, peakAtMs, outstandingMinor } = advance;
  const peak = peakAtMs === null ? "" : ` from ${formatInstant(peakAtMs)} on`;
  const outstanding =
    outstandingMinor === 0
      ? html`0.00 <span class="good">✓ all returned</span>`
      : html`<span class="bad">✗ ${formatMinor(outstandingMinor)}</span>`;
  return renderTable(
    `Advance pool of ${variant.name}`,
    [
      {
        head: "Advances",
        meaning: advanceTerms.advanceCount.meaning,
        cell: () => formatNumber(count),
      },
      { head: "in all", meaning: advanceTerms.advanceSum.meaning, cell: () => formatMinor(minor) },
      {
        head: "fees",
        meaning: advanceTerms.advanceFees.meaning,
        cell: () => formatMinor(feesMinor),
      },
      {
        head: "lent at once, most",
        meaning: advanceTerms.advancePeak.meaning,
        cell: () => html`${formatMinor(peakMinor)} <small>${peak}</small>`,
      },
      {
        head: "outstanding",
        meaning: advanceTerms.advanceOutstanding.meaning,
        cell: () => outstanding,
      },
    ],
    [advance],
  );
}
