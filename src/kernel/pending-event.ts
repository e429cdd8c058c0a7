import type { Timed } from "./clock.ts";
import type { Lane } from "./lane.ts";

/** One event that is pending. Pooled by its queue, which finds it by its slot. */
export class PendingEvent {
  readonly slot: number;
  timeMs = Number.NaN; // From the start a double, which is then written in place.
  /** Orders those that are due at the same instant, and tells a ticket's event from later ones. */
  order = -1;
  /** Null: it was cancelled, or is over. */
  target: Timed | null = null;
  kind = 0;
  /** Where it waits with others of its delay; null: it has no lane. */
  lane: Lane | null = null;
  /** Who stands behind it: in the line of those due first, or in the pool. */
  next: PendingEvent = this;

  constructor(slot: number) {
    this.slot = slot;
  }
}

/** Of two that are due at the same instant, the one that was scheduled first is before the other. */
export function isBefore(event: PendingEvent, other: PendingEvent): boolean {
  return (
    event.timeMs < other.timeMs || (event.timeMs === other.timeMs && event.order < other.order)
  );
}
