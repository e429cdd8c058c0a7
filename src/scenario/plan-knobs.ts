import { canonicalJson } from "./canonical.ts";
import { checkCase, isSame } from "./check-case.ts";
import { patchTree } from "./patch.ts";
import { type PlanSpec, parseRange } from "./plan-spec.ts";
import {
  type Found,
  keyOffsetOf,
  type MapNode,
  mapNode,
  nodeAt,
  type SourceNode,
  scalarNode,
  toData,
} from "./source-tree.ts";
import { inYaml } from "./suggest.ts";
import { checkFixed } from "./variants.ts";
import { isWithin } from "./vary.ts";

/** One value of a knob. `cost` is of this value, in the plan's unit. */
export type KnobValue = { readonly text: string; readonly cost: number; readonly node: SourceNode };

/** One thing that may vary. */
export type Knob = {
  readonly path: string;
  readonly keyOffset: number;
  /** More of it is never worse; then its values stand in ascending order. */
  readonly isCapacity: boolean;
  readonly values: readonly KnobValue[];
  /** What the scenario has now: the place of that value, or -1 where it is none of them. */
  readonly presentPlace: number;
  readonly presentText: string;
  /** Null where nobody can say. */
  readonly presentCost: number | null;
};

/** The tree without its plan and its variants: neither is part of what is simulated. */
export function withoutPlan(root: MapNode): MapNode {
  const entries = new Map(root.entries);
  entries.delete("variants");
  entries.delete("plan");
  return mapNode(root.offset, entries);
}

/** What may vary, each value tried by itself on the scenario as it is. */
export function readKnobs(
  root: MapNode,
  bare: MapNode,
  spec: PlanSpec,
  stations: ReadonlySet<string>,
): { readonly knobs: readonly Knob[]; readonly found: readonly Found[] } {
  const knobs: Knob[] = [];
  const found: Found[] = [];
  const baseline = checkCase("baseline", bare, stations);
  const before = canonicalJson(baseline.case?.scenario);
  for (const [path, { cost, costs, capacity }] of Object.entries(spec.vary)) {
    const at = ["plan", "vary", path];
    const of = at.join(".");
    const keyOffset = keyOffsetOf(root, at);
    const nodes = valueNodes(nodeAt(root, [...at, "values"]));
    const fixed = checkFixed(path, planFixedKeys, "configuration");
    if (fixed !== undefined) {
      found.push({ offset: keyOffset, what: `plan.vary.${fixed.what}`, hint: fixed.hint });
      continue;
    }
    const outer = Object.keys(spec.vary).find((it) => isWithin(path, it));
    if (outer !== undefined) {
      const what = `${of}: it is a part of plan.vary.${outer}`;
      found.push({ offset: keyOffset, what, hint: "vary either, not both" });
      continue;
    }
    const isCapacity = capacity ?? (/\.(?:replicas|workers)$/.test(path) && nodes.every(isNumber));
    const wrong = [
      ...checkNumbers(root, at, nodes, cost !== undefined, capacity === true),
      ...checkCosts(root, at, nodes, costs),
      ...checkTwice(of, nodes),
    ];
    const values = nodes.map((node, place) => {
      const unit = typeof toData(node) === "number" ? Number(toData(node)) : 0;
      return { node, text: writtenValue(node), cost: costs?.[place] ?? (cost ?? 0) * unit };
    });
    let presentPlace = -1;
    for (const [place, { node, text }] of values.entries()) {
      const it = putValue(bare, { path, keyOffset }, node);
      if (it.kind === "unjudged") continue;
      if (it.kind === "wrong") {
        wrong.push({ offset: keyOffset, what: `plan.vary: ${it.what}`, hint: it.hint });
        break; // The path is the same for all values.
      }
      // What the schema allows at both ends of a range it allows between them.
      if (place > 0 && place < values.length - 1 && isRange(root, at)) continue;
      const checked = checkCase("planned", it.root, stations);
      if (canonicalJson(checked.case?.scenario) === before) presentPlace = place;
      const news = checked.found.filter(
        (one) => !baseline.found.some((other) => isSame(other, one)),
      );
      wrong.push(...news.map((one) => ({ ...one, what: `${of}: with ${text}: ${one.what}` })));
    }
    found.push(...wrong);
    if (wrong.length > 0) continue;
    const present = nodeAt(bare, path.split("."));
    if (presentPlace < 0 && present !== undefined) {
      const written = canonicalJson(toData(present));
      presentPlace = nodes.findIndex((node) => canonicalJson(toData(node)) === written);
    }
    const number = present !== undefined && isNumber(present) ? Number(toData(present)) : undefined;
    const linear = number === undefined || costs !== undefined ? null : (cost ?? 0) * number;
    const knob = {
      ...{ path, keyOffset, isCapacity, values, presentPlace },
      presentText: present === undefined ? "~" : writtenValue(present),
      presentCost:
        values[presentPlace]?.cost ?? (cost === undefined && costs === undefined ? 0 : linear),
    };
    knobs.push(isCapacity ? ascending(knob) : knob);
  }
  return { knobs, found };
}

