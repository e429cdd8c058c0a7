import { z } from "zod";
import { PositiveCount } from "../kernel/units.ts";

export const ShedSpec = z
  .strictObject({
    queue: PositiveCount.optional().describe(
      "Turns a request away while this many wait. Absent: however many wait.",
    ),
    deadline: z
      .literal(true, { error: () => "expected true, or no such key" })
      .optional()
      .describe("true: turns away what would still wait when its caller has stopped waiting."),
  })
  .refine((it) => it.queue !== undefined || it.deadline !== undefined, {
    error: "expected at least one of queue, deadline",
  })
  .describe("Turns requests away before they wait, where waiting would be in vain.");
export type ShedSpec = z.output<typeof ShedSpec>;

/** Weight of the latest service time in the mean: that of TCP's round-trip times is 1/8. */
const weight = 1 / 16;

/**
 * Sheds load at the door: a refusal at once costs the server nothing, and the caller has time left to
 * do something else. What waits ahead is estimated as (waiting + 1) × mean / workers, with a mean of
 * the service times that follows their changes over about sixteen requests.
 */
export class Shedder {
  readonly #waitingMax: number;
  readonly #mindsDeadline: boolean;
  /** NaN until something was observed: no estimate of it lies beyond a deadline. */
  #serviceMeanMs = Number.NaN;

  constructor({ queue, deadline }: ShedSpec) {
    this.#waitingMax = queue ?? Number.POSITIVE_INFINITY;
    this.#mindsDeadline = deadline === true;
  }

  /**
   * Whether an arrival is turned away: too many wait, or what waits ahead would take longer than it
   * has left.
   *
   * @param deadlineMs - When its caller stops waiting; `Infinity` when never.
   * @param waiting - How many wait already.
   * @param workers - How many are served at once.
   */
  sheds(nowMs: number, deadlineMs: number, waiting: number, workers: number): boolean {
    if (waiting >= this.#waitingMax) return true;
    if (!this.#mindsDeadline) return false;
    const waitMs = ((waiting + 1) * this.#serviceMeanMs) / workers;
    return waitMs > deadlineMs - nowMs;
  }

  /** A request was served; also one that then failed, for it held a worker as long. */
  observed(serviceMs: number): void {
    if (Number.isNaN(this.#serviceMeanMs)) this.#serviceMeanMs = serviceMs;
    else this.#serviceMeanMs += (serviceMs - this.#serviceMeanMs) * weight;
  }
}
