import { abruptEffects, kindOfEffect } from "../fault/fault.ts";
import { oneWayEffects } from "../fault/link-effects.ts";
import { Duration, PositiveDuration } from "../kernel/units.ts";
import { checkFaultTarget } from "./fault-target-references.ts";
import { checkFaultTiming } from "./fault-timing-references.ts";
import {
  childOf,
  entriesOf,
  type Found,
  itemsOf,
  keyOffsetOf,
  type MapNode,
  textOf,
} from "./source-tree.ts";
import { actsOn, type WrittenFault } from "./written-fault.ts";

/** Whether the effects, the target and the times of each fault go together. */
export function checkFaults(root: MapNode, services: MapNode): readonly Found[] {
  return itemsOf(childOf(root, "faults")).flatMap((node, index) => {
    const effects = entriesOf(node).flatMap(([key]) => (kindOfEffect(key) ? [key] : []));
    const kinds = new Set(effects.map(kindOfEffect));
    const kind = kinds.size === 1 ? [...kinds][0] : undefined;
    const fault = { root, services, node, of: `faults.${index}`, index, effects, kind };
    return [
      ...checkBegin(fault),
      ...checkKinds(fault),
      ...checkWay(fault),
      ...checkRamp(fault),
      ...checkFaultTiming(fault),
      ...checkFaultTarget(fault),
    ];
  });
}

function checkBegin({ root, node, of }: WrittenFault): readonly Found[] {
  const durationMs = PositiveDuration.safeParse(textOf(childOf(root, "duration"))).data;
  const at = childOf(node, "at");
  const atMs = Duration.safeParse(textOf(at)).data;
  if (at === undefined || atMs === undefined || durationMs === undefined) return [];
  if (atMs < durationMs) return [];
  const what = `${of}.at: the fault begins at ${textOf(at)}, after the traffic`;
  const hint = `write a time below the duration, ${textOf(childOf(root, "duration"))}`;
  return [{ offset: at.offset, what, hint }];
}

function checkKinds({ node, of, effects }: WrittenFault): readonly Found[] {
  const [first = ""] = effects;
  const kind = kindOfEffect(first);
  const other = effects.find((it) => kindOfEffect(it) !== kind);
  const otherKind = kindOfEffect(other ?? "");
  if (kind === undefined || other === undefined || otherKind === undefined) return [];
  const what = `${of}.${other}: ${other} ${actsOn[otherKind]}, but ${first} ${actsOn[kind]}`;
  const hint = `write a fault of its own for ${other}`;
  return [{ offset: keyOffsetOf(node, [other]), what, hint }];
}

function checkWay({ node, of, effects, kind }: WrittenFault): readonly Found[] {
  if (childOf(node, "way") === undefined) return [];
  if (effects.some((effect) => oneWayEffects.includes(effect))) return [];
  const offset = keyOffsetOf(node, ["way"]);
  if (kind !== "link") {
    const what = `${of}.way: only a link has ways`;
    return [{ offset, what, hint: "remove way" }];
  }
  const why = effects.includes("partition")
    ? "partition itself says which way"
    : "requests alone are duplicated";
  const hint = effects.includes("partition") ? "write partition: asks" : "remove way";
  return [{ offset, what: `${of}.way: ${why}`, hint }];
}

function checkRamp({ node, of, effects }: WrittenFault): readonly Found[] {
  const abrupt = effects.find((effect) => abruptEffects.includes(effect));
  if (childOf(node, "ramp") === undefined || abrupt === undefined) return [];
  const what = `${of}.ramp: ${abrupt} is there or not, it cannot grow`;
  const hint =
    effects.length === 1 ? "remove ramp" : `write a fault of its own for ${abrupt}, without ramp`;
  return [{ offset: keyOffsetOf(node, ["ramp"]), what, hint }];
}
