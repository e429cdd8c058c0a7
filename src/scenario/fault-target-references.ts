import { terminalEnd } from "../chain/network.ts";
import { ServiceSpec } from "../chain/service-spec.ts";
import { type FaultTarget, parseFaultTarget } from "../fault/fault.ts";
import { parseLinkTarget } from "../fault/link-target.ts";
import { trafficTarget } from "../fault/surge.ts";
import { linkHint, linkNames } from "./link-hint.ts";
import { nearestHint } from "./nearest.ts";
import { childOf, entriesOf, type Found, namesOf, textOf } from "./source-tree.ts";
import { checkSurge } from "./surge-references.ts";
import { actsOn, type WrittenFault } from "./written-fault.ts";

/** A target that is a text, with what it can mean. */
type Target = {
  readonly on: string;
  readonly offset: number;
  readonly of: string;
  readonly service: FaultTarget | undefined;
  readonly links: readonly (readonly [string, string])[];
  readonly isTraffic: boolean;
};

/** Whether `on` names something there is, of the kind that the effects act on. */
export function checkFaultTarget(fault: WrittenFault): readonly Found[] {
  const { services, node, kind } = fault;
  const written = childOf(node, "on");
  const on = textOf(written);
  if (written === undefined || on === undefined) return [];
  const named = parseFaultTarget(on);
  const target: Target = {
    on,
    offset: written.offset,
    of: `${fault.of}.on`,
    service: named !== undefined && services.entries.has(named.service) ? named : undefined,
    links: parseLinkTarget(on, endsOf(fault)),
    isTraffic: on === trafficTarget || on.startsWith(`${trafficTarget}.`),
  };
  if (kind === "link") return checkLink(fault, target);
  if (kind === "traffic") return checkTraffic(fault, target);
  const isOther = target.links.length > 0 || target.isTraffic;
  if (isOther && target.service === undefined) {
    return kind === undefined ? [] : [isNoService(fault, target)];
  }
  return checkService(fault, target);
}

function endsOf({ services }: WrittenFault): readonly string[] {
  return [terminalEnd, ...services.entries.keys()];
}

function isNoService(fault: WrittenFault, { on, of, offset, links }: Target): Found {
  const [effect] = fault.effects;
  const noun = links.length > 0 ? "a link" : streamNoun(on);
  const what = `${of}: ${effect} ${actsOn.service}, and ${on} is ${noun}`;
  const ends = (links[0] ?? []).filter((it) => it !== terminalEnd);
  const names = ends.length > 0 ? ends : [...fault.services.entries.keys()];
  const instead = links.length > 0 ? "loss: 5%, latency: 20ms …" : "surge: 2x";
  return { offset, what, hint: `${nearestHint("", names, "add a service")}, or ${instead}` };
}

function checkLink(fault: WrittenFault, target: Target): readonly Found[] {
  const { on, of, offset, service, links } = target;
  const [reading, second] = links;
  const ends = endsOf(fault);
  if (reading === undefined) {
    const [effect] = fault.effects;
    if (service !== undefined) {
      const what = `${of}: ${effect} ${actsOn.link}, and ${on} is ${nounOf(service)}`;
      return [{ offset, what, hint: nearestHint("", linksOf(fault, service.service), "") }];
    }
    if (target.isTraffic) {
      const what = `${of}: ${effect} ${actsOn.link}, and ${on} is ${streamNoun(on)}`;
      return [{ offset, what, hint: nearestHint("", linkNames(ends), "") }];
    }
    const what = `${of}: expected two ends among ${terminalEnd} and the services, joined by -, found ${on}`;
    return [{ offset, what, hint: linkHint(on, ends) }];
  }
  if (second === undefined) return [];
  const [one, other] = [reading, second].map((it) => it.join(" to "));
  const what = `${of}: this can be read as ${one} and as ${other}`;
  return [{ offset, what, hint: "rename one of the services" }];
}

/** The links of a service: those that `network` lists, else all that there can be. */
function linksOf(fault: WrittenFault, service: string): readonly string[] {
  const ends = endsOf(fault);
  const isOf = (name: string) => parseLinkTarget(name, ends).some((it) => it.includes(service));
  const listed = entriesOf(childOf(fault.root, "network")).map(([name]) => name);
  const own = listed.filter(isOf);
  return own.length > 0 ? own : linkNames(ends).filter(isOf);
}

