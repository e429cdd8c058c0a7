import assert from "node:assert/strict";
import type { Ticket, Timed } from "./clock.ts";
import { Lane } from "./lane.ts";

/** This many events may be pending at once. */
const slotMax = 2 ** 22;
/** Tickets pack `(order & orderMask) * slotMax + slot`. */
const orderMask = 2 ** 31 - 1;
/** Cancelled rows are swept out when there are more of them than this, and than of live ones. */
const sweepMinCount = 64;

/**
 * The pending events of one clock: a binary heap ordered by time, then by the order of scheduling.
 *
 * An event is a row across typed arrays, found by its slot; nothing is allocated per event once
 * the arrays have grown. Cancelling marks the row dead; it is dropped when it comes to the top, or
 * when most rows are dead. Events of one fixed delay stand in a lane, of which only the head is in
 * the heap. The row that has fired leaves a hole at the top, which the next event fills in one pass:
 * most events set off exactly one other.
 *
 * Both worlds use it: the simulator jumps to the next event, the wall clock waits for it.
 */
export class EventQueue {
  // In heap order: the time beside the slot, for that is nearly always all that is compared.
  #heapTimeMs = new Float64Array(64);
  #heapSlot = new Int32Array(64);
  #length = 0;
  /** The top of the heap has fired, and nothing took its place yet. */
  #hasHole = false;
  /** Dead rows of the heap, those of the lanes aside. */
  #deadCount = 0;
  // By slot. A time that is handed on as an argument is boxed; here it is not.
  #timeMs = new Float64Array(64);
  #target: (Timed | null)[] = new Array(64).fill(null);
  #kind = new Int32Array(64);
  /** Orders those that are due at the same instant, and tells a ticket's event from later ones. */
  #orderOf = new Float64Array(64);
  /** The place of its lane; -1: it has none. */
  #laneOf = new Int32Array(64).fill(-1);
  #free = new Int32Array(64);
  #freeCount = 0;
  /** Slot of the event that fired last, for the next one that is set, often for the same target. */
  #spare = -1;
  #slotCount = 0;
  #order = 0;
  readonly #lanes: Lane[] = [];
  /** Events fired so far, for benchmarks and for bounds. */
  firedCount = 0;

  /** Rows that are kept, dead ones included. */
  get length(): number {
    const behind = this.#lanes.reduce((sum, lane) => sum + Math.max(0, lane.length - 1), 0);
    return this.#length - (this.#hasHole ? 1 : 0) + behind;
  }

  /** @returns The place of the lane for events of this delay. */
  laneFor(delayMs: number): number {
    const known = this.#lanes.findIndex((lane) => lane.delayMs === delayMs);
    return known >= 0 ? known : this.#lanes.push(new Lane(delayMs)) - 1;
  }

