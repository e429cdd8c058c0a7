/**
 * Pending events that all wait for the same length of time: they are due in the order in which they
 * were set, so a ring does what a heap would. Only its head stands among the other events; to be
 * cancelled, the usual fate of a timeout, costs it nothing there.
 */
export class Lane {
  readonly delayMs: number;
  /** Rows, those that were cancelled included. */
  length = 0;
  /** Of them: cancelled. */
  deadCount = 0;
  #slot = new Int32Array(16);
  #head = 0;

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  get headSlot(): number {
    return this.#slot[this.#head] as number;
  }

  push(slot: number): void {
    if (this.length === this.#slot.length) this.#grow();
    const at = (this.#head + this.length) & (this.#slot.length - 1);
    this.#slot[at] = slot;
    this.length += 1;
  }

  removeHead(): void {
    this.#head = (this.#head + 1) & (this.#slot.length - 1);
    this.length -= 1;
  }

  /** Drops every row but the head for which this says so. @param isDead - Frees its slot, too. */
  sweep(isDead: (slot: number) => boolean): void {
    const mask = this.#slot.length - 1;
    let kept = 1;
    for (let row = 1; row < this.length; row += 1) {
      const from = (this.#head + row) & mask;
      const slot = this.#slot[from] as number;
      if (isDead(slot)) continue;
      const to = (this.#head + kept) & mask;
      this.#slot[to] = slot;
      kept += 1;
    }
    this.length = kept;
  }

  #grow(): void {
    const old = this.#slot;
    const size = old.length;
    this.#slot = new Int32Array(size * 2);
    for (let row = 0; row < this.length; row += 1) {
      const from = (this.#head + row) & (size - 1);
      this.#slot[row] = old[from] as number;
    }
    this.#head = 0;
  }
}
