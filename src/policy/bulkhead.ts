import assert from "node:assert/strict";
import { z } from "zod";
import { Count, Duration, PositiveCount } from "../kernel/units.ts";

export const BulkheadSpec = z
  .strictObject({
    limit: PositiveCount.default(25).describe(
      "Calls under way at once. Default: 25, as in resilience4j.",
    ),
    queue: Count.default(0).describe(
      "Calls that may wait for a place; more are turned away. Default: 0, as in Polly.",
    ),
    wait: Duration.default(0).describe(
      "How long a call waits for a place before it is turned away. Default: 0s, as in resilience4j.",
    ),
  })
  .refine((it) => it.queue > 0 === it.wait > 0, {
    error: "expected `queue` and `wait` together: how many may wait for a place, and how long",
  });
export type BulkheadSpec = z.output<typeof BulkheadSpec>;

/**
 * Bounds the calls that one caller has under way, so that a service that is slow cannot hold all
 * of the caller's workers. It counts places; who waits for one waits in the caller's queue.
 */
export class Bulkhead {
  #free: number;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#free = limit;
  }

  /** How many calls may still enter. */
  get free(): number {
    return this.#free;
  }

  /** Takes a place if one is free. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Gives a place back: exactly once for each `tryEnter` that was granted. */
  leave(): void {
    if (this.#free >= this.#limit) assert.fail("a call left a bulkhead that it had not entered");
    this.#free += 1;
  }
}
