import { Duration, Factor, PositiveDuration } from "../kernel/units.ts";
import { Arrivals } from "../traffic/arrivals.ts";
import { expectedCount } from "../traffic/plan.ts";
import { extraArrivalMaxCount, surgeMaxCount } from "../traffic/surge.ts";
import { nearestHint } from "./nearest.ts";
import { childOf, type Found, keyOffsetOf, namesOf, textOf, toData } from "./source-tree.ts";
import type { WrittenFault } from "./written-fault.ts";

/** Arrivals of whose rate there cannot be a multiple, and why. */
const fixed: Readonly<Record<string, string>> = {
  trace: "plays a recording, arrival by arrival",
  closed: "is a closed population, which the answers pace",
};

/** Whether the streams that a surge hits have a rate to multiply, and how many arrivals it brings. */
export function checkSurge(
  fault: WrittenFault,
  { on, of, offset }: { readonly on: string; readonly of: string; readonly offset: number },
  streams: readonly string[],
): readonly Found[] {
  const traffic = childOf(fault.root, "traffic");
  const fixedKindOf = (stream: string) =>
    namesOf(childOf(childOf(traffic, stream), "arrivals"))?.find((it) => Object.hasOwn(fixed, it));
  const stream = streams.find((it) => fixedKindOf(it) !== undefined);
  if (stream !== undefined) {
    const free = streams.filter((it) => fixedKindOf(it) === undefined);
    const orElse = "give the stream a rate: even, poisson, curve or profile";
    const hint = nearestHint("", free, orElse, (it) => `traffic.${it}`);
    const subject = on === `traffic.${stream}` ? stream : `traffic.${stream}`;
    return [{ offset, what: `${of}: ${subject} ${fixed[fixedKindOf(stream) ?? ""]}`, hint }];
  }
  const keyOffset = keyOffsetOf(fault.node, ["surge"]);
  if (fault.index >= surgeMaxCount) {
    const what = `${fault.of}.surge: only the first ${surgeMaxCount} faults can be surges`;
    return [{ offset: keyOffset, what, hint: "move it to the top of faults" }];
  }
  const most = Math.max(0, ...streams.map((it) => extraCount(fault, it)));
  if (most <= extraArrivalMaxCount) return [];
  const what = `${fault.of}.surge: it brings some ${Math.round(most)} arrivals, at most ${extraArrivalMaxCount} are possible`;
  return [{ offset: keyOffset, what, hint: "write a smaller factor, or a shorter time" }];
}

/** About how many extra arrivals the surge brings to a stream; 0 where that cannot be said. */
function extraCount({ root, node }: WrittenFault, stream: string): number {
  const ms = (at: unknown): number | undefined => PositiveDuration.safeParse(at).data;
  const written = childOf(childOf(childOf(root, "traffic"), stream), "arrivals");
  const arrivals = Arrivals.safeParse(written === undefined ? undefined : toData(written)).data;
  const factor = Factor.safeParse(textOf(childOf(node, "surge"))).data;
  const durationMs = ms(textOf(childOf(root, "duration")));
  const fromMs = Duration.safeParse(textOf(childOf(node, "at"))).data;
  if (arrivals === undefined || factor === undefined) return 0;
  if (durationMs === undefined || fromMs === undefined) return 0;
  const everyMs = ms(textOf(childOf(node, "every")));
  const lengthMs = ms(textOf(childOf(node, "for"))) ?? durationMs;
  const toMs = everyMs === undefined ? fromMs + lengthMs : durationMs;
  const random = childOf(node, "random");
  const upMs = ms(textOf(childOf(random, "mtbf"))) ?? 0;
  const downMs = ms(textOf(childOf(random, "mttr"))) ?? 1;
  const share = everyMs === undefined ? downMs / (upMs + downMs) : lengthMs / everyMs;
  return (factor - 1) * share * expectedCount(arrivals, durationMs, { fromMs, toMs });
}
