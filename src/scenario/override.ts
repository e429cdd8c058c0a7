import { type PatchProblem, patchTree } from "./patch.ts";
import { type Found, type MapNode, scalarNode } from "./source-tree.ts";
import { checkFixed } from "./variants.ts";

/** One value that is put into a scenario from outside of its file, as a variant's patch would. */
export type Override = {
  /** Such as `services.bank.replicas`. */
  readonly path: string;
  /** Null takes the key away. */
  readonly value: string | number | boolean | null;
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
    const patch = { keyOffset: offset, value: scalarNode(offset, value, String(value ?? "~")) };
    const patched = checkFixed(path) ?? patchTree(changed, path.split("."), patch);
    if (patched.kind === "patched") changed = patched.root;
    else found.push({ offset, ...wordsOf(patched, path) });
  });
  return { root: changed, found };
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
