import type { ProbeStep } from "./probe-step.ts";

const connectionsMax = 64;
/** Less growth than this from one doubling to the next counts as none. [ratio] */
const growthMin = 0.05;
/** Where steps are added, as multiples of the estimated knee. */
const refinements = [0.75, 1, 1.5];

type Step = Pick<
  ProbeStep,
  "connections" | "throughputPerSecond" | "latencyMeanMs" | "answeredOtherCount" | "answerCount"
>;

/**
 * The next step of a ramp that finds its own end: doubles until two doublings in a row bring no
 * more throughput, or 64 connections are reached, then looks closer at the knee. At most ten steps.
 *
 * @param steps - What has been measured so far, in any order.
 * @returns How many connections to try next; `undefined` when the knee is known well enough.
 */
export function nextConnections(steps: readonly Step[]): number | undefined {
  const done = new Set(steps.map((step) => step.connections));
  const doublings = [1, 2, 4, 8, 16, 32, 64];
  const ramp = doublings.filter((connections) => done.has(connections));
  const perSecond = new Map(steps.map((step) => [step.connections, step.throughputPerSecond]));
  const grew = (connections: number) =>
    (perSecond.get(connections) ?? 0) > (1 + growthMin) * (perSecond.get(connections / 2) ?? 0);
  const last = ramp.at(-1);
  if (last === undefined) return 1;
  const isFlat = last >= 4 && !grew(last) && !grew(last / 2);
  const isDone = isFlat || last >= connectionsMax || isRefused(steps, last);
  if (!isDone && done.size === ramp.length) return last * 2;
  const kneeConnections = roughKnee(steps);
  return refinements
    .map((factor) => Math.round(factor * kneeConnections))
    .find((it) => it >= 1 && it < last && !done.has(it));
}

/** Most answers of the step were refusals: more connections only bring more of them. */
function isRefused(steps: readonly Step[], connections: number): boolean {
  const step = steps.find((it) => it.connections === connections);
  return connections > 1 && step !== undefined && step.answeredOtherCount > step.answerCount / 2;
}

/** Most throughput times the latency that nobody waits in: where the two asymptotes cross. */
function roughKnee(steps: readonly Step[]): number {
  const alone = steps.find((step) => step.connections === 1)?.latencyMeanMs ?? 0;
  const served = steps.filter((step) => !isRefused(steps, step.connections));
  return (Math.max(...served.map((step) => step.throughputPerSecond)) * alone) / 1_000;
}
