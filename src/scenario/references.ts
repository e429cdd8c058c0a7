import { operatorName, terminalEnd } from "../chain/network.ts";
import { parseLinkTarget } from "../fault/link-target.ts";
import { PositiveDuration, parseDurationMs } from "../kernel/units.ts";
import { Window } from "../kernel/window.ts";
import { checkCalls } from "./call-references.ts";
import { checkFaults } from "./fault-references.ts";
import { linkHint } from "./link-hint.ts";
import { checkMoney } from "./money-references.ts";
import { nearestHint } from "./nearest.ts";
import { checkPolicies } from "./policy-references.ts";
import { checkReconciliations } from "./reconciliation-references.ts";
import {
  childOf,
  entriesOf,
  type Found,
  type MapNode,
  namesOf,
  type SourceNode,
  textOf,
} from "./source-tree.ts";

/**
 * Checks that every name means something. It reads the tree, not the parsed scenario, so that these
 * problems are found beside those of the schema; what has the wrong shape is left to the schema.
 */
export function checkReferences(root: MapNode): readonly Found[] {
  const services = childOf(root, "services");
  if (services?.kind !== "map") return [];
  return [
    ...checkStreams(root, services),
    ...checkCalls(services),
    ...checkPolicies(root, services),
    ...checkMoney(root, services),
    ...checkReconciliations(services),
    ...checkLinks(root, services),
    ...checkFaults(root, services),
    ...checkLiveWindow(root),
    ...checkWarmUp(root),
  ];
}

/** Every `service.stage` of a case. */
export function stationsOf(root: MapNode): readonly string[] {
  return entriesOf(childOf(root, "services")).flatMap(([service, { value }]) =>
    (namesOf(childOf(value, "stages")) ?? []).map((stage) => `${service}.${stage}`),
  );
}

function checkStreams(root: MapNode, services: MapNode): readonly Found[] {
  const traffic = childOf(root, "traffic");
  if (traffic?.kind === "map" && traffic.entries.size === 0) {
    const hint = "add activations: { journey: activate, arrivals: { poisson: { rate: 80/s } } }";
    return [{ offset: traffic.offset, what: "traffic: expected at least one stream", hint }];
  }
  return entriesOf(traffic).flatMap(([name, { keyOffset, value }]): readonly Found[] => {
    if (value.kind !== "map") return [];
    const journey = childOf(value, "journey");
    const calls = childOf(value, "calls");
    const of = `traffic.${name}`;
    if (journey !== undefined && calls !== undefined) {
      const what = `${of}: expected journey or calls, found both`;
      return [{ offset: keyOffset, what, hint: "remove one of them" }];
    }
    if (journey !== undefined) return checkJourney(of, journey, services);
    if (calls !== undefined) return checkRequest(of, calls, services);
    const example = exampleOperation(services) ?? "bank.activate";
    const hint = `add journey: activate, or calls: ${example}`;
    return [{ offset: keyOffset, what: `${of}: expected a journey, or calls`, hint }];
  });
}

function checkJourney(of: string, node: SourceNode, services: MapNode): readonly Found[] {
  const steps = node.kind === "list" ? node.items : [node];
  return steps.flatMap((step) => checkStep(of, step, services)).slice(0, 1);
}

function checkStep(of: string, node: SourceNode, services: MapNode): readonly Found[] {
  const journey = textOf(node);
  if (journey === undefined) return [];
  const operator = childOf(services, operatorName);
  if (operator === undefined) {
    const what = `${of}.journey: a journey starts at the service ${operatorName}, which is missing`;
    const example = exampleOperation(services);
    const instead = example === undefined ? "" : `, or write calls: ${example} instead`;
    return [{ offset: node.offset, what, hint: `add services.${operatorName}${instead}` }];
  }
  const operations = namesOf(childOf(operator, "operations"));
  if (operations === undefined || operations.includes(journey)) return [];
  const what = `${of}.journey: ${operatorName} has no operation ${journey}`;
  const orElse = `add it to services.${operatorName}.operations`;
  return [{ offset: node.offset, what, hint: nearestHint(journey, operations, orElse) }];
}

