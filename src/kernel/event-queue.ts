import assert from "node:assert/strict";
import type { Ticket, Timed } from "./clock.ts";
import { RunError } from "./errors.ts";
import { EventHeap } from "./event-heap.ts";
import { Lane } from "./lane.ts";
import { objectList } from "./object-list.ts";
import { isBefore, PendingEvent } from "./pending-event.ts";

/** This many events may be pending at once. */
const slotMax = 2 ** 22;
/** Tickets pack `(order & orderMask) * slotMax + slot`. */
const orderMask = 2 ** 31 - 1;
/** Cancelled events are swept out when there are more of them than this, and than of live ones. */
const sweepMinCount = 64;
/** So many events at the most stand in line; then the later half of them goes to the heap. */
const lineMax = 64;
/** So many at the most come from the heap when none is left in line. */
const refillMax = 32;

/**
 * The pending events of one clock, by time, then by the order of scheduling.
 *
 * Those that are due first stand in line, linked one to the next; the others wait in a binary heap
 * until none is left of those. Where few are pending, as in most chains, all of them stand in line,
 * and to walk a short one costs less than anything that is laid out for many.
 *
 * Nothing is allocated per event once the pool has grown, but for the number of its ticket. Cancelling
 * marks an event dead; it is dropped when its turn comes, or when most are dead. Events of one fixed
 * delay stand in a lane, of which only the head is among the others.
 *
 * Both worlds use it: the simulator jumps to the next event, the wall clock waits for it.
 */
export class EventQueue {
  /** Before the first in line, and behind the last: nobody needs to ask whether there is one. */
  readonly #start = new PendingEvent(-1);
  readonly #end = new PendingEvent(-1);
  #lineCount = 0;
  /** All are due after those in line. */
  readonly #heap = new EventHeap();
  /** Dead events, those in lanes aside. */
  #deadCount = 0;
  /** By slot. */
  readonly #events = objectList<PendingEvent>();
  /** The first of the pool; the last of it is `#end`. */
  #free = this.#end;
  /** The event that fired last, for the next one that is set, often for the same target; or `#end`. */
  #spare = this.#end;
  #order = 0;
  readonly #lanes: Lane[] = [];
  /** Events fired so far, for benchmarks and for bounds. */
  firedCount = 0;

  constructor() {
    this.#start.next = this.#end;
    this.#start.timeMs = Number.NEGATIVE_INFINITY;
    this.#end.timeMs = Number.POSITIVE_INFINITY;
  }

  /** Events that are kept, dead ones included. */
  get length(): number {
    const behind = this.#lanes.reduce((sum, lane) => sum + Math.max(0, lane.length - 1), 0);
    return this.#lineCount + this.#heap.count + behind;
  }

  /** @returns The place of the lane for events of this delay. */
  laneFor(delayMs: number): number {
    const known = this.#lanes.findIndex((lane) => lane.delayMs === delayMs);
    return known >= 0 ? known : this.#lanes.push(new Lane(delayMs)) - 1;
  }

  push(timeMs: number, target: Timed, kind: number): Ticket {
    const event = this.#take(target, kind);
    event.timeMs = timeMs;
    this.#insert(event);
    return ticketOf(event);
  }

  /** As `push`, for what nobody will cancel: a ticket is a number too large to come for nothing. */
  pushForGood(timeMs: number, target: Timed, kind: number): void {
    const event = this.#take(target, kind);
    event.timeMs = timeMs;
    this.#insert(event);
  }

  /** @param timeMs - No earlier than any that was pushed to this lane before. */
  pushToLane(place: number, timeMs: number, target: Timed, kind: number): Ticket {
    const lane = this.#lanes[place] as Lane;
    const event = this.#take(target, kind);
    event.timeMs = timeMs;
    event.lane = lane;
    lane.push(event);
    if (lane.length === 1) this.#insert(event);
    return ticketOf(event);
  }

  cancel(ticket: Ticket): void {
    if (ticket < 0) return;
    const order = Math.floor(ticket / slotMax);
    const event = this.#events[ticket - order * slotMax] as PendingEvent;
    if (event.order < 0 || (event.order & orderMask) !== order || event.target === null) return;
    event.target = null;
    if (event.lane !== null) this.#diedInLane(event.lane);
    else if (
      ++this.#deadCount > sweepMinCount &&
      2 * this.#deadCount > this.#lineCount + this.#heap.count
    ) {
      this.#sweep();
    }
  }