  push(timeMs: number, target: Timed, kind: number): Ticket {
    const slot = this.#takeSlot();
    if (this.#target[slot] !== target) this.#target[slot] = target;
    this.#kind[slot] = kind;
    this.#timeMs[slot] = timeMs;
    const order = this.#order++;
    this.#orderOf[slot] = order;
    this.#insert(slot);
    return (order & orderMask) * slotMax + slot;
  }

  /** @param timeMs - No earlier than any that was pushed to this lane before. */
  pushToLane(place: number, timeMs: number, target: Timed, kind: number): Ticket {
    const lane = this.#lanes[place] as Lane;
    const slot = this.#takeSlot();
    if (this.#target[slot] !== target) this.#target[slot] = target;
    this.#kind[slot] = kind;
    this.#laneOf[slot] = place;
    this.#timeMs[slot] = timeMs;
    const order = this.#order++;
    this.#orderOf[slot] = order;
    lane.push(slot);
    if (lane.length === 1) this.#insert(slot);
    return (order & orderMask) * slotMax + slot;
  }

  cancel(ticket: Ticket): void {
    if (ticket < 0) return;
    const order = Math.floor(ticket / slotMax);
    const slot = ticket - order * slotMax;
    const orderNow = this.#orderOf[slot] as number;
    if (orderNow < 0 || (orderNow & orderMask) !== order || this.#target[slot] === null) return;
    this.#target[slot] = null;
    const place = this.#laneOf[slot] as number;
    if (place >= 0) this.#diedInLane(this.#lanes[place] as Lane);
    else if (++this.#deadCount > sweepMinCount && 2 * this.#deadCount > this.#length) this.#sweep();
  }

  /** When the next live event is due, `Infinity` when none is pending. [ms] */
  nextMs(): number {
    return this.hasNext() ? this.topMs : Number.POSITIVE_INFINITY;
  }

  /** Whether a live event is pending. It is at the top then. */
  hasNext(): boolean {
    if (this.#hasHole) this.#closeHole();
    while (this.#length > 0) {
      const slot = this.#heapSlot[0] as number;
      if (this.#target[slot] !== null) return true;
      this.#release(slot);
      const place = this.#laneOf[slot] as number;
      if (place < 0) this.#deadCount -= 1;
      else (this.#lanes[place] as Lane).deadCount -= 1;
      if (place < 0 || !this.#nextOfLane(this.#lanes[place] as Lane, slot)) this.#closeHole();
    }
    return false;
  }

  /** When the event at the top is due. Read it only after `hasNext` said that there is one. [ms] */
  get topMs(): number {
    return this.#heapTimeMs[0] as number;
  }

  /** Fires the next live event. Call it only when `hasNext`, and move the clock first. */
  fireNext(): void {
    const slot = this.#heapSlot[0] as number;
    const target = this.#target[slot];
    if (target === null || target === undefined) {
      assert.fail("the top of the queue is dead: ask hasNext"); // `assert` would cost more than firing.
    }
    const kind = this.#kind[slot] as number;
    if (this.#spare >= 0) this.#release(this.#spare);
    this.#spare = slot;
    this.#orderOf[slot] = -1; // Its tickets count no longer.
    const place = this.#laneOf[slot] as number;
    this.#hasHole = place < 0 || !this.#nextOfLane(this.#lanes[place] as Lane, slot);
    this.firedCount += 1;
    target.fire(kind);
  }

  #takeSlot(): number {
    const spare = this.#spare;
    if (spare >= 0) {
      this.#spare = -1;
      return spare;
    }
    return this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#newSlot();
  }

  /** The slot of an event that is over may be used again; its tickets no longer count. */
  #release(slot: number): void {
    this.#target[slot] = null;
    this.#free[this.#freeCount++] = slot;
  }

  #insert(slot: number): void {
    if (this.#hasHole) {
      this.#hasHole = false;
      this.#fillTop(slot);
      return;
    }
    if (this.#length === this.#heapSlot.length) this.#growHeap();
    this.#siftUp(this.#length++, slot);
  }

  /** Takes the top away; the last row of the heap sinks from there to its place. */
  #closeHole(): void {
    this.#hasHole = false;
    const last = --this.#length;
    if (last === 0) return;
    this.#fillTop(this.#heapSlot[last] as number);
  }

  /**
   * The head of a lane is gone from the top of the heap: the next that lives takes its place there.
   *
   * @param gone - Slot of the head that is gone.
   * @returns Whether there was one; else the top is still to be taken away.
   */
  #nextOfLane(lane: Lane, gone: number): boolean {
    this.#laneOf[gone] = -1;
    lane.removeHead();
    while (lane.length > 0) {
      const slot = lane.headSlot;
      if (this.#target[slot] !== null) {
        this.#fillTop(slot);
        return true;
      }
      this.#release(slot);
      this.#laneOf[slot] = -1;
      lane.deadCount -= 1;
      lane.removeHead();
    }
    return false;
  }

  /** The head stays, for it stands in the heap; it is counted as if it were one of the others. */
  #diedInLane(lane: Lane): void {
    lane.deadCount += 1;
    if (lane.deadCount <= sweepMinCount || 2 * lane.deadCount <= lane.length) return;
    lane.sweep(this.#isDead);
    lane.deadCount = this.#target[lane.headSlot] === null ? 1 : 0;
  }

  /** Whether a row is dead: its slot is free from then on. */
  readonly #isDead = (slot: number): boolean => {
    if (this.#target[slot] !== null) return false;
    this.#release(slot);
    this.#laneOf[slot] = -1;
    return true;
  };

  /** Builds the heap anew of the rows that live, and of the heads of the lanes. */
  #sweep(): void {
    const start = this.#hasHole ? 1 : 0;
    const end = this.#length;
    this.#hasHole = false;
    this.#length = 0;
    for (let row = start; row < end; row += 1) {
      const slot = this.#heapSlot[row] as number;
      if (this.#target[slot] === null && this.#laneOf[slot] === -1) this.#release(slot);
      else this.#siftUp(this.#length++, slot);
    }
    this.#deadCount = 0;
  }

  #siftUp(start: number, slot: number): void {
    const timeMs = this.#timeMs[slot] as number;
    const times = this.#heapTimeMs;
    const slots = this.#heapSlot;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTimeMs = times[parent] as number;
      if (parentTimeMs < timeMs) break;
      if (parentTimeMs === timeMs && this.#isBefore(slots[parent] as number, slot)) break;
      times[at] = parentTimeMs;
      slots[at] = slots[parent] as number;
      at = parent;
    }
    times[at] = timeMs;
    slots[at] = slot;
  }

  /**
   * Puts a row where the top was. The earlier child moves up all the way to a leaf, and the row rises
   * from there: it seldom has far to go, and which of two children is the earlier is added up and not
   * branched on, for no processor can predict it (Wegener 1993, bottom-up heapsort).
   */
  #fillTop(slot: number): void {
    const times = this.#heapTimeMs;
    const slots = this.#heapSlot;
    const last = this.#length - 1;
    let at = 0;
    let child = 1;
    while (child < last) {
      const leftMs = times[child] as number;
      const rightMs = times[child + 1] as number;
      if (leftMs === rightMs) {
        if (this.#isBefore(slots[child + 1] as number, slots[child] as number)) child += 1;
      } else child += Number(rightMs < leftMs);
      times[at] = times[child] as number;
      slots[at] = slots[child] as number;
      at = child;
      child = 2 * at + 1;
    }
    if (child === last) {
      times[at] = times[child] as number;
      slots[at] = slots[child] as number;
      at = child;
    }
    this.#siftUp(at, slot);
  }

  #isBefore(slot: number, other: number): boolean {
    return (this.#orderOf[slot] as number) < (this.#orderOf[other] as number);
  }

  #newSlot(): number {
    const slot = this.#slotCount++;
    assert(slot < slotMax, "more than 4 million events are pending at once");
    if (slot === this.#kind.length) {
      this.#kind = grown(this.#kind, Int32Array);
      this.#timeMs = grown(this.#timeMs, Float64Array);
      this.#orderOf = grown(this.#orderOf, Float64Array);
      this.#laneOf = grown(this.#laneOf, Int32Array).fill(-1, slot);
      this.#free = grown(this.#free, Int32Array);
    }
    if (slot >= this.#target.length) this.#target.push(null);
    return slot;
  }

  #growHeap(): void {
    this.#heapTimeMs = grown(this.#heapTimeMs, Float64Array);
    this.#heapSlot = grown(this.#heapSlot, Int32Array);
  }
}

function grown<A extends Int32Array | Float64Array>(old: A, make: new (length: number) => A): A {
  const bigger = new make(old.length * 2);
  bigger.set(old);
  return bigger;
}
