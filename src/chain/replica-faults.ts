import { type Condition, combineFaults } from "../fault/condition.ts";
import { type Fault, faultKind, parseFaultTarget } from "../fault/fault.ts";
import { FaultTimeline } from "../fault/timeline.ts";
import type { Clock } from "../kernel/clock.ts";

/** When faults may strike: the run's place in the scenario. [ms] */
export type FaultTime = {
  readonly seed: string;
  /** Where in the scenario the run began. */
  readonly windowFromMs: number;
  /** The end of the run, in the scenario's time. */
  readonly untilMs: number;
  /** The instant at which the replica starts, in the run's time. */
  readonly nowMs: number;
};

/**
 * Lets the faults that are aimed at one replica, or at its stages, take effect in time.
 *
 * @param changed - Told the condition of the whole replica, and asked for that of each stage.
 */
export function startReplicaFaults(
  clock: Clock,
  replica: { readonly service: string; readonly number: number },
  faults: readonly Fault[],
  time: FaultTime,
  changed: (own: Condition, stage: (name: string) => Condition) => void,
): void {
  const mine = faults.flatMap((fault, index) => {
    const target = parseFaultTarget(fault.on);
    if (target?.service !== replica.service || faultKind(fault) !== "service") return [];
    // Being killed is done to the process from outside.
    if (fault.down === "crash") return [];
    if (target.replica !== undefined && target.replica !== replica.number) return [];
    return [{ fault, index, stage: target.stage }];
  });
  const timeline: FaultTimeline = new FaultTimeline(clock, mine, time, () => {
    const active = mine.filter(({ fault }) => timeline.isActive(fault));
    const on = (stage: string | undefined) =>
      combineFaults(
        active
          .filter((it) => it.stage === stage)
          .map(({ fault }) => ({ fault, strength: timeline.strengthOf(fault) })),
      );
    changed(on(undefined), on);
  });
  timeline.start(time.windowFromMs, time.nowMs);
}
