import type { BatchClosing, Money } from "../record/money-result.ts";
import type { VariantResult } from "../record/result.ts";
import { formatInstant, formatMinor, formatNumber, formatPlural, nothing } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { closingTerms, settlementTerms } from "./money-terms.ts";
import { type Column, renderTable } from "./table.ts";

/** More rows than a reader compares; of more batches, those that differ most are shown. */
const shownMaxCount = 12;

type Batch = Money["batches"][number];

/** Settlement, batch by batch: the bank's total, and the operator's of the same credits. */
export function renderBatches(variant: VariantResult, { batches }: Money): Html {
  if (batches.length === 0) return none;
  const off = batches.filter((it) => gapMinor(it) !== 0 || gapCount(it) !== 0);
  const told = batches.filter(
    (it) => off.includes(it) || (it.closing?.state ?? "agreed") !== "agreed",
  );
  const isAll = batches.length <= shownMaxCount;
  const shown = isAll ? batches : most(told);
  const open = batches.filter(({ closing }) => closing !== undefined && isOpen(closing));
  return html`<p>The money was settled in ${formatPlural(batches.length, "batch", "batches")}.
${judgement(off.length, batches.length)}${sayOpen(open.length)}${isAll || shown.length === told.length ? "" : ` The ${shown.length} that differ most:`}</p>
${shown.length === 0 ? none : renderRows(variant, shown)}`;
}

function renderRows(variant: VariantResult, batches: readonly Batch[]): Html {
  return renderTable(
    `Settlement of ${variant.name}`,
    [
      {
        head: "Batch",
        meaning: settlementTerms.batch.meaning,
        cell: ({ atMs }) => formatInstant(atMs),
      },
      { head: "bank", cell: (it) => formatNumber(it.bankCount) },
      { head: "amount", cell: (it) => formatMinor(it.bankMinor) },
      { head: "operator", cell: (it) => formatNumber(it.operatorCount) },
      { head: "amount", cell: (it) => formatMinor(it.operatorMinor) },
      {
        head: "reconciled",
        meaning: settlementTerms.reconciledOfBatch.meaning,
        cell: (it) =>
          gapCount(it) === 0
            ? html`<span class="good">✓ the same</span>`
            : html`${formatNumber(gapCount(it))} <small>${formatMinor(gapMinor(it))}</small>`,
      },
      ...(batches.some(({ closing }) => closing !== undefined) ? closingColumns : []),
    ],
    batches,
  );
}

const closingColumns: readonly Column<Batch>[] = [
  {
    head: "by messages",
    isText: true,
    meaning: closingTerms.closing.meaning,
    cell: ({ closing }) => (closing === undefined ? nothing : stateOf(closing)),
  },
  {
    head: "totals sent",
    meaning: closingTerms.totalsSent.meaning,
    cell: ({ closing }) =>
      closing === undefined ? nothing : formatInstant(closing.totalsSentAtMs),
  },
  {
    head: "closed",
    meaning: closingTerms.closed.meaning,
    cell: ({ closing }) => {
      const atMs = closing?.closedAtMs ?? null;
      return atMs === null ? nothing : formatInstant(atMs);
    },
  },
  {
    head: "uploaded",
    meaning: closingTerms.uploaded.meaning,
    cell: ({ closing }) => formatNumber(closing?.uploadedCount ?? 0),
  },
  {
    head: "found",
    meaning: closingTerms.foundOfBatch.meaning,
    cell: ({ closing }) =>
      html`${formatNumber(closing?.foundCount ?? 0)} <small>${formatMinor(closing?.foundMinor ?? 0)}</small>`,
  },
];

function stateOf({ state }: BatchClosing): Html {
  if (state === "agreed") return html`<span class="good">✓ agreed</span>`;
  if (state === "agreedAfterUpload") return html`<span class="good">✓ agreed after upload</span>`;
  return html`<span class="bad">✗ ${state}</span>`;
}

/** Whether operator and bank never agreed on it. */
function isOpen({ state }: BatchClosing): boolean {
  return state === "differs" || state === "unanswered";
}

function sayOpen(count: number): string {
  if (count === 0) return "";
  return ` Operator and bank never agreed on ${formatPlural(count, "batch", "batches")}.`;
}

function judgement(offCount: number, count: number): string {
  if (offCount === 0) return "Bank and operator had the same total in each of them.";
  const of = offCount === count && count > 1 ? "each" : formatNumber(offCount);
  return `In ${of} of them the operator did not know of every credit.`;
}

/** The batches of which most was reconciled, in their order. */
function most(batches: readonly Batch[]): readonly Batch[] {
  return batches
    .toSorted((a, b) => gapMinor(b) - gapMinor(a))
    .slice(0, shownMaxCount)
    .toSorted((a, b) => a.atMs - b.atMs);
}

function gapCount({ bankCount, operatorCount }: Batch): number {
  return bankCount - operatorCount;
}

function gapMinor({ bankMinor, operatorMinor }: Batch): number {
  return bankMinor - operatorMinor;
}
