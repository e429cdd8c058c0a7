import { type Problem, type SourceLocation, UsageError } from "../kernel/errors.ts";
import type { Window } from "../kernel/window.ts";
import { checkCase, isSame, type ScenarioCase } from "./check-case.ts";
import type { Gate } from "./gate-expression.ts";
import { readGates } from "./gates.ts";
import { type Knob, putValue, readKnobs, withoutPlan } from "./plan-knobs.ts";
import { checkPlanReferences } from "./plan-references.ts";
import { PlanSpec } from "./plan-spec.ts";
import { addVariant } from "./planned-variant.ts";
import { Scenario } from "./schema.ts";
import { childOf, type Found, keyOffsetOf, type MapNode, nodeAt, toData } from "./source-tree.ts";
import { meaning } from "./variants.ts";

/** One line of a variant: a path and the value that it gets, as YAML. */
export type VariantLine = { readonly path: string; readonly value: string };

/** The plan of a scenario, found right. */
export type LoadedPlan = {
  readonly spec: PlanSpec;
  readonly gates: readonly Gate[];
  readonly knobs: readonly Knob[];
  readonly window: Window;
  /**
   * The scenario with one value chosen of each knob, by their places.
   *
   * @throws {UsageError} `PLAN_INVALID` where these values do not go together.
   */
  readonly configure: (choice: readonly number[]) => ScenarioCase;
  /** What these values change of the scenario: the lines of a variant, none where nothing changes. */
  readonly linesOf: (choice: readonly number[]) => readonly VariantLine[];
  /** The text of the scenario with one variant more, and what that is called. */
  readonly withVariant: (lines: readonly VariantLine[]) => { name: string; text: string };
};

/** Reads the plan, where the scenario has one. Of a misshapen one, the parts that can be read are judged. */
export function readPlan(of: {
  readonly root: MapNode;
  /** The text that the tree was read from. */
  readonly source: string;
  readonly stations: ReadonlySet<string>;
  readonly locate: (offset: number) => SourceLocation;
  /** What is wrong already: it is not said again. */
  readonly known: readonly Found[];
}): { readonly plan: LoadedPlan | undefined; readonly found: readonly Found[] } {
  const { root, stations } = of;
  const node = childOf(root, "plan");
  const { spec, isWhole } = readSpec(node === undefined ? undefined : toData(node));
  if (node === undefined || spec === undefined) return { plan: undefined, found: [] };
  const bare = withoutPlan(root);
  const { knobs, found } = readKnobs(root, bare, spec, stations);
  const hasGates = nodeAt(root, ["plan", "gates"]) !== undefined;
  const own = readGates(root, stations, hasGates ? "plan.gates" : "gates");
  const gateless: Found[] = [];
  if (own.gates.length === 0 && own.found.length === 0 && !hasGates) {
    const hint = "add gates: [uncredited_rate < 1%]";
    const what = "plan: nothing says what must hold";
    gateless.push({ offset: keyOffsetOf(root, ["plan"]), what, hint });
  }
  const tooMany = checkSize(root, knobs);
  const references = checkPlanReferences(root, bare, spec, stations);
  const all = [...found, ...own.found, ...gateless, ...tooMany, ...references].filter(
    (it, index, list) => ![...of.known, ...list.slice(0, index)].some((other) => isSame(other, it)),
  );
  const scenario = Scenario.safeParse(toData(bare)).data;
  if (all.length > 0 || scenario === undefined || !isWhole) return { plan: undefined, found: all };
  const window = spec.window ?? scenario.live.window ?? { fromMs: 0, toMs: scenario.duration };
  const plan = {
    ...{ spec, gates: own.gates, knobs, window },
    configure: (choice: readonly number[]) => configure(bare, knobs, choice, of),
    linesOf: (choice: readonly number[]) => linesOf(bare, knobs, choice),
    withVariant: (lines: readonly VariantLine[]) => addVariant(root, of.source, lines),
  };
  return { plan, found: [] };
}

/**
 * The plan by its schema, or what is left of it without the parts that are misshapen: the scenario's
 * own reading names those, and what is wrong in the others is to be named with them.
 */
function readSpec(data: unknown): { readonly spec: PlanSpec | undefined; isWhole: boolean } {
  const parsed = PlanSpec.safeParse(data);
  if (parsed.success) return { spec: parsed.data, isWhole: true };
  const left = structuredClone(data) as Record<string, Record<string, unknown>>;
  for (const issue of parsed.error.issues) {
    const [part, name] = issue.path.map(String);
    if (part === undefined) {
      if (issue.code === "unrecognized_keys") for (const key of issue.keys) delete left[key];
    } else if (name !== undefined && (part === "vary" || part === "failures"))
      delete left[part]?.[name];
    else delete left[part];
  }
  return { spec: PlanSpec.safeParse(left).data, isWhole: false };
}

/** What the search can hold in its hands. */
const configurationMaxCount = 100_000;

function checkSize(root: MapNode, knobs: readonly Knob[]): readonly Found[] {
  const size = knobs.reduce((product, { values }) => product * values.length, 1);
  if (size <= configurationMaxCount) return [];
  const what = `plan.vary: these are ${size} configurations; ${configurationMaxCount} are the most`;
  const hint = "write fewer values: 10..100 by 10";
  return [{ offset: keyOffsetOf(root, ["plan", "vary"]), what, hint }];
}

function configure(
  bare: MapNode,
  knobs: readonly Knob[],
  choice: readonly number[],
  { stations, locate }: Parameters<typeof readPlan>[0],
): ScenarioCase {
  const written = knobs.map(({ path, values }, place) => {
    return `${path}: ${values[choice[place] ?? 0]?.text}`;
  });
  const { root, found } = patched(bare, knobs, choice);
  const checked = root === undefined ? undefined : checkCase("planned", root, stations);
  if (checked?.case !== undefined && found.length === 0) return checked.case;
  const problems = [...found, ...(checked?.found ?? [])].map(
    ({ offset, what, hint }): Problem => ({
      what: `plan: ${what}, with ${written.join(", ")}`,
      hint: hint ?? "leave one of these values out of plan.vary",
      at: locate(offset),
    }),
  );
  throw new UsageError("PLAN_INVALID", problems);
}

/** The scenario with the chosen values at their paths. */
function patched(
  bare: MapNode,
  knobs: readonly Knob[],
  choice: readonly number[],
): { readonly root: MapNode | undefined; readonly found: readonly Found[] } {
  let root = bare;
  for (const [place, { path, keyOffset, values }] of knobs.entries()) {
    const value = values[choice[place] ?? 0];
    if (value === undefined) continue;
    const it = putValue(root, { path, keyOffset }, value.node);
    if (it.kind === "unjudged") return { root: undefined, found: [] };
    if (it.kind === "wrong") {
      return { root: undefined, found: [{ offset: keyOffset, what: it.what, hint: it.hint }] };
    }
    root = it.root;
  }
  return { root, found: [] };
}

function linesOf(
  bare: MapNode,
  knobs: readonly Knob[],
  choice: readonly number[],
): readonly VariantLine[] {
  let root = bare;
  let before = meaning(root);
  return knobs.flatMap(({ path, keyOffset, values }, place) => {
    const value = values[choice[place] ?? 0];
    if (value === undefined) return [];
    const it = putValue(root, { path, keyOffset }, value.node);
    if (it.kind !== "patched") return [];
    const after = meaning(it.root);
    if (after === before) return [];
    root = it.root;
    before = after;
    return [{ path, value: value.text }];
  });
}
