import { episodeMaxCount } from "../fault/episodes.ts";
import { Duration, formatDuration, PositiveDuration } from "../kernel/units.ts";
import { Scenario } from "./schema.ts";
import { childOf, type Found, keyOffsetOf, type SourceNode, textOf } from "./source-tree.ts";
import type { WrittenFault } from "./written-fault.ts";

/** Whether `for`, `every`, `ramp` and `random` go together, and come to a bounded number of episodes. */
export function checkFaultTiming(fault: WrittenFault): readonly Found[] {
  const { node, of } = fault;
  const ramp = checkRampLength(fault);
  const every = childOf(node, "every");
  if (every === undefined) return [...ramp, ...checkRandomCount(fault)];
  const offset = keyOffsetOf(node, ["every"]);
  if (childOf(node, "random") !== undefined) {
    const what = `${of}.every: expected every or random, found both`;
    return [...ramp, { offset, what, hint: "remove one of them" }];
  }
  const everyMs = positiveMs(every);
  const length = childOf(node, "for");
  if (length === undefined) {
    const what = `${of}.every: for is missing, how long it lasts each time`;
    const hint = `add for: ${everyMs === undefined ? "10s" : formatDuration(everyMs / 2)}`;
    return [...ramp, { offset, what, hint }];
  }
  const lengthMs = positiveMs(length);
  if (everyMs === undefined || lengthMs === undefined) return ramp;
  if (lengthMs >= everyMs) {
    const what = `${of}.for: it lasts ${textOf(length)}, and begins anew every ${textOf(every)}`;
    const hint = `write a time below ${textOf(every)}, or remove every`;
    return [...ramp, { offset: length.offset, what, hint }];
  }
  return [...ramp, ...checkCount(fault, everyMs)];
}

function positiveMs(node: SourceNode | undefined): number | undefined {
  return PositiveDuration.safeParse(textOf(node)).data;
}

function checkRampLength({ node, of }: WrittenFault): readonly Found[] {
  const ramp = childOf(node, "ramp");
  const length = childOf(node, "for");
  const [rampMs, lengthMs] = [positiveMs(ramp), positiveMs(length)];
  if (ramp === undefined || rampMs === undefined || lengthMs === undefined) return [];
  if (rampMs <= lengthMs || childOf(node, "random") !== undefined) return [];
  const what = `${of}.ramp: the fault ends after ${textOf(length)}, before it has its full strength`;
  return [{ offset: ramp.offset, what, hint: `write at most ${textOf(length)}` }];
}

/** From the begin of the fault to the end of the run, its drain included. [ms] */
function remainingMs({ root, node }: WrittenFault): number | undefined {
  const atMs = Duration.safeParse(textOf(childOf(node, "at"))).data;
  const durationMs = positiveMs(childOf(root, "duration"));
  const drainMs = Scenario.shape.drain.safeParse(textOf(childOf(root, "drain"))).data;
  if (atMs === undefined || durationMs === undefined || drainMs === undefined) return undefined;
  return durationMs + drainMs - atMs;
}

function checkCount(fault: WrittenFault, everyMs: number): readonly Found[] {
  const lengthMs = remainingMs(fault);
  if (lengthMs === undefined || lengthMs / everyMs <= episodeMaxCount) return [];
  const count = Math.ceil(lengthMs / everyMs);
  const what = `${fault.of}.every: it would begin ${count} times, at most ${episodeMaxCount} are possible`;
  const hint = `write ${formatDuration(Math.ceil(lengthMs / episodeMaxCount))} or more`;
  return [{ offset: keyOffsetOf(fault.node, ["every"]), what, hint }];
}

function checkRandomCount(fault: WrittenFault): readonly Found[] {
  const { node, of } = fault;
  const random = childOf(node, "random");
  const mtbfMs = positiveMs(childOf(random, "mtbf"));
  const mttrMs = positiveMs(childOf(random, "mttr"));
  const leftMs = remainingMs(fault);
  if (mtbfMs === undefined || mttrMs === undefined || leftMs === undefined) return [];
  const lengthMs = Math.min(leftMs, positiveMs(childOf(node, "for")) ?? leftMs);
  const count = Math.ceil(lengthMs / (mtbfMs + mttrMs));
  if (count <= episodeMaxCount) return [];
  const what = `${of}.random: it would strike some ${count} times, at most ${episodeMaxCount} are possible`;
  const hint = `write an mtbf of ${formatDuration(Math.ceil(lengthMs / episodeMaxCount))} or more`;
  return [{ offset: keyOffsetOf(node, ["random"]), what, hint }];
}
