export const themes = [
  "yaml",
  "keys",
  "values",
  "references",
  "faults",
  "policies",
  "money",
  "variants",
  "gates",
  "plan",
] as const;

/** One edit that breaks a valid scenario, and what the loader says to it, line by line. */
export type BrokenCase = {
  readonly why: string;
  readonly find: string;
  readonly put: string;
  readonly says: readonly string[];
};

/**
 * Reads blocks of: a line that says why; `- ` lines that are looked for; `+ ` lines that take
 * their place; `> ` lines that the loader says. A lone `-` stands for an empty line.
 */
export function parseBroken(text: string): readonly BrokenCase[] {
  return text
    .trimEnd()
    .split("\n\n")
    .map((block) => {
      const [why = "", ...lines] = block.split("\n");
      const marked = (mark: string): readonly string[] =>
        lines.filter((it) => it[0] === mark).map((it) => it.slice(2));
      return {
        why,
        find: marked("-").join("\n"),
        put: marked("+").join("\n"),
        says: marked(">"),
      };
    });
}

export function renderBroken(cases: readonly BrokenCase[]): string {
  const marked = (mark: string, text: readonly string[]): readonly string[] =>
    text.map((line) => (line === "" ? mark : `${mark} ${line}`));
  const blocks = cases.map(({ why, find, put, says }) =>
    [
      why,
      ...marked("-", find.split("\n")),
      ...marked("+", put.split("\n")),
      ...marked(">", says),
    ].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}
