import type { Clock, Timed } from "../kernel/clock.ts";
import { FaultCourse } from "./course.ts";
import { episodesOf } from "./episodes.ts";
import type { Fault, NumberedFault } from "./fault.ts";

export type TimelineOptions = {
  readonly seed: string;
  /** End of the scenario and of its drain: what begins later is left out. [ms of the scenario] */
  readonly untilMs: number;
};

/**
 * Switches faults on and off at their instants, and up their ramps in steps.
 *
 * Faults are given in the scenario's time; a run that starts inside the scenario (a window) has
 * them shifted, and starts with those that are already going on, as strong as they are by then.
 */
export class FaultTimeline implements Timed {
  readonly #clock: Clock;
  readonly #faults: readonly NumberedFault[];
  readonly #options: TimelineOptions;
  readonly #courses: FaultCourse[] = [];
  readonly #changed: () => void;

  constructor(
    clock: Clock,
    faults: readonly NumberedFault[],
    options: TimelineOptions,
    changed: () => void,
  ) {
    this.#clock = clock;
    this.#faults = faults;
    this.#options = options;
    this.#changed = changed;
  }

  /**
   * @param windowFromMs - Where in the scenario the run starts. [ms]
   * @param nowMs - The instant of the run: above 0 for a replica that comes back within it. [ms]
   */
  start(windowFromMs: number, nowMs = 0): void {
    const { seed, untilMs } = this.#options;
    this.#faults.forEach(({ fault, index }, i) => {
      const episodes = episodesOf(fault, seed, index, untilMs);
      const course = new FaultCourse(fault, episodes, windowFromMs);
      course.advanceTo(nowMs);
      this.#courses.push(course);
      this.#schedule(course, i);
      // The end of an only episode is scheduled with its begin: events keep their order.
      const endMs = (episodes[0]?.toMs ?? 0) - windowFromMs;
      const isWaiting =
        course.strength === 0 && endMs > nowMs && endMs !== Number.POSITIVE_INFINITY;
      if (isSingle(fault) && isWaiting) this.#clock.at(endMs, this, kindOf(i));
    });
    if (this.#courses.some((course) => course.strength > 0)) this.#changed();
  }

  /** @param kind - Of the place of the fault whose next change is due. */
  fire(kind: number): void {
    const place = kindOf(kind);
    const course = this.#courses[place];
    const fault = this.#faults[place]?.fault;
    if (course === undefined || fault === undefined) return;
    course.advance();
    if (!isSingle(fault)) this.#schedule(course, place);
    this.#changed();
  }

  isActive(fault: Fault): boolean {
    return this.strengthOf(fault) > 0;
  }

  /** How strong the fault is now, 0..1: 0 when it does not act, 1 past its ramp. */
  strengthOf(fault: Fault): number {
    const place = this.#faults.findIndex((it) => it.fault === fault);
    return this.#courses[place]?.strength ?? 0;
  }

  #schedule(course: FaultCourse, place: number): void {
    const { nextMs } = course;
    if (nextMs !== Number.POSITIVE_INFINITY) this.#clock.at(nextMs, this, kindOf(place));
  }
}

/** Changes come seldom, so their kinds are below 0: from a place to its kind, and back. */
function kindOf(place: number): number {
  return -1 - place;
}

/** It comes once, at full strength, and goes. */
function isSingle({ every, ramp, random }: Fault): boolean {
  return every === undefined && ramp === undefined && random === undefined;
}
