/**
 * How often something happened in the last while, in memory that does not grow.
 *
 * The window is cut into slots of equal length; when a new one begins, the oldest is forgotten as
 * a whole. What is remembered therefore spans the window less up to one slot. The counts are
 * integers, so a sum that is kept for ever stays exact.
 */
export class RollingCount {
  readonly #slots: Int32Array;
  readonly #slotMs: number;
  /** The number of the newest slot, counted from the beginning of time. */
  #newest = 0;
  #sum = 0;

  /** @param windowMs - How far back it remembers. [ms] */
  constructor(windowMs: number, slotCount: number) {
    this.#slots = new Int32Array(slotCount);
    this.#slotMs = windowMs / slotCount;
  }

  /** Counts one. @param nowMs - Never decreases; also in `sum`. */
  add(nowMs: number): void {
    this.#forget(nowMs);
    const place = this.#newest % this.#slots.length;
    this.#slots[place] = (this.#slots[place] as number) + 1;
    this.#sum += 1;
  }

  sum(nowMs: number): number {
    this.#forget(nowMs);
    return this.#sum;
  }

  #forget(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs);
    if (slot <= this.#newest) return;
    const slots = this.#slots;
    const passed = Math.min(slot - this.#newest, slots.length);
    for (let step = 0; step < passed; step += 1) {
      const place = (slot - step) % slots.length;
      this.#sum -= slots[place] as number;
      slots[place] = 0;
    }
    this.#newest = slot;
  }
}