/** Puts a value at the path of a knob. To take away what is not there changes nothing. */
export function putValue(
  root: MapNode,
  { path, keyOffset }: Pick<Knob, "path" | "keyOffset">,
  value: SourceNode,
): ReturnType<typeof patchTree> {
  const way = path.split(".");
  const isNothing = value.kind === "scalar" && value.value === null;
  if (isNothing && nodeAt(root, way) === undefined) return { kind: "patched", root };
  return patchTree(root, way, { keyOffset, value });
}

/** A value as it is written in a variant; `~` takes the key away. */
function writtenValue(node: SourceNode): string {
  const value = toData(node);
  return value === null ? "~" : inYaml(value);
}

/** What a plan may not vary: what tells runs apart, and what it judges by. */
const planFixedKeys = [
  ...["name", "title", "seed", "duration", "warmUp", "live", "variants", "plan"],
  ...["gates", "promise", "drain"],
];

function valueNodes(node: SourceNode | undefined): readonly SourceNode[] {
  if (node?.kind === "list") return node.items;
  if (node?.kind !== "scalar") return [];
  const range = parseRange(String(node.value)) ?? [];
  return range.map((value) => scalarNode(node.offset, value, String(value)));
}

function isRange(root: MapNode, at: readonly string[]): boolean {
  return nodeAt(root, [...at, "values"])?.kind === "scalar";
}

function isNumber(node: SourceNode): boolean {
  return node.kind === "scalar" && typeof node.value === "number";
}

function ascending(knob: Knob): Knob {
  const values = knob.values.toSorted((a, b) => Number(toData(a.node)) - Number(toData(b.node)));
  const present = knob.values[knob.presentPlace];
  return { ...knob, values, presentPlace: present === undefined ? -1 : values.indexOf(present) };
}

function checkNumbers(
  root: MapNode,
  at: readonly string[],
  nodes: readonly SourceNode[],
  hasUnitCost: boolean,
  isCapacity: boolean,
): Found[] {
  const odd = nodes.find((node) => !isNumber(node));
  if (odd === undefined) return [];
  const text = inYaml(toData(odd));
  const found: Found[] = [];
  if (hasUnitCost) {
    const what = `${at.join(".")}.cost: a cost of one unit needs numbers, found ${text}`;
    const hint = `write costs: [${nodes.map(() => "0").join(", ")}], one for each value`;
    found.push({ offset: keyOffsetOf(root, [...at, "cost"]), what, hint });
  }
  if (isCapacity) {
    const what = `${at.join(".")}.capacity: more and less are of numbers, found ${text}`;
    found.push({ offset: keyOffsetOf(root, [...at, "capacity"]), what, hint: "remove capacity" });
  }
  return found;
}

function checkCosts(
  root: MapNode,
  at: readonly string[],
  nodes: readonly SourceNode[],
  costs: readonly number[] | undefined,
): Found[] {
  if (costs === undefined || costs.length === nodes.length) return [];
  const path = [...at, "costs"];
  const what = `${path.join(".")}: expected one for each of the ${nodes.length} values, found ${costs.length}`;
  return [{ offset: keyOffsetOf(root, path), what, hint: "write as many costs as values" }];
}

function checkTwice(of: string, nodes: readonly SourceNode[]): Found[] {
  const texts = nodes.map((node) => canonicalJson(toData(node)));
  return nodes.flatMap((node, place) => {
    if (texts.indexOf(texts[place] ?? "") === place) return [];
    const what = `${of}.values: ${inYaml(toData(node))} stands here twice`;
    return [{ offset: node.offset, what, hint: "keep one of them" }];
  });
}
