/**
 * The scenario as it was written: plain values that remember where they stand. Variants patch this
 * tree, so that a wrong value is found at the line that brought it.
 */

/** A mapping. `offset` is where the value starts in the text; `size` counts its nodes, `height` its levels. */
export type MapNode = {
  readonly kind: "map";
  readonly offset: number;
  readonly size: number;
  readonly height: number;
  readonly entries: ReadonlyMap<string, Entry>;
};
export type ListNode = {
  readonly kind: "list";
  readonly offset: number;
  readonly size: number;
  readonly height: number;
  readonly items: readonly SourceNode[];
};
/** `written` is the source text of the value, quotes included. */
export type ScalarNode = {
  readonly kind: "scalar";
  readonly offset: number;
  readonly size: 1;
  readonly height: 1;
  readonly value: string | number | boolean | null;
  readonly written: string;
};
export type SourceNode = MapNode | ListNode | ScalarNode;

/** A key with its value; `keyOffset` is where the key stands. */
export type Entry = { readonly keyOffset: number; readonly value: SourceNode };

/** Something wrong, at an offset of the text. The loader turns it into a `Problem`. */
export type Found = { readonly offset: number; readonly what: string; readonly hint?: string };

export type Path = readonly PropertyKey[];

/** The value below `key`, `undefined` when there is none. */
export function childOf(node: SourceNode | undefined, key: PropertyKey): SourceNode | undefined {
  if (node?.kind === "map") return node.entries.get(String(key))?.value;
  if (node?.kind === "list") return node.items[Number(key)];
  return undefined;
}

export function nodeAt(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const key of path) node = childOf(node, key);
  return node;
}

/** The entries of a mapping; none when the node is something else, or nothing. */
export function entriesOf(node: SourceNode | undefined): readonly (readonly [string, Entry])[] {
  return node?.kind === "map" ? [...node.entries] : [];
}

export function itemsOf(node: SourceNode | undefined): readonly SourceNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** The names that a mapping defines; `undefined` when it is no mapping, so nothing can be said. */
export function namesOf(node: SourceNode | undefined): readonly string[] | undefined {
  return node?.kind === "map" ? [...node.entries.keys()] : undefined;
}

export function textOf(node: SourceNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** Where the key of `path` stands; of a list item, where its value starts. */
export function keyOffsetOf(root: SourceNode, path: Path): number {
  const key = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  if (key !== undefined && parent?.kind === "map") {
    return parent.entries.get(String(key))?.keyOffset ?? parent.offset;
  }
  return nodeAt(root, path)?.offset ?? root.offset;
}

/** The plain value. No key of it is `__proto__`: such keys never come into the tree. */
export function toData(node: SourceNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toData);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, it]) => [key, toData(it.value)]));
  }
}

export function mapNode(offset: number, entries: ReadonlyMap<string, Entry>): MapNode {
  return { kind: "map", offset, entries, ...extent([...entries.values()].map((it) => it.value)) };
}

export function listNode(offset: number, items: readonly SourceNode[]): ListNode {
  return { kind: "list", offset, items, ...extent(items) };
}

function extent(children: readonly SourceNode[]): { size: number; height: number } {
  let size = 1;
  let height = 0;
  for (const child of children) {
    size += child.size;
    height = Math.max(height, child.height);
  }
  return { size, height: height + 1 };
}

export function scalarNode(
  offset: number,
  value: ScalarNode["value"],
  written: string,
): ScalarNode {
  return { kind: "scalar", offset, size: 1, height: 1, value, written };
}

/** `services.bank.stages`, as paths are written in a variant. */
export function dotted(path: Path): string {
  return path.map(String).join(".");
}
