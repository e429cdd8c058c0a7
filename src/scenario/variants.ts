import { canonicalJson } from "./canonical.ts";
import { type PatchProblem, patchTree } from "./patch.ts";
import { Scenario } from "./schema.ts";
import { childOf, type Entry, entriesOf, type Found, type MapNode, toData } from "./source-tree.ts";

/** The scenario as one variant changes it. Not validated yet. */
export type PatchedCase = { readonly name: string; readonly root: MapNode };

/**
 * Variants are compared pair by pair, over one time axis and under one luck: so these stay the
 * same. The gates, the promise and the traffic may differ.
 */
const fixedKeys = ["name", "title", "seed", "duration", "warmUp", "live", "variants", "plan"];

/** Patches the scenario once for each variant. One with a wrong patch is left out, and found. */
export function patchVariants(
  root: MapNode,
  baselineName: string,
): { readonly cases: readonly PatchedCase[]; readonly found: readonly Found[] } {
  const cases: PatchedCase[] = [];
  const found: Found[] = [];
  for (const [name, entry] of entriesOf(childOf(root, "variants"))) {
    if (name === baselineName) {
      const what = `variants.${name}: this is what the scenario without patches is called`;
      found.push({ offset: entry.keyOffset, what, hint: "rename the variant" });
    } else if (entry.value.kind === "map") {
      const patched = patchAll(root, name, entry);
      found.push(...patched.found);
      if (patched.found.length === 0 && patched.root !== undefined) {
        cases.push({ name, root: patched.root });
      }
    }
  }
  return { cases, found };
}

function patchAll(
  baseline: MapNode,
  variant: string,
  entry: Entry,
): { readonly root: MapNode | undefined; readonly found: readonly Found[] } {
  const of = `variants.${variant}`;
  const patches = entriesOf(entry.value);
  if (patches.length === 0) {
    const hint = "write a patch such as services.bank.replicas: 2, or remove the variant";
    const found = [{ offset: entry.keyOffset, what: `${of}: this changes nothing`, hint }];
    return { root: baseline, found };
  }
  let root = baseline;
  let before = meaning(root);
  const found: Found[] = [];
  for (const [path, { keyOffset, value }] of patches) {
    const fixed = checkFixed(path);
    const patched = fixed ?? patchTree(root, path.split("."), { keyOffset, value });
    if (patched.kind === "unjudged") return { root: undefined, found };
    if (patched.kind === "wrong") {
      found.push({ offset: keyOffset, what: `${of}: ${patched.what}`, hint: patched.hint });
      continue;
    }
    const after = meaning(patched.root);
    if (after === before) {
      const what = `${of}: ${path}: this changes nothing, it has this value already`;
      found.push({ offset: keyOffset, what, hint: "write another value, or remove the patch" });
    }
    root = patched.root;
    before = after;
  }
  return { root, found };
}

/** Whether a path leads to what is the same in every one of these. `undefined`: it does not. */
export function checkFixed(
  path: string,
  keys: readonly string[] = fixedKeys,
  noun = "variant",
): PatchProblem | undefined {
  const [first = ""] = path.split(".");
  if (!keys.includes(first)) return undefined;
  const what = `${path}: ${first} is the same in every ${noun}`;
  return { kind: "wrong", what, hint: "put it into a scenario file of its own" };
}

/** What a case comes to: 2s and 2000ms mean the same. While it is not valid: as it is written. */
export function meaning(root: MapNode): string {
  const values = toData(root);
  const parsed = Scenario.safeParse(values);
  return canonicalJson(parsed.success ? parsed.data : values);
}
