import assert from "node:assert/strict";
import type { Ticket, Timed } from "./clock.ts";
import { RunError } from "./errors.ts";
import { Lane } from "./lane.ts";

/** This many events may be pending at once. */
const slotMax = 2 ** 22;
/** Tickets pack `(order & orderMask) * slotMax + slot`. */
const orderMask = 2 ** 31 - 1;
/** Cancelled rows are swept out when there are more of them than this, and than of live ones. */
const sweepMinCount = 64;
/** So many rows at the most are kept in order; then the later half of them goes to the heap. */
const nearMax = 64;
/** So many at the most come from the heap when none is left in order. */
const refillMax = 32;

/**
 * The pending events of one clock, by time, then by the order of scheduling.
 *
 * Those that are due first stand in order, the earliest last; the others wait in a binary heap until
 * none is left of those. Where few are pending, as in most chains, all of them stand in order, and
 * nothing is cheaper to insert into than a short array.
 *
 * An event is a row across typed arrays, found by its slot; nothing is allocated per event once
 * the arrays have grown. Cancelling marks the row dead; it is dropped when its turn comes, or when most
 * rows are dead. Events of one fixed delay stand in a lane, of which only the head is among the others.
 *
 * Both worlds use it: the simulator jumps to the next event, the wall clock waits for it.
 */
