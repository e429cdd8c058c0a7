const head = `# What the benches measured

Written by \`npm run bench\`, or \`npm run bench -- engine ledger\` for some of them. Absolute figures are
those of one machine on one day, and of a shared one; the ratios say more. Each bench says what it is
compared with.
`;

/** The page with one section anew; the others stay as they are, in the order of their names. */
export function replaceSection(page: string, name: string, lines: readonly string[]): string {
  const sections = new Map<string, string>();
  for (const part of page.split(/^## /m).slice(1)) {
    const end = part.indexOf("\n");
    sections.set(part.slice(0, end), part.slice(end).trim());
  }
  sections.set(name, `\`\`\`text\n${lines.join("\n")}\n\`\`\``);
  const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${head}\n${ordered.map(([title, text]) => `## ${title}\n\n${text}\n`).join("\n")}`;
}
