import { operatorName } from "../chain/network.ts";
import { targetsOf } from "./call-references.ts";
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

/** Checks what the schema cannot see of the remedies: whether they fit what they are put on. */
export function checkPolicies(root: MapNode, services: MapNode): readonly Found[] {
  return [...checkStreams(root, services), ...checkStages(services)];
}

function checkStreams(root: MapNode, services: MapNode): readonly Found[] {
  return entriesOf(childOf(root, "traffic")).flatMap(([name, { value }]): readonly Found[] => {
    const of = `traffic.${name}`;
    const asked = askedBy(value);
    const [{ service } = { service: "operator" }] = asked;
    return [
      ...checkWeights(`${of}.balancer`, childOf(value, "balancer"), [service], services),
      ...checkHedge(`${of}.hedge`, value, asked, services),
    ];
  });
}

/** The operations that a stream asks for. */
export function askedBy(
  stream: SourceNode | undefined,
): readonly { readonly service: string; readonly operation: string }[] {
  const [service, operation] = textOf(childOf(stream, "calls"))?.split(".") ?? [];
  if (service !== undefined && operation !== undefined) return [{ service, operation }];
  const journey = childOf(stream, "journey");
  const steps = journey?.kind === "list" ? journey.items : [journey];
  return steps.flatMap((step) => {
    const name = textOf(step);
    return name === undefined ? [] : [{ service: operatorName, operation: name }];
  });
}

function checkStages(services: MapNode): readonly Found[] {
  return entriesOf(services).flatMap(([service, { value }]) => {
    const operations = childOf(value, "operations");
    return entriesOf(childOf(value, "stages")).flatMap(([stage, it]): readonly Found[] => {
      const of = `services.${service}.stages.${stage}`;
      const call = childOf(it.value, "call");
      const targets = targetsOf(childOf(call, "to"));
      const named = targets.map(({ to }) => to);
      const running = entriesOf(operations)
        .filter(([, list]) => itemsOf(list.value).some((item) => textOf(item) === stage))
        .map(([name]) => name);
      const asked = textOf(childOf(call, "operation"));
      const calls = named.flatMap((to) =>
        (asked === undefined ? running : [asked]).map((name) => ({ service: to, operation: name })),
      );
      const seen = new Set<string>();
      const twice = targets.filter(({ to }) => seen.size === seen.add(to).size);
      return [
        ...twice.map(({ to, toNode }) => ({
          offset: toNode.offset,
          what: `${of}.call.to: ${to} stands here twice`,
          hint: "remove one of them; its replicas are chosen by the balancer",
        })),
        ...checkWeights(`${of}.call.balancer`, childOf(call, "balancer"), named, services),
        ...checkHedge(`${of}.call.hedge`, call, calls, services),
        ...checkPriority(`${of}.queue.priority.journeys`, it.value, operations),
      ];
    });
  });
}

/** Each replica must have a weight, whichever service of the call it belongs to. */
function checkWeights(
  of: string,
  balancer: SourceNode | undefined,
  targets: readonly string[],
  services: MapNode,
): readonly Found[] {
  const weights = childOf(balancer, "weighted");
  if (weights?.kind !== "list") return [];
  const count = weights.items.length;
  return targets.flatMap((service): readonly Found[] => {
    const target = services.entries.get(service)?.value;
    const written = childOf(target, "replicas");
    const replicas = written?.kind === "scalar" ? written.value : 1;
    if (target === undefined || typeof replicas !== "number" || replicas === count) return [];
    const has = replicas === 1 ? "the one replica" : `the ${replicas} replicas`;
    const what = `${of}.weighted: ${count} weights for ${has} of ${service}`;
    const hint = `write a weight for each replica: [${Array(replicas).fill(1).join(", ")}]`;
    return [{ offset: weights.offset, what, hint }];
  });
}

/** A question may be asked twice; a payment may not. */
function checkHedge(
  of: string,
  holder: SourceNode | undefined,
  calls: readonly { readonly service: string; readonly operation: string }[],
  services: MapNode,
): readonly Found[] {
  const hedge = childOf(holder, "hedge");
  const posting = calls.find((it) => reachesStage(services, it.service, it.operation, "posts"));
  if (hedge === undefined || posting === undefined) return [];
  const { service, operation } = posting;
  const what = `${of}: ${service}.${operation} posts a credit, and a credit is not asked for twice`;
  const hint = "remove hedge here; write retry, or hedge an operation that only asks";
  return [{ offset: hedge.offset, what, hint }];
}

/** Whether a stage of that kind lies on the way of an operation, here or in what it calls. */
export function reachesStage(
  services: MapNode,
  service: string,
  operation: string,
  kind: "posts" | "reverses" | "reads" | "reconciles" | "hears",
  seen = new Set<string>(),
): boolean {
  const key = `${service}.${operation}`;
  if (seen.has(key)) return false;
  seen.add(key);
  const node = services.entries.get(service)?.value;
  return itemsOf(childOf(childOf(node, "operations"), operation)).some((item) => {
    const stage = childOf(childOf(node, "stages"), textOf(item) ?? "");
    const flag = childOf(stage, kind);
    if (flag?.kind === "scalar" && flag.value === true) return true;
    const call = childOf(stage, "call");
    const asked = textOf(childOf(call, "operation")) ?? operation;
    return targetsOf(childOf(call, "to")).some(({ to }) =>
      reachesStage(services, to, asked, kind, seen),
    );
  });
}

function checkPriority(
  of: string,
  stage: SourceNode | undefined,
  operations: SourceNode | undefined,
): readonly Found[] {
  const known = namesOf(operations);
  const journeys = childOf(childOf(childOf(stage, "queue"), "priority"), "journeys");
  if (known === undefined) return [];
  return itemsOf(journeys).flatMap((item): readonly Found[] => {
    const name = textOf(item);
    if (name === undefined || known.includes(name)) return [];
    const what = `${of}: this service has no operation ${name}`;
    return [{ offset: item.offset, what, hint: nearestHint(name, known, "name an operation") }];
  });
}
