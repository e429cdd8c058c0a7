import type { Clock, Timed } from "../kernel/clock.ts";
import { type Fault, faultEndMs } from "./fault.ts";

/**
 * Switches faults on and off at their instants.
 *
 * Faults are given in the scenario's time; a run that starts inside the scenario (a window) has
 * them shifted, and starts with those that are already going on.
 */
export class FaultTimeline implements Timed {
  readonly #clock: Clock;
  readonly #faults: readonly Fault[];
  readonly #active: boolean[];
  readonly #changed: () => void;

  constructor(clock: Clock, faults: readonly Fault[], changed: () => void) {
    this.#clock = clock;
    this.#faults = faults;
    this.#active = faults.map(() => false);
    this.#changed = changed;
  }

  /** @param windowFromMs - Where in the scenario the run starts. [ms] */
  start(windowFromMs: number): void {
    this.#faults.forEach((fault, index) => {
      const endMs = faultEndMs(fault) - windowFromMs;
      if (endMs <= 0) return;
      const beginMs = fault.at - windowFromMs;
      if (beginMs <= 0) this.#active[index] = true;
      else this.#clock.at(beginMs, this, 2 * index);
      if (endMs !== Number.POSITIVE_INFINITY) this.#clock.at(endMs, this, 2 * index + 1);
    });
    if (this.#active.includes(true)) this.#changed();
  }

  fire(kind: number): void {
    this.#active[kind >> 1] = kind % 2 === 0;
    this.#changed();
  }

  isActive(fault: Fault): boolean {
    return this.#active[this.#faults.indexOf(fault)] === true;
  }
}
