import { z } from "zod";
import { PositiveDuration } from "../kernel/units.ts";

export const CoDelSpec = z
  .strictObject({
    target: PositiveDuration.default(5).describe(
      "A wait that is acceptable for long. Default: 5 ms, as in RFC 8289.",
    ),
    interval: PositiveDuration.default(100).describe(
      "Waits may lie above the target for this long; then one is dropped, and the next ever sooner. " +
        "Default: 100 ms, as in RFC 8289.",
    ),
  })
  .refine((it) => it.interval >= it.target, {
    error: "expected an interval of at least the target",
    path: ["interval"],
  })
  .describe("Drops waiters when all have waited too long for a while (CoDel, RFC 8289).");
export type CoDelSpec = z.output<typeof CoDelSpec>;

/**
 * Controlled delay: tells a burst, which a queue is there to absorb, from a queue that stands. When
 * every waiter that was taken during one interval had waited for the target or longer, it drops one,
 * then the next after interval / √2, interval / √3, …, until a wait is short again.
 *
 * The state machine of RFC 8289, section 5 (Nichols and Jacobson), as its Linux version restarts.
 * There a loop takes packets until one may be sent; here the caller is the loop and asks for each
 * waiter. Instead of the last packet's bytes, the last waiter is never dropped. What was waited
 * is that of the waiter who is taken: under LIFO the newest, whose wait says little of the others.
 */
export class CoDel {
  readonly #targetMs: number;
  readonly #intervalMs: number;
  /** Waits that are still long then are long for good; `Infinity` while the last was short. */
  #firstAboveMs = Number.POSITIVE_INFINITY;
  #isDropping = false;
  /** Dropped, and the next drop not planned yet: only if the next waiter waited long, too. */
  #isUnplanned = false;
  #dropNextMs = 0;
  /** Drops of this spell, more or less: it may begin where the one before had got to. */
  #count = 0;
  #lastCount = 0;

  constructor({ target, interval }: CoDelSpec) {
    this.#targetMs = target;
    this.#intervalMs = interval;
  }

  /**
   * Asked for each waiter that is taken from the line. After a true the caller takes the next one at
   * the same instant, and asks again.
   *
   * @param sojournMs - How long it waited.
   * @param waiting - How many still wait behind it.
   * @returns Whether it is dropped.
   */
  drops(nowMs: number, sojournMs: number, waiting: number): boolean {
    const mayDrop = this.#isLongForLong(nowMs, sojournMs, waiting);
    if (!this.#isDropping) {
      if (mayDrop) this.#begin(nowMs);
      return mayDrop;
    }
    if (!mayDrop) {
      this.#isDropping = false;
      return false;
    }
    if (this.#isUnplanned) {
      this.#isUnplanned = false;
      this.#dropNextMs += this.#pauseMs();
    }
    if (nowMs < this.#dropNextMs) return false;
    this.#count += 1;
    this.#isUnplanned = true;
    return true;
  }

  /** Nobody waits any more, though none of them was taken: they gave up, or a crash took them. */
  emptied(): void {
    this.#firstAboveMs = Number.POSITIVE_INFINITY;
  }

  #isLongForLong(nowMs: number, sojournMs: number, waiting: number): boolean {
    if (sojournMs < this.#targetMs || waiting === 0) {
      this.#firstAboveMs = Number.POSITIVE_INFINITY;
      return false;
    }
    if (this.#firstAboveMs === Number.POSITIVE_INFINITY) {
      this.#firstAboveMs = nowMs + this.#intervalMs;
      return false;
    }
    return nowMs >= this.#firstAboveMs;
  }

  /** A spell soon after the last begins at the pace that the last one had to reach. */
  #begin(nowMs: number): void {
    const gained = this.#count - this.#lastCount;
    const isSoon = nowMs - this.#dropNextMs < 16 * this.#intervalMs;
    this.#count = gained > 1 && isSoon ? gained : 1;
    this.#lastCount = this.#count;
    this.#dropNextMs = nowMs + this.#pauseMs();
    this.#isDropping = true;
    this.#isUnplanned = false;
  }

  /** Pauses that shrink with the root make the drops grow linearly: RFC 8289, section 3.3. */
  #pauseMs(): number {
    return this.#intervalMs / Math.sqrt(this.#count);
  }
}
