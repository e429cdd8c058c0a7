import { checkCase, isSame } from "./check-case.ts";
import { nearestHint } from "./nearest.ts";
import { terminalsAt } from "./plan-conditions.ts";
import type { PlanFailure, PlanSpec } from "./plan-spec.ts";
import { Scenario } from "./schema.ts";
import {
  childOf,
  type Found,
  itemsOf,
  keyOffsetOf,
  listNode,
  type MapNode,
  mapNode,
  namesOf,
  nodeAt,
  type SourceNode,
  toData,
} from "./source-tree.ts";

/** Whether the failures name what there is, the loads can be, and the window lies in the scenario. */
export function checkPlanReferences(
  root: MapNode,
  bare: MapNode,
  spec: PlanSpec,
  stations: ReadonlySet<string>,
): readonly Found[] {
  const scenario = Scenario.safeParse(toData(bare)).data;
  return [
    ...Object.entries(spec.failures).flatMap(([name, it]) => [
      ...checkReplicaDown(root, name),
      ...checkFaultsOf(root, bare, name, it, stations),
    ]),
    ...(scenario === undefined ? [] : checkLoads(root, spec, scenario)),
    ...(scenario === undefined ? [] : checkWindow(root, spec, scenario)),
  ];
}

function checkReplicaDown(root: MapNode, failure: string): readonly Found[] {
  const node = nodeAt(root, ["plan", "failures", failure, "replicaDown"]);
  const services = namesOf(childOf(root, "services"));
  if (node === undefined || services === undefined) return [];
  const named: readonly SourceNode[] = node.kind === "list" ? node.items : [node];
  return named.flatMap((it) => {
    const name = String(toData(it));
    if (services.includes(name) || (name === "any" && node.kind !== "list")) return [];
    const what = `plan.failures.${failure}.replicaDown: no service is called ${name}`;
    return [
      { offset: it.offset, what, hint: nearestHint(name, [...services, "any"], "write any") },
    ];
  });
}

/** The faults of a failure, behind those of the scenario, must be right as those are. */
function checkFaultsOf(
  root: MapNode,
  bare: MapNode,
  failure: string,
  { faults }: PlanFailure,
  stations: ReadonlySet<string>,
): readonly Found[] {
  const node = nodeAt(root, ["plan", "failures", failure, "faults"]);
  if (faults === undefined || node === undefined) return [];
  const all = listNode(node.offset, [...itemsOf(childOf(bare, "faults")), ...itemsOf(node)]);
  const entries = new Map(bare.entries);
  entries.set("faults", { keyOffset: node.offset, value: all });
  const before = checkCase("baseline", bare, stations).found;
  return checkCase("planned", mapNode(bare.offset, entries), stations)
    .found.filter((it) => !before.some((other) => isSame(other, it)))
    .map((it) => ({ ...it, what: `plan.failures.${failure}: ${it.what}` }));
}

/** As many terminals as a scenario may have. */
const terminalMaxCount = 1_000_000;

function checkLoads(root: MapNode, spec: PlanSpec, scenario: Scenario): readonly Found[] {
  const fromMs = (spec.window ?? scenario.live.window)?.fromMs ?? 0;
  const lists = [
    { at: ["plan", "loads"], loads: spec.loads },
    ...Object.entries(spec.failures).map(([name, it]) => ({
      at: ["plan", "failures", name, "loads"],
      loads: it.loads ?? [],
    })),
  ];
  return lists.flatMap(({ at, loads }) =>
    loads.flatMap((load, place) =>
      Object.entries(scenario.traffic).flatMap(([stream, { arrivals }]): readonly Found[] => {
        const offset = nodeAt(root, [...at, place])?.offset ?? keyOffsetOf(root, ["plan"]);
        const of = `${at.join(".")}.${place}: ${load}x of traffic.${stream}`;
        const terminals = terminalsAt(arrivals.closed?.terminals ?? 1, load);
        if (arrivals.closed !== undefined && (terminals < 1 || terminals > terminalMaxCount)) {
          const what = `${of} is ${terminals} terminals, expected 1 to ${terminalMaxCount}`;
          return [{ offset, what, hint: "write another factor" }];
        }
        if (arrivals.trace === undefined || load === 1 || fromMs === 0) return [];
        const what = `${of}: a recording that is played at another speed is elsewhere when the window begins`;
        return [{ offset, what, hint: "let plan.window begin at 0s, or write loads: [1x]" }];
      }),
    ),
  );
}

function checkWindow(root: MapNode, spec: PlanSpec, scenario: Scenario): readonly Found[] {
  if (spec.window === undefined || spec.window.toMs <= scenario.duration) return [];
  const offset = nodeAt(root, ["plan", "window"])?.offset ?? keyOffsetOf(root, ["plan"]);
  const duration = toData(childOf(root, "duration") ?? root);
  const what = `plan.window: it ends after the duration, ${duration}`;
  return [{ offset, what, hint: `write a window within 0s..${duration}` }];
}
