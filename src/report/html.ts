/** Markup that is safe to put on the page. Made only by `html` and `trusted`. */
export type Html = { readonly markup: string };

type Part = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as a browser shows it, in an element and in a quoted attribute alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Template of markup: every text that is filled in is escaped, so no scenario can inject. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = literals[0] ?? "";
  parts.forEach((part, index) => {
    markup += render(part) + (literals[index + 1] ?? "");
  });
  return { markup };
}

function render(part: Part): string {
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map((it) => it.markup).join("\n");
}

/** Takes our own constant as markup. Never call it with anything that a result says. */
export function trusted(markup: string): Html {
  return { markup };
}

/** No markup: what a section without content renders to. */
export const none: Html = trusted("");

/** JSON for a `<script type="application/json">`: no `<` can end the element early. */
export function embedJson(value: unknown): Html {
  return trusted(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

/** An inline script. `</script` and `<!--` inside it would end or bend the element. */
export function embedScript(code: string): Html {
  const safe = code
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "") // Developer tools would ask the network for it.
    .replace(/<\/(script)/gi, "<\\/$1")
    .replaceAll("<!--", "<\\!--");
  return trusted(`<script>${safe}</script>`);
}