function checkRequest(of: string, node: SourceNode, services: MapNode): readonly Found[] {
  const [service, operation, ...rest] = textOf(node)?.split(".") ?? [];
  if (service === undefined || operation === undefined || rest.length > 0) return [];
  const target = services.entries.get(service);
  if (target === undefined) {
    const names = [...services.entries.keys()];
    const hint = nearestHint(service, names, "add the service", (it) => `${it}.${operation}`);
    return [{ offset: node.offset, what: `${of}.calls: no service is called ${service}`, hint }];
  }
  const operations = namesOf(childOf(target.value, "operations"));
  if (operations === undefined || operations.includes(operation)) return [];
  const orElse = `add it to services.${service}.operations`;
  const hint = nearestHint(operation, operations, orElse, (it) => `${service}.${it}`);
  const what = `${of}.calls: ${service} has no operation ${operation}`;
  return [{ offset: node.offset, what, hint }];
}

function exampleOperation(services: MapNode): string | undefined {
  for (const [service, { value }] of services.entries) {
    const operation = namesOf(childOf(value, "operations"))?.[0];
    if (operation !== undefined) return `${service}.${operation}`;
  }
  return undefined;
}

function checkLinks(root: MapNode, services: MapNode): readonly Found[] {
  const ends = [terminalEnd, ...services.entries.keys()];
  const seen = new Map<string, string>();
  const found: Found[] = [];
  const terminal = services.entries.get(terminalEnd);
  if (terminal !== undefined) {
    const what = `services.${terminalEnd}: this is what the merchants' end of a link is called`;
    found.push({ offset: terminal.keyOffset, what, hint: "rename the service" });
  }
  for (const [name, { keyOffset }] of entriesOf(childOf(root, "network"))) {
    const readings = parseLinkTarget(name, ends);
    const [reading, second] = readings;
    if (reading === undefined) {
      const known = `${terminalEnd} and the services`;
      const what = `network.${name}: expected two ends among ${known}, joined by -`;
      found.push({ offset: keyOffset, what, hint: linkHint(name, ends) });
      continue;
    }
    if (second !== undefined) {
      const [one, other] = [reading, second].map((it) => it.join(" to "));
      const what = `network.${name}: this can be read as ${one} and as ${other}`;
      found.push({ offset: keyOffset, what, hint: "rename one of the services" });
      continue;
    }
    const pair = reading.toSorted().join(" ");
    const first = seen.get(pair);
    if (first === undefined) seen.set(pair, name);
    else {
      const what = `network.${name}: the link between these two is there as ${first}`;
      found.push({ offset: keyOffset, what, hint: "keep one of them: a link works both ways" });
    }
  }
  return found;
}

function checkLiveWindow(root: MapNode): readonly Found[] {
  const node = childOf(childOf(root, "live"), "window");
  const window = Window.safeParse(textOf(node)).data;
  const durationMs = PositiveDuration.safeParse(textOf(childOf(root, "duration"))).data;
  if (node === undefined || window === undefined || durationMs === undefined) return [];
  if (window.toMs <= durationMs) return [];
  const duration = textOf(childOf(root, "duration"));
  const what = `live.window: it ends after the duration, ${duration}`;
  return [{ offset: node.offset, what, hint: `write a window within 0s..${duration}` }];
}

/** Something must be left after the warm-up. */
function checkWarmUp(root: MapNode): readonly Found[] {
  const node = childOf(root, "warmUp");
  const duration = textOf(childOf(root, "duration"));
  const warmUpMs = parseDurationMs(textOf(node) ?? "");
  const durationMs = parseDurationMs(duration ?? "");
  if (node === undefined || warmUpMs === undefined || durationMs === undefined) return [];
  if (warmUpMs < durationMs) return [];
  const what = `warmUp: it is no shorter than the duration, ${duration}: nothing would be left`;
  return [{ offset: node.offset, what, hint: "write warmUp: auto, or a longer duration" }];
}