export class EventQueue {
  // In order, the earliest last: the time beside the slot, for that is nearly always all that is compared.
  readonly #nearTimeMs = new Float64Array(nearMax);
  readonly #nearSlot = new Int32Array(nearMax);
  #nearCount = 0;
  // In heap order; all are due after those. The first time of an empty heap is never.
  #heapTimeMs = new Float64Array(64).fill(Number.POSITIVE_INFINITY);
  #heapSlot = new Int32Array(64);
  #heapCount = 0;
  /** Dead rows, those of the lanes aside. */
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
    return this.#nearCount + this.#heapCount + behind;
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
    else if (
      ++this.#deadCount > sweepMinCount &&
      2 * this.#deadCount > this.#nearCount + this.#heapCount
    ) {
      this.#sweep();
    }
  }

  /** When the next live event is due, `Infinity` when none is pending. [ms] */
  nextMs(): number {
    return this.hasNext() ? this.topMs : Number.POSITIVE_INFINITY;
  }

  /** Whether a live event is pending. It is at the top then. */
  hasNext(): boolean {
    for (;;) {
      while (this.#nearCount > 0) {
        const slot = this.#nearSlot[this.#nearCount - 1] as number;
        if (this.#target[slot] !== null) return true;
        this.#nearCount -= 1;
        this.#dropDead(slot);
      }
      if (this.#heapCount === 0) return false;
      this.#refill();
    }
  }

  /** When the event at the top is due. Read it only after `hasNext` said that there is one. [ms] */
  get topMs(): number {
    return this.#nearTimeMs[this.#nearCount - 1] as number;
  }

  /** Fires the next live event. Call it only when `hasNext`, and move the clock first. */
  fireNext(): void {
    const slot = this.#nearCount > 0 ? (this.#nearSlot[this.#nearCount - 1] as number) : -1;
    const target = slot < 0 ? null : this.#target[slot];
    if (target === null || target === undefined) {
      assert.fail("the top of the queue is dead: ask hasNext"); // `assert` would cost more than firing.
    }
    this.#nearCount -= 1;
    if (this.#spare >= 0) this.#release(this.#spare);
    this.#spare = slot;
    this.#orderOf[slot] = -1; // Its tickets count no longer.
    const place = this.#laneOf[slot] as number;
    if (place >= 0) this.#nextOfLane(this.#lanes[place] as Lane, slot);
    this.firedCount += 1;
    target.fire(this.#kind[slot] as number);
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
    if (this.#nearCount === nearMax) this.#thinOut();
    const timeMs = this.#timeMs[slot] as number;
    const heapMs = this.#heapTimeMs[0] as number;
    if (timeMs > heapMs || (timeMs === heapMs && !this.#isBeforeHeap(slot))) {
      this.#toHeap(slot);
      return;
    }
    const times = this.#nearTimeMs;
    const slots = this.#nearSlot;
    let at = this.#nearCount++;
    while (at > 0) {
      const laterMs = times[at - 1] as number;
      if (laterMs > timeMs) break;
      if (laterMs === timeMs && this.#isBefore(slot, slots[at - 1] as number)) break;
      times[at] = laterMs;
      slots[at] = slots[at - 1] as number;
      at -= 1;
    }
    times[at] = timeMs;
    slots[at] = slot;
  }

  #isBeforeHeap(slot: number): boolean {
    return this.#heapCount === 0 || this.#isBefore(slot, this.#heapSlot[0] as number);
  }

  /** The later half of those in order goes to the heap. */
  #thinOut(): void {
    const half = nearMax / 2;
    for (let at = 0; at < half; at += 1) this.#toHeap(this.#nearSlot[at] as number);
    this.#nearTimeMs.copyWithin(0, half);
    this.#nearSlot.copyWithin(0, half);
    this.#nearCount = half;
  }

  /** None is left in order: the first of the heap come, up to one that is dead. */
  #refill(): void {
    const times = this.#nearTimeMs;
    const slots = this.#nearSlot;
    // From the end of the array to its front, and then to where they belong.
    let at = refillMax;
    while (at > 0 && this.#heapCount > 0) {
      const slot = this.#heapSlot[0] as number;
      if (this.#target[slot] === null) break;
      at -= 1;
      times[at] = this.#heapTimeMs[0] as number;
      slots[at] = slot;
      this.#removeTop();
    }
    if (at > 0) {
      times.copyWithin(0, at, refillMax);
      slots.copyWithin(0, at, refillMax);
    }
    this.#nearCount = refillMax - at;
    if (at < refillMax) return;
    const dead = this.#heapSlot[0] as number;
    this.#removeTop();
    this.#dropDead(dead);
  }

  /** A row that was cancelled has come to its turn. */
  #dropDead(slot: number): void {
    this.#release(slot);
    const place = this.#laneOf[slot] as number;
    if (place < 0) {
      this.#deadCount -= 1;
      return;
    }
    const lane = this.#lanes[place] as Lane;
    lane.deadCount -= 1;
    this.#nextOfLane(lane, slot);
  }

  /**
   * The head of a lane is gone from among the others: the next that lives stands there instead.
   *
   * @param gone - Slot of the head that is gone.
   */
  #nextOfLane(lane: Lane, gone: number): void {
    this.#laneOf[gone] = -1;
    lane.removeHead();
    while (lane.length > 0) {
      const slot = lane.headSlot;
      if (this.#target[slot] !== null) {
        this.#insert(slot);
        return;
      }
      this.#release(slot);
      this.#laneOf[slot] = -1;
      lane.deadCount -= 1;
      lane.removeHead();
    }
  }

  /** The head stays, for it stands among the others; it is counted as if it were one of the others. */
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

  /** Drops all rows that are dead, but for the heads of lanes. */
  #sweep(): void {
    let kept = 0;
    for (let at = 0; at < this.#nearCount; at += 1) {
      const slot = this.#nearSlot[at] as number;
      if (this.#isSwept(slot)) continue;
      this.#nearSlot[kept] = slot;
      this.#nearTimeMs[kept] = this.#nearTimeMs[at] as number;
      kept += 1;
    }
    this.#nearCount = kept;
    const count = this.#heapCount;
    this.#heapCount = 0;
    for (let row = 0; row < count; row += 1) {
      const slot = this.#heapSlot[row] as number;
      if (!this.#isSwept(slot)) this.#siftUp(this.#heapCount++, slot);
    }
    if (this.#heapCount === 0) this.#heapTimeMs[0] = Number.POSITIVE_INFINITY;
    this.#deadCount = 0;
  }

  #isSwept(slot: number): boolean {
    if (this.#target[slot] !== null || (this.#laneOf[slot] as number) >= 0) return false;
    this.#release(slot);
    return true;
  }

  #toHeap(slot: number): void {
    if (this.#heapCount === this.#heapSlot.length) this.#growHeap();
    this.#siftUp(this.#heapCount++, slot);
  }

  /** Takes the top of the heap away; its last row sinks from there to its place. */
  #removeTop(): void {
    const last = --this.#heapCount;
    if (last === 0) this.#heapTimeMs[0] = Number.POSITIVE_INFINITY;
    else this.#fillTop(this.#heapSlot[last] as number);
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
    const last = this.#heapCount - 1;
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
    if (slot >= slotMax) failForTooMany(); // Apart: what stands here must stay short.
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

function failForTooMany(): never {
  throw new RunError("more than 4 million events are pending at once", "lower the load");
}
