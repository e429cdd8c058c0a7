import { targetsOf } from "./call-references.ts";
import { nearestHint } from "./nearest.ts";
import { askedBy } from "./policy-references.ts";
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

/** Checks what the schema cannot see of reversals, questions, notices and links. */
export function checkMoney(root: MapNode, services: MapNode): readonly Found[] {
  return [...checkStreams(root, services), ...checkServices(services)];
}

function checkStreams(root: MapNode, services: MapNode): readonly Found[] {
  return entriesOf(childOf(root, "traffic")).flatMap(([name, { keyOffset, value }]) => {
    const of = `traffic.${name}`;
    const [{ service } = { service: "operator" }] = askedBy(value);
    const poll = childOf(childOf(value, "patience"), "poll");
    return [
      ...checkOperation(`${of}.reversal`, childOf(value, "reversal"), "reverse", service, services),
      ...checkOperation(`${of}.patience.poll`, poll, "status", service, services),
      ...checkShown(of, keyOffset, value, services),
    ];
  });
}

/** Whether what a reversal or a question asks for is there. */
function checkOperation(
  of: string,
  node: SourceNode | undefined,
  usual: string,
  service: string,
  services: MapNode,
): readonly Found[] {
  if (node === undefined) return [];
  const written = childOf(node, "operation");
  const operation = textOf(written) ?? usual;
  const names = namesOf(childOf(services.entries.get(service)?.value, "operations"));
  if (names === undefined || names.includes(operation)) return [];
  const { offset } = written ?? node;
  const what = `${of}.operation: ${service} has no operation ${operation}`;
  const orElse = `add it to services.${service}.operations`;
  return [{ offset, what, hint: nearestHint(operation, names, orElse) }];
}

/** Stages that check what nobody shows would turn everybody away. */
function checkShown(
  of: string,
  offset: number,
  stream: SourceNode,
  services: MapNode,
): readonly Found[] {
  if (childOf(stream, "links") !== undefined) return [];
  for (const { service, operation } of askedBy(stream)) {
    const node = services.entries.get(service)?.value;
    for (const item of itemsOf(childOf(childOf(node, "operations"), operation))) {
      const stage = textOf(item) ?? "";
      const checks = childOf(childOf(childOf(node, "stages"), stage), "checks");
      if (itemsOf(checks).length === 0) continue;
      const what = `${of}: ${service}.${stage} checks who sends, and this stream shows nothing`;
      return [{ offset, what, hint: `add links: {} to ${of}` }];
    }
  }
  return [];
}

function checkServices(services: MapNode): readonly Found[] {
  return entriesOf(services).flatMap(([name, { value }]): readonly Found[] => {
    const notices = childOf(value, "notices");
    const to = childOf(notices, "to");
    const target = textOf(to);
    if (notices === undefined || to === undefined || target === undefined) return [];
    const of = `services.${name}.notices`;
    const names = [...services.entries.keys()].filter((it) => it !== name);
    if (!names.includes(target)) {
      const what = `${of}.to: no other service is called ${target}`;
      return [{ offset: to.offset, what, hint: nearestHint(target, names, "add the service") }];
    }
    if (reaches(services, target, name, new Set())) {
      const what = `${of}.to: ${target} itself calls ${name}, so that neither could start first`;
      return [{ offset: to.offset, what, hint: "add a service that stands for the merchants" }];
    }
    return checkOperation(of, notices, "notice", target, services);
  });
}

/** Whether a service calls another, itself or through others. */
function reaches(services: MapNode, from: string, to: string, seen: Set<string>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const stages = childOf(services.entries.get(from)?.value, "stages");
  return entriesOf(stages).some(([, { value }]) =>
    targetsOf(childOf(childOf(value, "call"), "to")).some(
      (it) => it.to === to || reaches(services, it.to, to, seen),
    ),
  );
}
