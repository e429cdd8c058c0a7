import { type PatchProblem, patchTree } from "./patch.ts";
import {
  type Found,
  listNode,
  type MapNode,
  mapNode,
  type SourceNode,
  scalarNode,
} from "./source-tree.ts";
import { checkFixed } from "./variants.ts";

/** As YAML has it. Null takes the key away. */
export type OverrideValue =
  | string
  | number
  | boolean
  | null
  | readonly OverrideValue[]
  | { readonly [key: string]: OverrideValue };

/** One value that is put into a scenario from outside of its file, as a variant's patch would. */
export type Override = {
  /** Such as `services.bank.replicas`. */
  readonly path: string;
  readonly value: OverrideValue;
  /** What the user calls it, for problems: `--vary 1`. */
  readonly source: string;
};

/** Nothing of an override stands in the text: problems with the nth have offsets about here. */
const offsetStep = 10_000_000;

/** Puts the values into a case; what is wrong with one is found at an offset of its own. */
export function overrideTree(
  root: MapNode,
  overrides: readonly Override[],
): { readonly root: MapNode; readonly found: readonly Found[] } {
  let changed = root;
  const found: Found[] = [];
  overrides.forEach(({ path, value }, index) => {
    const offset = -(index + 1) * offsetStep;
    const patch = { keyOffset: offset, value: nodeOf(offset, value) };
    const patched = checkFixed(path) ?? patchTree(changed, path.split("."), patch);
    if (patched.kind === "patched") changed = patched.root;
    else found.push({ offset, ...wordsOf(patched, path) });
  });
  return { root: changed, found };
}

function nodeOf(offset: number, value: OverrideValue): SourceNode {
  if (typeof value !== "object" || value === null) {
    return scalarNode(offset, value, String(value ?? "~"));
  }
  if (isList(value)) {
    return listNode(
      offset,
      value.map((it) => nodeOf(offset, it)),
    );
  }
  // Such a key is no name of anything, and would change what an object is.
  const entries = Object.entries(value).filter(([key]) => key !== "__proto__");
  return mapNode(
    offset,
    new Map(entries.map(([key, it]) => [key, { keyOffset: offset, value: nodeOf(offset, it) }])),
  );
}

function isList(value: OverrideValue): value is readonly OverrideValue[] {
  return Array.isArray(value);
}

/** The override at whose value a problem was found; `undefined`: it stands in the file. */
export function overrideAt(offset: number, overrides: readonly Override[]): Override | undefined {
  return offset >= 0 ? undefined : overrides[Math.ceil(-offset / offsetStep) - 1];
}

/** A valid scenario has every mapping that it needs, so a path that lacks one leads nowhere. */
function wordsOf(problem: PatchProblem | { readonly kind: "unjudged" }, path: string) {
  return problem.kind === "wrong"
    ? { what: problem.what, hint: problem.hint }
    : { what: `${path}: this hits nothing`, hint: "write the path of a value of the scenario" };
}
