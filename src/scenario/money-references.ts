import { targetsOf } from "./call-references.ts";
import { nearestHint } from "./nearest.ts";
import { askedBy, reachesStage } from "./policy-references.ts";
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
  return [...checkStreams(root, services), ...checkServices(services), ...checkInner(services)];
}

function checkStreams(root: MapNode, services: MapNode): readonly Found[] {
  return entriesOf(childOf(root, "traffic")).flatMap(([name, { keyOffset, value }]) => {
    const of = `traffic.${name}`;
    const [{ service } = { service: "operator" }] = askedBy(value);
    const poll = childOf(childOf(value, "patience"), "poll");
    return [
      ...checkOperation(`${of}.reversal`, childOf(value, "reversal"), reversal, service, services),
      ...checkOperation(`${of}.patience.poll`, poll, question, service, services),
      ...checkShown(of, keyOffset, value, services),
    ];
  });
}

/** The operation that is asked if none is named, and the kind of stage that it must come past. */
type Purpose = {
  readonly usual: string;
  readonly kind: "reverses" | "reads" | "hears";
};
const reversal: Purpose = { usual: "reverse", kind: "reverses" };
const question: Purpose = { usual: "status", kind: "reads" };
const notice: Purpose = { usual: "notice", kind: "hears" };

/** Whether what a reversal, a question or a notice asks for is there, and does what it is for. */
function checkOperation(
  of: string,
  node: SourceNode | undefined,
  { usual, kind }: Purpose,
  service: string,
  services: MapNode,
): readonly Found[] {
  if (node === undefined) return [];
  const written = childOf(node, "operation");
  const operation = textOf(written) ?? usual;
  const names = namesOf(childOf(services.entries.get(service)?.value, "operations"));
  if (names === undefined) return [];
  const { offset } = written ?? node;
  if (!names.includes(operation)) {
    // The nearest name is no help: it may well be the one that pays.
    const what = `${of}.operation: ${service} has no operation ${operation}`;
    const hint = `add ${operation} to services.${service}.operations, with a stage that ${kind}`;
    return [{ offset, what, hint }];
  }
  if (reachesStage(services, service, operation, kind)) return [];
  const what = `${of}.operation: ${service}.${operation} comes past no stage that ${kind}`;
  return [{ offset, what, hint: `write ${kind}: true at the stage that it is for` }];
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
    return checkOperation(of, notices, notice, target, services);
  });
}

/** What a request shows goes no further than to who is asked first: others can check nothing. */
function checkInner(services: MapNode): readonly Found[] {
  return entriesOf(services).flatMap(([caller, { value }]) =>
    entriesOf(childOf(value, "stages")).flatMap(([stage, it]) => {
      const call = childOf(it.value, "call");
      const running = entriesOf(childOf(value, "operations"))
        .filter(([, list]) => itemsOf(list.value).some((item) => textOf(item) === stage))
        .map(([name]) => name);
      const asked = textOf(childOf(call, "operation"));
      return targetsOf(childOf(call, "to")).flatMap(({ to }): readonly Found[] => {
        const target = services.entries.get(to)?.value;
        const names = asked === undefined ? running : [asked];
        const checked = names
          .flatMap((name) => itemsOf(childOf(childOf(target, "operations"), name)))
          .map(
            (item) =>
              [textOf(item) ?? "", childOf(childOf(target, "stages"), textOf(item) ?? "")] as const,
          )
          .find(([, node]) => itemsOf(childOf(node, "checks")).length > 0);
        const checks = childOf(checked?.[1], "checks");
        if (checked === undefined || checks === undefined) return [];
        const what = `services.${to}.stages.${checked[0]}.checks: ${caller}.${stage} asks here, and passes on nothing that could be checked`;
        return [{ offset: checks.offset, what, hint: `move checks to a stage of ${caller}` }];
      });
    }),
  );
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
