import { unheardCount } from "../analysis/figure.ts";
import type { Money } from "../record/money-result.ts";
import type { VariantResult } from "../record/result.ts";
import { formatMinor, formatNumber } from "./format.ts";
import type { Html } from "./html.ts";
import { moneyTerms } from "./money-terms.ts";
import { remedyCounts } from "./remedy-words.ts";
import { renderTable } from "./table.ts";

/** One line of the totals; the amount is null where only a count is kept. */
type Total = {
  readonly term: { readonly name: string; readonly meaning: string };
  readonly count: number;
  readonly minor: number | null;
};

/** Whether all that was posted stands, the operator knows it, and nobody waits for people. */
export function isPlain(money: Money): boolean {
  const { reversals } = money;
  return (
    money.operatorCount === money.postedCount &&
    money.operatorMinor === money.postedMinor &&
    money.reversedCount + money.barredCount + money.reconciledCount === 0 &&
    money.heardCount + money.inconsistentCount === 0 &&
    reversals.pending + reversals.acknowledged + reversals.listed + reversals.deleted === 0
  );
}

/** What the books add up to, line by line; only lines that say something. */
export function renderTotals(variant: VariantResult, money: Money): Html {
  return renderTable(
    `Totals of the books of ${variant.name}`,
    [
      { head: "Books", isText: true, cell: ({ term }) => term.name },
      { head: "count", cell: ({ count }) => signed(formatNumber(Math.abs(count)), count) },
      {
        head: "amount",
        cell: ({ minor }) => (minor === null ? "" : formatMinor(minor)),
      },
      { head: "Meaning", isProse: true, cell: ({ term }) => withoutUnit(term.meaning) },
    ],
    totalsOf(variant, money),
  );
}

function totalsOf(variant: VariantResult, money: Money): readonly Total[] {
  const { reversals } = money;
  const standing = money.postedCount - money.reversedCount;
  const standingMinor = money.postedMinor - money.reversedMinor;
  const gap = money.operatorCount - standing;
  const gapMinor = money.operatorMinor - standingMinor;
  const hasNotices = money.heardCount > 0 || sendsNotices(variant);
  const line = (
    term: keyof typeof moneyTerms,
    count: number,
    minor: number | null = null,
  ): readonly Total[] => [{ term: moneyTerms[term], count, minor }];
  const lineIfAny: typeof line = (term, count, minor = null) =>
    count === 0 && (minor ?? 0) === 0 ? [] : line(term, count, minor);
  return [
    ...line("posted", money.postedCount, money.postedMinor),
    ...lineIfAny("takenBack", money.reversedCount, money.reversedMinor),
    ...(money.reversedCount > 0 ? line("standing", standing, standingMinor) : []),
    ...line("operatorBook", money.operatorCount, money.operatorMinor),
    ...lineIfAny("bookGap", gap, gapMinor),
    ...lineIfAny("reconciled", money.reconciledCount, money.reconciledMinor),
    ...lineIfAny("unmatched", money.unmatchedCount, money.unmatchedMinor),
    ...(hasNotices ? line("heard", money.heardCount) : []),
    ...(hasNotices ? lineIfAny("unheard", unheardCount(money)) : []),
    ...lineIfAny("acknowledged", reversals.acknowledged),
    ...lineIfAny("barred", money.barredCount),
    ...lineIfAny("listed", reversals.listed),
    ...lineIfAny("deleted", reversals.deleted),
    ...lineIfAny("open", reversals.pending),
    ...lineIfAny("pending", money.pendingCount),
    ...lineIfAny("inconsistent", money.inconsistentCount),
  ];
}

/** Where none is sent, none that is heard would say nothing. */
function sendsNotices(variant: VariantResult): boolean {
  return remedyCounts(variant).some(({ count }) => count === "notices");
}

function signed(size: string, value: number): string {
  return value < 0 ? `−${size}` : size;
}

/** A table's heads say what is counted. */
function withoutUnit(meaning: string): string {
  return meaning.replace(/ \[[^\]]*\]$/, "");
}
