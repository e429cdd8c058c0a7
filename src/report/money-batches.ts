import type { Money } from "../record/money-result.ts";
import type { VariantResult } from "../record/result.ts";
import { formatInstant, formatMinor, formatNumber, formatPlural } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { settlementTerms } from "./money-terms.ts";
import { renderTable } from "./table.ts";

/** More rows than a reader compares; of more batches, those that differ most are shown. */
const shownMaxCount = 12;

type Batch = Money["batches"][number];

/** Settlement, batch by batch: the bank's total, and the operator's of the same credits. */
export function renderBatches(variant: VariantResult, { batches }: Money): Html {
  if (batches.length === 0) return none;
  const off = batches.filter((it) => gapMinor(it) !== 0 || gapCount(it) !== 0);
  const isAll = batches.length <= shownMaxCount;
  const shown = isAll ? batches : most(off);
  return html`<p>The money was settled in ${formatPlural(batches.length, "batch", "batches")}.
${judgement(off.length, batches.length)}${isAll || shown.length === off.length ? "" : ` The ${shown.length} that differ most:`}</p>
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
    ],
    batches,
  );
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
