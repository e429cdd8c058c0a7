import { type Html, html, none } from "./html.ts";

/** One column: its head, and how a row fills it. The first column heads the row. */
export type Column<Row> = {
  readonly head: string;
  /** What the figure means; shown when the reader points at the head. */
  readonly meaning?: string;
  /** Words align left; figures, the default, align right. */
  readonly isText?: boolean;
  /** Whole sentences: they align left and break into lines. */
  readonly isProse?: boolean;
  readonly cell: (row: Row) => string | Html;
};

/** A table that scrolls inside its own box where the page is too narrow for it. */
export function renderTable<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const heads = columns.map(
    (it, index) => html`<th scope="col"${align(it, index)}${title(it.meaning)}>${it.head}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${columns.map((it, index) => cell(it, row, index))}</tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table><caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function cell<Row>(column: Column<Row>, row: Row, index: number): Html {
  const content = column.cell(row);
  if (index === 0) return html`<th scope="row">${content}</th>`;
  return html`<td${align(column, index)}>${content}</td>`;
}

function align<Row>(column: Column<Row>, index: number): Html {
  if (column.isProse === true) return html` class="text prose"`;
  return column.isText === true || index === 0 ? html` class="text"` : none;
}

function title(meaning: string | undefined): Html {
  return meaning === undefined ? none : html` title="${meaning}"`;
}
