import type { Result, VariantResult } from "../record/result.ts";
import { formatNumber, nothing } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import {
  inOrder,
  meaningOfCount,
  nameOfCount,
  type RemedyCount,
  remedyCounts,
} from "./remedy-words.ts";
import { type Column, renderTable } from "./table.ts";

/** What the remedies of a variant did, site by site; nothing where none did anything. */
export function renderRemedies(result: Result, variant: VariantResult): Html {
  const prediction = result.predictions.find(({ name }) => name === variant.name);
  const predicted = prediction === undefined ? [] : remedyCounts(prediction);
  const measured = remedyCounts(variant);
  const onlyPredicted = predicted.filter((row) => find(measured, row) === undefined);
  const rows = inOrder([...measured, ...onlyPredicted.map((it) => ({ ...it, value: 0 }))]);
  if (rows.length === 0) return none;
  const columns: readonly Column<RemedyCount>[] = [
    { head: "Site", isText: true, meaning: terms.site.meaning, cell: ({ site }) => site },
    { head: "What", isText: true, cell: ({ count }) => nameOfCount(count) },
    { head: "count", cell: ({ value }) => formatNumber(value) },
    ...(prediction === undefined
      ? []
      : [
          {
            head: terms.predicted.name,
            meaning: terms.predicted.meaning,
            cell: (row: RemedyCount) => formatNumber(find(predicted, row)?.value ?? 0),
          },
        ]),
    { head: "Meaning", isText: true, cell: ({ count }) => meaningOfCount(count) || nothing },
  ];
  return html`<h3>What the remedies did</h3>
${renderTable(`Remedies of ${variant.name}`, columns, rows)}
`;
}

function find(rows: readonly RemedyCount[], { site, count }: RemedyCount): RemedyCount | undefined {
  return rows.find((it) => it.site === site && it.count === count);
}
