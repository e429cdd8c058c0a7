import type { VariantLine } from "./plan.ts";
import { childOf, keyOffsetOf, type MapNode, namesOf } from "./source-tree.ts";

/**
 * Adds a variant to the text of a scenario, and touches nothing else: comments and the order of keys
 * stay as they are.
 *
 * @returns The new text, and the variant's name: `planned`, or `planned-2` where that is taken.
 */
export function addVariant(
  root: MapNode,
  source: string,
  added: readonly VariantLine[],
): { readonly name: string; readonly text: string } {
  const variants = childOf(root, "variants");
  const taken = namesOf(variants) ?? [];
  let name = "planned";
  for (let n = 2; taken.includes(name); n += 1) name = `planned-${n}`;
  const lines = added.map(({ path, value }) => `${path}: ${value}`);
  if (variants?.kind !== "map" || variants.entries.size === 0) {
    return { name, text: appended(withoutEmpty(root, source), name, lines) };
  }
  const { offset } = variants;
  if (source[offset] === "{") {
    const entry = `${name}: { ${lines.join(", ")} }, `;
    return { name, text: `${source.slice(0, offset + 1)} ${entry}${source.slice(offset + 1)}` };
  }
  // A block: its first key says how far the others are indented. The variant stands above it, and
  // above the comments that belong to it.
  const indent = source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset);
  const block = [`${indent}${name}:`, ...lines.map((line) => `${indent}  ${line}`)];
  const at = source.indexOf("\n", keyOffsetOf(root, ["variants"])) + 1;
  return { name, text: `${source.slice(0, at)}${block.join("\n")}\n${source.slice(at)}` };
}

function appended(source: string, name: string, lines: readonly string[]): string {
  const end = source === "" || source.endsWith("\n") ? "" : "\n";
  return `${source}${end}variants:\n  ${name}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** `variants: {}` and the like would stand there twice. */
function withoutEmpty(root: MapNode, source: string): string {
  if (childOf(root, "variants") === undefined) return source;
  const from = keyOffsetOf(root, ["variants"]);
  const to = source.indexOf("\n", from);
  return source.slice(0, from) + (to < 0 ? "" : source.slice(to + 1));
}
