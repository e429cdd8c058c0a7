import type { Gate } from "./gate-expression.ts";
import { readGates } from "./gates.ts";
import { checkReferences } from "./references.ts";
import { Scenario } from "./schema.ts";
import { type Found, type MapNode, toData } from "./source-tree.ts";
import { expectation, explainIssues } from "./zod-problems.ts";

/** A scenario with the patches of one variant, or with none. */
export type ScenarioCase = {
  /** `baseline`, or the variant's name. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly gates: readonly Gate[];
};

/** One case with everything that is wrong in it: by the schema, by its references, in its gates. */
export function checkCase(
  name: string,
  root: MapNode,
  stations: ReadonlySet<string>,
): { readonly case: ScenarioCase | undefined; readonly found: readonly Found[] } {
  const parsed = Scenario.safeParse(toData(root), { error: expectation });
  const issues = parsed.success ? [] : explainIssues(Scenario, root, parsed.error.issues);
  const { gates, found: wrongGates } = readGates(root, stations);
  // Where the schema has found a problem, a second one would only repeat it.
  const places = new Set(issues.map((it) => it.offset));
  const others = [...checkReferences(root), ...wrongGates].filter((it) => !places.has(it.offset));
  const found = [...issues, ...others];
  if (!parsed.success || found.length > 0) return { case: undefined, found };
  return { case: { name, scenario: parsed.data, gates }, found };
}

export function isSame(a: Found, b: Found): boolean {
  return a.offset === b.offset && a.what === b.what;
}
