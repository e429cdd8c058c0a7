import { nearestHint } from "./nearest.ts";
import {
  childOf,
  entriesOf,
  type Found,
  itemsOf,
  type MapNode,
  namesOf,
  type SourceNode,
  textOf,
} from "./source-tree.ts";

/** Checks that operations name stages, that calls reach operations, and that none goes in a circle. */
export function checkCalls(services: MapNode): readonly Found[] {
  const edges = callsOf(services);
  return [
    ...entriesOf(services).flatMap(([name, { value }]) => checkOperations(name, value)),
    ...uniquePlaces(edges.flatMap((it) => checkCall(it, services))),
    ...checkCircles(edges),
  ];
}

function checkOperations(service: string, node: SourceNode): readonly Found[] {
  const stages = namesOf(childOf(node, "stages"));
  if (stages === undefined) return [];
  return entriesOf(childOf(node, "operations")).flatMap(([operation, { value }]) => {
    const seen = new Set<string>();
    return itemsOf(value).flatMap((item): readonly Found[] => {
      const stage = textOf(item);
      if (stage === undefined) return [];
      const of = `services.${service}.operations.${operation}`;
      if (!stages.includes(stage)) {
        const hint = nearestHint(stage, stages, `add it to services.${service}.stages`);
        return [{ offset: item.offset, what: `${of}: ${service} has no stage ${stage}`, hint }];
      }
      if (seen.has(stage)) {
        // A draw is keyed by its stage: the second pass would take the very same time.
        const what = `${of}: the stage ${stage} stands here twice`;
        return [
          { offset: item.offset, what, hint: "define a second stage with a name of its own" },
        ];
      }
      seen.add(stage);
      return [];
    });
  });
}

/** Where something stands in the text. */
type Placed = Pick<SourceNode, "offset">;

/** One operation asking for another: `stage` of `from` calls `to`. */
type Edge = {
  readonly service: string;
  readonly stage: string;
  /** The operation that runs when the call is made; absent: the stage is in none. */
  readonly running: string | undefined;
  readonly to: string;
  readonly toNode: Placed;
  readonly operation: string | undefined;
  readonly operationNode: SourceNode | undefined;
};

function callsOf(services: MapNode): readonly Edge[] {
  return entriesOf(services).flatMap(([service, { value }]) =>
    entriesOf(childOf(value, "stages")).flatMap(([stage, it]): readonly Edge[] => {
      const call = childOf(it.value, "call");
      const targets = targetsOf(childOf(call, "to"));
      const operationNode = childOf(call, "operation");
      const operation = textOf(operationNode);
      const users = entriesOf(childOf(value, "operations"))
        .filter(([, list]) => itemsOf(list.value).some((item) => textOf(item) === stage))
        .map(([name]) => name);
      return targets.flatMap(({ to, toNode }): readonly Edge[] => {
        const edge = { service, stage, to, toNode, operation, operationNode };
        if (users.length === 0) return [{ ...edge, running: undefined }];
        return users.map((running) => ({ ...edge, running }));
      });
    }),
  );
}

/** The services that `to` names, in each of its forms, and where it names them. */
export function targetsOf(
  to: SourceNode | undefined,
): readonly { readonly to: string; readonly toNode: Placed }[] {
  const one = textOf(to);
  if (to !== undefined && one !== undefined) return [{ to: one, toNode: to }];
  const weighted = entriesOf(childOf(to, "weights")).map(([name, { keyOffset }]) => {
    return { to: name, toNode: { offset: keyOffset } };
  });
  const ordered = itemsOf(childOf(to, "failover")).flatMap((node) => {
    const name = textOf(node);
    return name === undefined ? [] : [{ to: name, toNode: node }];
  });
  return [...weighted, ...ordered];
}

function checkCall(edge: Edge, services: MapNode): readonly Found[] {
  const { service, stage, running, to, toNode, operation, operationNode } = edge;
  const of = `services.${service}.stages.${stage}.call`;
  const target = services.entries.get(to);
  if (target === undefined) {
    const others = [...services.entries.keys()].filter((it) => it !== service);
    const hint = nearestHint(to, others, `add services.${to}`);
    return [{ offset: toNode.offset, what: `${of}.to: no service is called ${to}`, hint }];
  }
  const operations = namesOf(childOf(target.value, "operations"));
  if (operations === undefined) return [];
  if (operationNode !== undefined) {
    if (operation === undefined || operations.includes(operation)) return [];
    const what = `${of}.operation: ${to} has no operation ${operation}`;
    const hint = nearestHint(operation, operations, `add it to services.${to}.operations`);
    return [{ offset: operationNode.offset, what, hint }];
  }
  if (running === undefined || operations.includes(running)) return [];
  const what = `${of}: ${to} has no operation ${running}, which ${service} runs when it calls`;
  const named = operations.length === 0 ? "" : `add operation: ${operations.join(" or ")}; or `;
  return [
    { offset: toNode.offset, what, hint: `${named}define services.${to}.operations.${running}` },
  ];
}

/** The same wrong name is met once for each operation that runs it. */
function uniquePlaces(found: readonly Found[]): readonly Found[] {
  const isFirst = (it: Found, index: number) =>
    found.findIndex((other) => other.offset === it.offset && other.what === it.what) === index;
  return found.filter(isFirst);
}

/** Each circle once, at the call that closes it. */
function checkCircles(edges: readonly Edge[]): readonly Found[] {
  const keyOf = (service: string, operation: string): string => `${service}.${operation}`;
  const outgoing = new Map<string, Edge[]>();
  for (const edge of edges) {
    if (edge.running === undefined) continue;
    const key = keyOf(edge.service, edge.running);
    outgoing.set(key, [...(outgoing.get(key) ?? []), edge]);
  }
  const found: Found[] = [];
  const done = new Set<string>();
  const visit = (key: string, way: readonly string[]): void => {
    if (done.has(key)) return;
    for (const edge of outgoing.get(key) ?? []) {
      const next = keyOf(edge.to, edge.operation ?? edge.running ?? "");
      const here = [...way, key];
      if (here.includes(next)) {
        const circle = [...here.slice(here.indexOf(next)), next].join(" → ");
        const of = `services.${edge.service}.stages.${edge.stage}.call`;
        const hint = "let the last stage answer without calling";
        found.push({
          offset: edge.toNode.offset,
          what: `${of}: calls go in a circle: ${circle}`,
          hint,
        });
      } else visit(next, here);
    }
    done.add(key);
  };
  for (const key of outgoing.keys()) visit(key, []);
  return found;
}