  /** When the next live event is due, `Infinity` when none is pending. [ms] */
  nextMs(): number {
    for (;;) {
      const first = this.#start.next;
      if (first.target !== null) return first.timeMs;
      if (first !== this.#end) this.#dropFirst();
      else if (this.#heap.count > 0) this.#refill();
      else return Number.POSITIVE_INFINITY;
    }
  }

  /** Fires the next live event. Call it only after `nextMs` named its time, and move the clock first. */
  fireNext(): void {
    const event = this.#start.next;
    const { target } = event;
    if (target === null) {
      assert.fail("the top of the queue is dead: ask nextMs"); // `assert` would cost more than firing.
    }
    this.#start.next = event.next;
    this.#lineCount -= 1;
    if (this.#spare !== this.#end) this.#release(this.#spare);
    this.#spare = event;
    event.order = -1; // Its tickets count no longer.
    if (event.lane !== null) this.#nextOfLane(event.lane, event);
    this.firedCount += 1;
    const { kind } = event;
    if (kind < 0) fireSeldom(target, kind);
    else target.fire(kind);
  }

  #take(target: Timed, kind: number): PendingEvent {
    let event = this.#spare;
    if (event !== this.#end) this.#spare = this.#end;
    else {
      event = this.#free;
      if (event === this.#end) event = this.#newEvent();
      else this.#free = event.next;
    }
    if (event.target !== target) event.target = target;
    event.kind = kind;
    event.order = this.#order++;
    return event;
  }

  /** An event that is over may be used again; its tickets no longer count. */
  #release(event: PendingEvent): void {
    event.target = null;
    event.next = this.#free;
    this.#free = event;
  }

  #insert(event: PendingEvent): void {
    if (this.#lineCount === lineMax) this.#thinOut();
    const { timeMs } = event;
    const heapMs = this.#heap.topMs;
    if (timeMs >= heapMs && (timeMs > heapMs || this.#isBehindHeap(event))) {
      this.#heap.push(event);
      return;
    }
    this.#lineCount += 1;
    let before = this.#start;
    let next = before.next;
    while (next.timeMs < timeMs) {
      before = next;
      next = next.next;
    }
    // Apart, for it is rare: those that are due at the same instant, and were scheduled before.
    while (next.timeMs === timeMs && next !== this.#end && next.order < event.order) {
      before = next;
      next = next.next;
    }
    event.next = next;
    before.next = event;
  }

  /** Of an event that is due when the first of the heap is. */
  #isBehindHeap(event: PendingEvent): boolean {
    return this.#heap.count > 0 && isBefore(this.#heap.top, event);
  }

  /** The later half of the line goes to the heap. */
  #thinOut(): void {
    let last = this.#start;
    for (let place = 0; place < lineMax / 2; place += 1) last = last.next;
    let event = last.next;
    last.next = this.#end;
    while (event !== this.#end) {
      const { next } = event;
      this.#heap.push(event);
      event = next;
    }
    this.#lineCount = lineMax / 2;
  }

  /** None is left in line: the first of the heap come. */
  #refill(): void {
    let last = this.#start;
    for (; this.#lineCount < refillMax && this.#heap.count > 0; this.#lineCount += 1) {
      last.next = this.#heap.top;
      last = last.next;
      this.#heap.removeTop();
    }
    last.next = this.#end;
  }

  /** An event that was cancelled is the first in line. */
  #dropFirst(): void {
    const event = this.#start.next;
    this.#start.next = event.next;
    this.#lineCount -= 1;
    const { lane } = event;
    if (lane === null) this.#deadCount -= 1;
    else {
      lane.deadCount -= 1;
      this.#nextOfLane(lane, event);
    }
    this.#release(event);
  }

  /**
   * The head of a lane is gone from among the others: the next that lives stands there instead.
   *
   * @param gone - The head that is gone.
   */
  #nextOfLane(lane: Lane, gone: PendingEvent): void {
    gone.lane = null;
    lane.removeHead();
    while (lane.length > 0) {
      const { head } = lane;
      if (head.target !== null) {
        this.#insert(head);
        return;
      }
      lane.deadCount -= 1;
      lane.removeHead();
      head.lane = null;
      this.#release(head);
    }
  }

  /** The head stays, for it stands among the others; it is counted as if it were one of the others. */
  #diedInLane(lane: Lane): void {
    lane.deadCount += 1;
    if (lane.deadCount <= sweepMinCount || 2 * lane.deadCount <= lane.length) return;
    lane.sweep(this.#isDead);
    lane.deadCount = lane.head.target === null ? 1 : 0;
  }

  /** Whether an event is dead: it is free from then on. */
  readonly #isDead = (event: PendingEvent): boolean => {
    if (event.target !== null) return false;
    event.lane = null;
    this.#release(event);
    return true;
  };

  /** As above, but for the heads of lanes, which stay. */
  readonly #isSwept = (event: PendingEvent): boolean => event.lane === null && this.#isDead(event);

  /** Drops all events that are dead, but for the heads of lanes. */
  #sweep(): void {
    let last = this.#start;
    let event = last.next;
    while (event !== this.#end) {
      const { next } = event;
      if (this.#isSwept(event)) this.#lineCount -= 1;
      else {
        last.next = event;
        last = event;
      }
      event = next;
    }
    last.next = this.#end;
    this.#heap.sweep(this.#isSwept);
    this.#deadCount = 0;
  }

  #newEvent(): PendingEvent {
    const slot = this.#events.length;
    if (slot >= slotMax) {
      throw new RunError("more than 4 million events are pending at once", "lower the load");
    }
    const event = new PendingEvent(slot);
    this.#events.push(event);
    return event;
  }
}

/** A call of its own, see `Timed`. */
function fireSeldom(target: Timed, kind: number): void {
  target.fire(kind);
}

function ticketOf({ order, slot }: PendingEvent): Ticket {
  return (order & orderMask) * slotMax + slot;
}
