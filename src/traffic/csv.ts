/** Cuts text that comes in chunks into lines, without their ends and without a byte order mark. */
export function* splitLines(chunks: Iterable<string>): Generator<string, void, undefined> {
  let rest = "";
  let isFirst = true;
  for (const chunk of chunks) {
    let start = isFirst && chunk.startsWith("\uFEFF") ? 1 : 0;
    if (chunk !== "") isFirst = false;
    for (let end = chunk.indexOf("\n", start); end !== -1; end = chunk.indexOf("\n", start)) {
      yield withoutReturn(rest + chunk.slice(start, end));
      rest = "";
      start = end + 1;
    }
    rest += chunk.slice(start);
  }
  if (rest !== "") yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/**
 * Where the fields of a line of CSV start: offsets, and one past the end as if a comma stood there.
 * `undefined` where a quote is left open; a field stays on one line.
 */
export function fieldOffsets(line: string): number[] | undefined {
  const offsets = [0];
  let isQuoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const code = line.charCodeAt(i);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x2c && !isQuoted) offsets.push(i + 1);
  }
  offsets.push(line.length + 1);
  return isQuoted ? undefined : offsets;
}

/** The text of one field, without the quotes and the blanks around it. */
export function fieldText(line: string, offsets: readonly number[], index: number): string {
  const raw = line.slice(offsets[index], (offsets[index + 1] ?? 0) - 1).trim();
  if (raw.length < 2 || !raw.startsWith('"') || !raw.endsWith('"')) return raw;
  return raw.slice(1, -1).replaceAll('""', '"').trim();
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite decimal number, or `undefined`: no hexadecimal, no empty text, no `NaN`. */
export function parseDecimal(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
