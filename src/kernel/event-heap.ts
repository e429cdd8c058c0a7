import { objectList } from "./object-list.ts";
import { isBefore, type PendingEvent } from "./pending-event.ts";

const startSize = 64;

/** Pending events in a binary heap: the times beside the events, for mostly that is all that is compared. */
export class EventHeap {
  /** When its first is due; `Infinity`: it is empty. [ms] */
  topMs = Number.POSITIVE_INFINITY;
  count = 0;
  #timeMs = new Float64Array(startSize);
  readonly #events = objectList<PendingEvent>();

  /** Only of a heap that is not empty. */
  get top(): PendingEvent {
    return this.#events[0] as PendingEvent;
  }

  push(event: PendingEvent): void {
    const row = this.count++;
    if (row === this.#timeMs.length) this.#grow();
    if (row === this.#events.length) this.#events.push(event);
    this.#siftUp(row, event);
    this.topMs = this.#timeMs[0] as number;
  }

  /** Takes the first away; the last sinks from there to its place. */
  removeTop(): void {
    const last = --this.count;
    if (last > 0) this.#fillTop(this.#events[last] as PendingEvent);
    this.topMs = last > 0 ? (this.#timeMs[0] as number) : Number.POSITIVE_INFINITY;
  }

  /** Drops every event for which this says so. */
  sweep(isSwept: (event: PendingEvent) => boolean): void {
    const { count } = this;
    this.count = 0;
    this.topMs = Number.POSITIVE_INFINITY;
    for (let row = 0; row < count; row += 1) {
      const event = this.#events[row] as PendingEvent;
      if (!isSwept(event)) this.push(event);
    }
  }

  #siftUp(start: number, event: PendingEvent): void {
    const { timeMs } = event;
    const times = this.#timeMs;
    const events = this.#events;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = times[parent] as number;
      if (parentMs < timeMs) break;
      if (parentMs === timeMs && isBefore(events[parent] as PendingEvent, event)) break;
      times[at] = parentMs;
      events[at] = events[parent] as PendingEvent;
      at = parent;
    }
    times[at] = timeMs;
    events[at] = event;
  }

  /**
   * Puts an event where the top was. The earlier child moves up all the way to a leaf, and the event
   * rises from there: it seldom has far to go, and which of two children is the earlier is added up
   * and not branched on, for no processor can predict it (Wegener 1993, bottom-up heapsort).
   */
  #fillTop(event: PendingEvent): void {
    const times = this.#timeMs;
    const events = this.#events;
    const last = this.count - 1;
    let at = 0;
    let child = 1;
    while (child < last) {
      const leftMs = times[child] as number;
      const rightMs = times[child + 1] as number;
      if (leftMs === rightMs) {
        if (isBefore(events[child + 1] as PendingEvent, events[child] as PendingEvent)) child += 1;
      } else child += Number(rightMs < leftMs);
      times[at] = times[child] as number;
      events[at] = events[child] as PendingEvent;
      at = child;
      child = 2 * at + 1;
    }
    if (child === last) {
      times[at] = times[child] as number;
      events[at] = events[child] as PendingEvent;
      at = child;
    }
    this.#siftUp(at, event);
  }

  #grow(): void {
    const old = this.#timeMs;
    this.#timeMs = new Float64Array(old.length * 2);
    this.#timeMs.set(old);
  }
}
