const contextCount = 3;

/**
 * What `patch FILE` and `git apply` need to make one text of another: one hunk, from the first line
 * that differs to the last.
 *
 * @param file - Path of the file, as the patch names it.
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  if (head === old.length && head === now.length) return "";
  const from = Math.max(0, head - contextCount);
  const oldTo = Math.min(old.length, old.length - tail + contextCount);
  const nowTo = Math.min(now.length, now.length - tail + contextCount);
  const lines = [
    ...old.slice(from, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, oldTo).map((line) => ` ${line}`),
  ];
  const at = `@@ -${range(from, oldTo)} +${range(from, nowTo)} @@`;
  return [`--- ${file}`, `+++ ${file}`, at, ...lines.map(closed)].join("\n").concat("\n");
}

/** Lines with their ends, so that a missing last one is seen. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function range(from: number, to: number): string {
  return `${to === from ? from : from + 1},${to - from}`;
}

function closed(line: string): string {
  return line.endsWith("\n") ? line.slice(0, -1) : `${line}\n\\ No newline at end of file`;
}
