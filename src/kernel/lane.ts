import type { PendingEvent } from "./pending-event.ts";

/**
 * Pending events that all wait for the same length of time: they are due in the order in which they
 * were set, so a ring does what a heap would. Only its head stands among the other events; to be
 * cancelled, the usual fate of a timeout, costs it nothing there.
 */
export class Lane {
  readonly delayMs: number;
  /** Events, those that were cancelled included. */
  length = 0;
  /** Of them: cancelled. */
  deadCount = 0;
  #ring: (PendingEvent | undefined)[] = new Array(16).fill(undefined);
  #head = 0;

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  /** Only of a lane that is not empty. */
  get head(): PendingEvent {
    return this.#ring[this.#head] as PendingEvent;
  }

  push(event: PendingEvent): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.length) & (this.#ring.length - 1)] = event;
    this.length += 1;
  }

  removeHead(): void {
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length -= 1;
  }

  /** Drops every event but the head for which this says so. @param isDead - Frees it, too. */
  sweep(isDead: (event: PendingEvent) => boolean): void {
    const mask = this.#ring.length - 1;
    let kept = 1;
    for (let place = 1; place < this.length; place += 1) {
      const event = this.#ring[(this.#head + place) & mask] as PendingEvent;
      if (isDead(event)) continue;
      this.#ring[(this.#head + kept) & mask] = event;
      kept += 1;
    }
    this.length = kept;
  }

  #grow(): void {
    const old = this.#ring;
    this.#ring = new Array(old.length * 2).fill(undefined);
    for (let place = 0; place < this.length; place += 1) {
      this.#ring[place] = old[(this.#head + place) & (old.length - 1)];
    }
    this.#head = 0;
  }
}