function nounOf({ stage, replica }: FaultTarget): string {
  return stage !== undefined ? "a stage" : replica !== undefined ? "a replica" : "a service";
}

function streamNoun(on: string): string {
  return on === trafficTarget ? "all streams" : "a stream";
}

function checkTraffic(fault: WrittenFault, target: Target): readonly Found[] {
  const { on, of, offset, service, links } = target;
  const streams = entriesOf(childOf(fault.root, "traffic")).map(([name]) => name);
  const check = fault.effects.includes("surge") ? checkSurge : checkIdentityFault;
  if (on === trafficTarget) return check(fault, target, streams);
  const whole = (stream: string): string => `${trafficTarget}.${stream}`;
  if (target.isTraffic) {
    const stream = on.slice(trafficTarget.length + 1);
    if (streams.includes(stream)) return check(fault, target, [stream]);
    const hint = nearestHint(stream, streams, `write ${trafficTarget}`, whole);
    return [{ offset, what: `${of}: no stream is called ${stream}`, hint }];
  }
  const hint = nearestHint(on, streams, `write ${trafficTarget}`, whole);
  const noun = service !== undefined ? nounOf(service) : links.length > 0 ? "a link" : undefined;
  const what =
    noun === undefined
      ? `${of}: expected ${trafficTarget} or a stream such as ${whole(streams[0] ?? "activations")}, found ${on}`
      : `${of}: ${fault.effects[0]} ${actsOn.traffic}, and ${on} is ${noun}`;
  return [{ offset, what, hint }];
}

/** Whether the streams show links: there is nothing to forge, lose or mistime where they do not. */
function checkIdentityFault(
  fault: WrittenFault,
  { of, offset }: Target,
  streams: readonly string[],
): readonly Found[] {
  const traffic = childOf(fault.root, "traffic");
  const bare = streams.find((it) => childOf(childOf(traffic, it), "links") === undefined);
  if (bare === undefined) return [];
  const what = `${of}: ${fault.effects[0]} acts on what a stream shows, and traffic.${bare} shows nothing`;
  return [{ offset, what, hint: `add links: {} to traffic.${bare}` }];
}

function checkService({ services, node, of: fault }: WrittenFault, at: Target): readonly Found[] {
  const { on, of, offset } = at;
  const target = parseFaultTarget(on);
  const names = [...services.entries.keys()];
  if (target === undefined) {
    const what = `${of}: expected a target such as bank, bank.risk or bank#2, found ${on}`;
    return [{ offset, what, hint: `write a service, service.stage or service#replica` }];
  }
  const service = services.entries.get(target.service)?.value;
  if (service === undefined) {
    const rest = on.slice(target.service.length);
    const hint = nearestHint(target.service, names, "add the service", (it) => `${it}${rest}`);
    return [{ offset, what: `${of}: no service is called ${target.service}`, hint }];
  }
  const stages = namesOf(childOf(service, "stages"));
  if (target.stage !== undefined && stages !== undefined && !stages.includes(target.stage)) {
    const before = on.slice(0, -target.stage.length);
    const whole = (it: string): string => `${before}${it}`;
    const hint = nearestHint(target.stage, stages, "name the service alone", whole);
    return [{ offset, what: `${of}: ${target.service} has no stage ${target.stage}`, hint }];
  }
  const down = childOf(node, "down");
  const crash: Found[] = [];
  if (down !== undefined && textOf(down) === "crash" && target.stage !== undefined) {
    const what = `${fault}.down: a process crashes as a whole, and ${on} is a stage of one`;
    const hint = `write on: ${on.slice(0, -target.stage.length - 1)}, or down: freeze`;
    crash.push({ offset: down.offset, what, hint });
  }
  const written = childOf(service, "replicas");
  const replicas = ServiceSpec.shape.replicas.safeParse(
    written?.kind === "scalar" ? written.value : undefined,
  ).data;
  if (target.replica === undefined || replicas === undefined || target.replica <= replicas) {
    return crash;
  }
  const has = replicas === 1 ? "1 replica" : `${replicas} replicas`;
  const what = `${of}: ${target.service} has ${has}, so no replica ${target.replica}`;
  return [...crash, { offset, what, hint: `write ${on.replace(/#\d+/, `#${replicas}`)}` }];
}
