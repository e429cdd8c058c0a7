import type { Edge, LoadPoint, Recovery } from "../record/knee-result.ts";
import type { Series } from "../record/result.ts";

/** Without gates, this much may go uncredited. [ratio] */
export const uncreditedMaxRatio = 0.01;
/** From here on a chain has collapsed. [ratio] */
const collapseRatio = 0.5;
/** So much worse than without the spike still counts as recovered. [ratio] */
const recoveredWithinRatio = 0.02;
/** So much of what waited at the most may still wait in the end, beside twice what does without the spike. [ratio] */
const leftMaxRatio = 0.1;
/** What waits must fall by this over the second half to be seen to fall: chance does less. [ratio] */
const fallMinRatio = 0.05;
const bendMinCount = 5;

export function hasCollapsed({ uncreditedRatio }: Pick<LoadPoint, "uncreditedRatio">): boolean {
  return uncreditedRatio !== null && uncreditedRatio >= collapseRatio;
}

/** The first load, upwards, at which something is no longer so, and the one before; null: no such. */
export function firstEdge(
  points: readonly LoadPoint[],
  isGood: (point: LoadPoint) => boolean,
): Edge | null {
  const sorted = points.toSorted((a, b) => a.load - b.load);
  const bad = sorted.findIndex((it) => !isGood(it));
  const [before, after] = [sorted[bad - 1], sorted[bad]];
  if (before === undefined || after === undefined) return null;
  return { lastGoodLoad: before.load, firstBadLoad: after.load };
}

/**
 * Where the p99 of the latency bends most: both axes are stretched to 0..1, and the knee is the load
 * that lies furthest below the line from the first to the last point. Points beyond the collapse
 * tell of timeouts alone and are left out.
 *
 * @returns `null` for fewer than five points, and for a curve that does not rise.
 * @see Satopää, Albrecht, Irwin & Raghavan 2011, "Finding a Kneedle in a Haystack".
 */
export function latencyKnee(points: readonly LoadPoint[]): number | null {
  const sorted = points
    .filter((it) => it.latencyP99Ms !== null && !hasCollapsed(it))
    .toSorted((a, b) => a.load - b.load);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < bendMinCount) return null;
  const [leastMs, mostMs] = [first.latencyP99Ms ?? 0, last.latencyP99Ms ?? 0];
  if (mostMs <= leastMs) return null;
  let bend = { load: first.load, below: 0 };
  for (const { load, latencyP99Ms } of sorted) {
    const x = (load - first.load) / (last.load - first.load);
    const y = ((latencyP99Ms ?? 0) - leastMs) / (mostMs - leastMs);
    if (x - y > bend.below) bend = { load, below: x - y };
  }
  return bend.below > 0 ? bend.load : null;
}

type Course = Pick<Series, "timesMs" | "credited" | "late" | "lost" | "stations">;

/** What became of a chain after a spike, held against the same run without it. */
export function judgeRecovery(load: number, after: Course, control: Course): Recovery {
  const uncreditedRatio = lastTenth(after);
  const controlRatio = lastTenth(control);
  const count = after.timesMs.length;
  const waitingHalfway = waitingAt(after, Math.max(0, Math.floor(count / 2) - 1));
  const waitingAtEnd = waitingAt(after, count - 1);
  const isCredited = (uncreditedRatio ?? 0) <= (controlRatio ?? 0) + recoveredWithinRatio;
  // Whose queues stay full long after the spike has not come back, though its answers may be in time.
  const peak = Math.max(...after.timesMs.map((_, bucket) => waitingAt(after, bucket)));
  const isEmptied = waitingLate(after) <= 2 * waitingLate(control) + leftMaxRatio * peak;
  const isRecovered = isCredited && isEmptied;
  const isFalling = waitingAtEnd < (1 - fallMinRatio) * waitingHalfway;
  const state = isRecovered ? "recovered" : isFalling ? "recovering" : "stuck";
  return { load, state, uncreditedRatio, controlRatio, waitingHalfway, waitingAtEnd };
}

/** Uncredited share of what was due in the last tenth of the traffic; null: nothing was. */
function lastTenth({ timesMs, credited, late, lost }: Course): number | null {
  const from = Math.min(timesMs.length - 1, Math.floor(0.9 * timesMs.length));
  const sum = (values: readonly number[]) =>
    values.slice(from).reduce((total, value) => total + value, 0);
  const due = sum(credited) + sum(late) + sum(lost);
  return due === 0 ? null : (sum(late) + sum(lost)) / due;
}

/** How many wait in the last tenth of the traffic, on average. */
function waitingLate(course: Course): number {
  const count = course.timesMs.length;
  const from = Math.min(count - 1, Math.floor(0.9 * count));
  let sum = 0;
  for (let bucket = from; bucket < count; bucket += 1) sum += waitingAt(course, bucket);
  return sum / (count - from);
}

function waitingAt({ stations }: Course, bucket: number): number {
  return stations.reduce((sum, { queueEnd }) => sum + (queueEnd?.[bucket] ?? 0), 0);
}
