import { nearest, nearestHint } from "./nearest.ts";
import { Scenario } from "./schema.ts";
import { isMapping, isOptional, isRecord, keysOf, schemasAt } from "./schema-walk.ts";
import { type Entry, listNode, type MapNode, mapNode, type SourceNode } from "./source-tree.ts";

export type PatchProblem = { readonly kind: "wrong"; readonly what: string; readonly hint: string };
/** `unjudged`: a mapping that the scenario needs is missing, which is said where it is missing. */
type Patched<N> =
  | { readonly kind: "patched"; readonly root: N }
  | { readonly kind: "unjudged" }
  | PatchProblem;

/**
 * Puts one value at a path of the scenario; the tree that was given stays as it is. A path must hit
 * something: every name on the way exists, but for mappings that the schema lets be left out, and
 * the last key is one that the schema knows there. An empty value (`~`) takes the key away.
 */
export function patchTree(root: MapNode, path: readonly string[], patch: Entry): Patched<MapNode> {
  return patchMap(root, [], path, patch);
}

function patchNode(
  node: SourceNode,
  way: readonly string[],
  rest: readonly string[],
  patch: Entry,
): Patched<SourceNode> {
  if (node.kind === "map") return patchMap(node, way, rest, patch);
  if (node.kind === "list") return patchList(node.offset, node.items, way, rest, patch);
  const here = way.join(".");
  const what = `${[...way, ...rest].join(".")}: ${here} is ${node.written || "empty"}, no mapping`;
  return { kind: "wrong", what, hint: `write ${here} itself, with the whole value` };
}

function patchMap(
  node: MapNode,
  way: readonly string[],
  rest: readonly string[],
  patch: Entry,
): Patched<MapNode> {
  const [key = "", ...further] = rest;
  const full = [...way, ...rest].join(".");
  const old = node.entries.get(key);
  const entries = new Map(node.entries);
  const isRemoval = further.length === 0 && isEmpty(patch.value);
  if (old === undefined) {
    const needed = schemasAt(Scenario, [...way, key]).filter((it) => !isOptional(it));
    const isKnown = !isRecord(schemasAt(Scenario, way)) && needed.length > 0;
    if (isKnown && further.length > 0) return { kind: "unjudged" };
    const problem = checkNewKey(node, way, key, full, further.length > 0 || isRemoval);
    if (problem !== undefined)
      return isRemoval ? { ...problem, hint: "remove the patch" } : problem;
  }
  if (isRemoval) {
    entries.delete(key);
    return { kind: "patched", root: mapNode(node.offset, entries) };
  }
  if (further.length === 0) {
    entries.set(key, patch);
    return { kind: "patched", root: mapNode(node.offset, entries) };
  }
  const parent = old?.value ?? mapNode(patch.keyOffset, new Map());
  const child = patchNode(parent, [...way, key], further, patch);
  if (child.kind !== "patched") return child;
  const keyOffset = old?.keyOffset ?? patch.keyOffset;
  entries.set(key, { keyOffset, value: child.root });
  return { kind: "patched", root: mapNode(node.offset, entries) };
}

function patchList(
  offset: number,
  items: readonly SourceNode[],
  way: readonly string[],
  rest: readonly string[],
  patch: Entry,
): Patched<SourceNode> {
  const [key = "", ...further] = rest;
  const full = [...way, ...rest].join(".");
  const here = way.join(".");
  const old = /^(?:0|[1-9]\d{0,5})$/.test(key) ? items[Number(key)] : undefined;
  const isNext = key === String(items.length) && further.length === 0;
  if (old === undefined && !isNext) {
    const what = `${full}: ${here} has no item ${key}`;
    const last = items.length - 1;
    const range = items.length === 0 ? "it is empty" : `its items are 0 to ${last}`;
    return { kind: "wrong", what, hint: `${range}; write ${here}.${items.length} to add one` };
  }
  if (further.length === 0 && isEmpty(patch.value)) {
    return {
      kind: "wrong",
      what: `${full}: an item cannot be removed`,
      hint: `write ${here} with the whole list`,
    };
  }
  const child =
    old === undefined || further.length === 0
      ? ({ kind: "patched", root: patch.value } as const)
      : patchNode(old, [...way, key], further, patch);
  if (child.kind !== "patched") return child;
  const changed = [...items];
  changed[Number(key)] = child.root;
  return { kind: "patched", root: listNode(offset, changed) };
}

/** A key that is not there yet: may it come? `undefined`: yes. */
function checkNewKey(
  node: MapNode,
  way: readonly string[],
  key: string,
  full: string,
  mustExist: boolean,
): PatchProblem | undefined {
  const here = schemasAt(Scenario, way);
  const there = [...node.entries.keys()];
  const place = way.length === 0 ? "the scenario" : way.join(".");
  if (!isRecord(here)) {
    const known = keysOf(here);
    const isContainer = isMapping(schemasAt(Scenario, [...way, key]));
    if (known.includes(key) && (!mustExist || isContainer)) return undefined;
    if (!known.includes(key)) {
      const what = `${full}: ${place} knows no key ${key}`;
      const near = nearest(key, [...there, ...known]);
      return {
        kind: "wrong",
        what,
        hint: near ? `write ${replaced(full, way, near)}` : nearestHint(key, known, "remove it"),
      };
    }
  } else if (!mustExist && key !== "") return undefined;
  const what = `${full}: this hits nothing, ${place} has no ${key || "such key"}`;
  const near = nearest(key, there);
  const hint =
    near === undefined
      ? nearestHint(key, there, "remove the patch")
      : `write ${replaced(full, way, near)}`;
  return { kind: "wrong", what, hint };
}

/** The path with the key after `way` put right. */
function replaced(full: string, way: readonly string[], key: string): string {
  const parts = full.split(".");
  parts[way.length] = key;
  return parts.join(".");
}

function isEmpty(node: SourceNode): boolean {
  return node.kind === "scalar" && node.value === null;
}
