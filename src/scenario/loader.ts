import { type Problem, type SourceLocation, UsageError } from "../kernel/errors.ts";
import { canonicalJson, sha256Hex } from "./canonical.ts";
import { checkCase, isSame, type ScenarioCase } from "./check-case.ts";
import { type Override, overrideAt, overrideTree } from "./override.ts";
import { type LoadedPlan, readPlan } from "./plan.ts";
import { readYaml } from "./read-yaml.ts";
import { stationsOf } from "./references.ts";
import { type Found, type MapNode, nodeAt } from "./source-tree.ts";
import { patchVariants } from "./variants.ts";

export type { ScenarioCase } from "./check-case.ts";

/** A scenario file that was read and found right: every case is valid and complete. */
export type LoadedScenario = {
  readonly file: string;
  readonly text: string;
  /** SHA-256 over the values, not the text: comments and spelling do not change it. */
  readonly hash: string;
  readonly title: string;
  readonly baseline: ScenarioCase;
  readonly variants: readonly ScenarioCase[];
  /** What may be bought, for `tillstorm plan`. Absent: the scenario says nothing of it. */
  readonly plan: LoadedPlan | undefined;
  /** Where a value of the baseline stands, for problems that only the world outside shows. */
  readonly placeOf: (path: readonly PropertyKey[]) => SourceLocation | undefined;
  /**
   * A case with some values changed.
   *
   * @throws {UsageError} `OVERRIDE_INVALID`, with every problem; one of a value names its source.
   */
  readonly override: (of: ScenarioCase, overrides: readonly Override[]) => ScenarioCase;
};

/** The name of the case without patches; no variant may have it. */
const baselineName = "baseline";

/**
 * Reads a scenario from the text of its YAML file.
 *
 * @throws {UsageError} `SCENARIO_INVALID`, with every problem, each with its place.
 */
export function parseScenario(text: string, file: string): LoadedScenario {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const { root, found: unreadable, locate } = readYaml(source, file);
  const reject = (found: readonly Found[]): never => {
    const sorted = found.toSorted((a, b) => a.offset - b.offset);
    const problems = sorted.map(
      ({ offset, what, hint }): Problem => ({
        what,
        ...(hint === undefined ? {} : { hint }),
        at: locate(offset),
      }),
    );
    throw new UsageError("SCENARIO_INVALID", problems);
  };
  if (root === undefined) return reject(unreadable);

  const patched = patchVariants(root, baselineName);
  const stations = new Set([root, ...patched.cases.map((it) => it.root)].flatMap(stationsOf));
  const baseline = checkCase(baselineName, root, stations);
  // A key or value that could not be read is no second problem where its value is judged.
  const places = new Set(unreadable.map((it) => it.offset));
  const judged = [...baseline.found, ...patched.found];
  const found = [...unreadable, ...judged.filter((it) => !places.has(it.offset))];
  const variants: ScenarioCase[] = [];
  for (const { name, root: variantRoot } of patched.cases) {
    const variant = checkCase(name, variantRoot, stations);
    // What is wrong in the baseline is wrong in each variant: it is said once.
    const news = variant.found.filter(
      (it) => !places.has(it.offset) && !found.some((old) => isSame(old, it)),
    );
    found.push(...news.map((it) => ({ ...it, what: `variant ${name}: ${it.what}` })));
    if (variant.case !== undefined) variants.push(variant.case);
  }
  const plan = readPlan({ root, source, stations, locate, known: found });
  found.push(...plan.found.filter((it) => !places.has(it.offset)));
  if (found.length > 0 || baseline.case === undefined) return reject(found);
  const { scenario } = baseline.case;
  return {
    file,
    text,
    hash: hashOf([baseline.case, ...variants]),
    title: scenario.title ?? scenario.name,
    baseline: baseline.case,
    variants,
    plan: plan.plan,
    placeOf: (path) => {
      const node = nodeAt(root, path);
      return node === undefined ? undefined : locate(node.offset);
    },
    override: ({ name }, overrides) => {
      const from = patched.cases.find((it) => it.name === name)?.root ?? root;
      return overrideCase(name, from, stations, overrides, locate);
    },
  };
}

function overrideCase(
  name: string,
  from: MapNode,
  stations: ReadonlySet<string>,
  overrides: readonly Override[],
  locate: (offset: number) => SourceLocation,
): ScenarioCase {
  const changed = overrideTree(from, overrides);
  const checked = checkCase(
    name,
    changed.root,
    new Set([...stations, ...stationsOf(changed.root)]),
  );
  if (changed.found.length === 0 && checked.case !== undefined) return checked.case;
  const all = overrides.map(({ path, value }) => `${path}=${value ?? "~"}`).join(", ");
  // Where a path leads nowhere, nothing else can be said of the case.
  const found = changed.found.length > 0 ? changed.found : checked.found;
  const problems = found.map(({ offset, what, hint }): Problem => {
    const own = overrideAt(offset, overrides);
    return {
      what: own === undefined ? `with ${all}: ${what}` : `${own.source}: ${what}`,
      ...(hint === undefined ? {} : { hint }),
      ...(own === undefined && { at: locate(offset) }),
    };
  });
  throw new UsageError("OVERRIDE_INVALID", problems);
}

function hashOf(cases: readonly ScenarioCase[]): string {
  // The patches are in the cases that they make; how they are written does not matter. A plan
  // changes no run.
  const values = cases.map(({ name, scenario }) => [
    name,
    { ...scenario, variants: undefined, plan: undefined },
  ]);
  return sha256Hex(canonicalJson(values, shortForm));
}

/** What may be written short counts as written short: a queue that is only long, a plain balancer. */
function shortForm(it: object): unknown {
  const [only, ...others] = Object.entries(it);
  if (only === undefined || others.length > 0) return it;
  const [key, value] = only;
  return (key === "limit" || key === "kind") && typeof value !== "object" ? value : it;
}
