/** A column of a table for the terminal. */
export type TextColumn = {
  readonly head: string;
  /** Words align left and may be cut short when the line grows too long; figures never are. */
  readonly isText?: boolean;
};

const gap = "  ";
const textMinWidth = 8;

/** Aligns rows under their heads. The widest words give way until a line fits into `maxWidth`. */
export function renderTextTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  maxWidth: number,
): readonly string[] {
  const widths = columns.map(({ head }, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), widthOf(head)),
  );
  const excess = (): number =>
    widths.reduce((sum, it) => sum + it, 0) + gap.length * (widths.length - 1) - maxWidth;
  while (excess() > 0) {
    const widest = columns.reduce((most, column, index) => {
      const width = widths[index] ?? 0;
      if (column.isText !== true || width <= textMinWidth) return most;
      return most < 0 || width > (widths[most] ?? 0) ? index : most;
    }, -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return [columns.map((it) => it.head), ...rows].map((row) =>
    columns
      .map(({ isText }, index) => pad(row[index] ?? "", widths[index] ?? 0, isText === true))
      .join(gap)
      .trimEnd(),
  );
}

function pad(text: string, width: number, isText: boolean): string {
  const cut = cutText(text, width);
  const space = " ".repeat(Math.max(0, width - widthOf(cut)));
  return isText ? cut + space : space + cut;
}

/** The text in at most `width` columns; an ellipsis tells that something is missing. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = "";
  for (const character of text) {
    if (widthOf(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Breaks a sentence into lines that start with `first`, and after the first with `indent`. */
export function wrapText(text: string, maxWidth: number, first = "", indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  let start = first;
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === "" ? start + word : `${line} ${word}`;
    if (line === "" || widthOf(longer) <= maxWidth) {
      line = longer;
      continue;
    }
    lines.push(line);
    start = indent;
    line = start + word;
  }
  return [...lines, line].map((it) => cutText(it, maxWidth));
}

/** How many columns of a terminal a text takes: East Asian characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Without control characters, so that no scenario can steer the terminal. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ");
}
