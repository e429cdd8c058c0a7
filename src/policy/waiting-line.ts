import assert from "node:assert/strict";
import { z } from "zod";
import { Count } from "../kernel/units.ts";
import { CoDelSpec } from "./codel.ts";
import { PrioritySpec } from "./priority.ts";

const LifoSpec = z
  .strictObject({
    above: Count.default(0).describe(
      "While more than this many wait, the newest is taken. Default: 0, always the newest.",
    ),
  })
  .describe(
    "Last in, first out under overload: who waited long has often given up (Maurer, Fail at Scale, " +
      "ACM Queue 2015).",
  );

const Disciplines = z.strictObject({
  limit: Count.optional().describe("Requests that may wait. Absent: any number."),
  lifo: LifoSpec.optional(),
  priority: PrioritySpec.optional(),
  codel: CoDelSpec.optional(),
});
type Disciplines = z.output<typeof Disciplines>;

/** What waits before a stage: how many may, who is next, and who is dropped. */
export const QueueSpec = z
  .union([Count, Disciplines], {
    error: () =>
      "expected a whole number such as 200, or an object such as { limit: 200, codel: {} }",
  })
  .transform((it): Disciplines => (typeof it === "number" ? { limit: it } : it))
  .describe(
    "Requests that may wait; more are turned away. Or an object that says also who is next.",
  );
export type QueueSpec = z.output<typeof QueueSpec>;

/** What can stand in a line: in one at a time, which keeps these up to date. */
export interface Waiter {
  nextWaiter: Waiter | null;
  previousWaiter: Waiter | null;
  /** Set by the caller before `push`; 0 is taken from first. */
  lane: number;
  isWaiting: boolean;
}

/**
 * Those who wait, in the order in which they are taken: the lowest lane first; in a lane the oldest,
 * or the newest while too many wait. Each lane is a list that is linked through the waiters
 * themselves: no operation allocates, and one that gives up leaves from the middle at once.
 */
export class WaitingLine<T extends Waiter> {
  readonly #oldest: (Waiter | null)[];
  readonly #newest: (Waiter | null)[];
  readonly #lifoAbove: number;
  #length = 0;

  /**
   * @param laneCount - As the `PriorityRule` says, or 1.
   * @param lifoAbove - While more than this many wait, the newest is taken; `Infinity`: never.
   */
  constructor(laneCount = 1, lifoAbove = Number.POSITIVE_INFINITY) {
    this.#oldest = new Array(laneCount).fill(null);
    this.#newest = new Array(laneCount).fill(null);
    this.#lifoAbove = lifoAbove;
  }

  get length(): number {
    return this.#length;
  }

  push(waiter: T): void {
    if (waiter.isWaiting) assert.fail("it waits already");
    const lane = waiter.lane;
    const last = this.#newest[lane];
    if (last === undefined) assert.fail(`there is no lane ${lane}`);
    waiter.isWaiting = true;
    waiter.previousWaiter = last;
    this.#newest[lane] = waiter;
    if (last === null) this.#oldest[lane] = waiter;
    else last.nextWaiter = waiter;
    this.#length += 1;
  }

  /** The next one, or `undefined` when nobody waits. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const ends = this.#length > this.#lifoAbove ? this.#newest : this.#oldest;
    let lane = 0;
    while (ends[lane] === null) lane += 1;
    // What is pushed is a T, and nothing else is linked.
    const next = ends[lane] as T;
    this.remove(next);
    return next;
  }

  /** Takes out one that waits here, wherever it stands. */
  remove(waiter: T): void {
    if (waiter.isWaiting === false) assert.fail("it does not wait");
    const { previousWaiter, nextWaiter, lane } = waiter;
    if (previousWaiter === null) this.#oldest[lane] = nextWaiter;
    else previousWaiter.nextWaiter = nextWaiter;
    if (nextWaiter === null) this.#newest[lane] = previousWaiter;
    else nextWaiter.previousWaiter = previousWaiter;
    waiter.previousWaiter = null;
    waiter.nextWaiter = null;
    waiter.isWaiting = false;
    this.#length -= 1;
  }
}
