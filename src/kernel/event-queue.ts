import assert from "node:assert/strict";
import type { Ticket, Timed } from "./clock.ts";

/** Tickets pack `generation * slotMax + slot`; this many events may be pending at once. */
const slotMax = 2 ** 22;

/**
 * The pending events of one clock: a 4-ary heap ordered by time, then by the order of scheduling.
 *
 * An event is a row across typed arrays, found by its slot; nothing is allocated per event once
 * the arrays have grown. Cancelling marks the row dead; it is dropped when it comes to the top.
 * Both worlds use it: the simulator jumps to the next event, the wall clock waits for it.
 */
export class EventQueue {
  // In heap order: the key beside the slot, so that sifting reads one place.
  #heapTimeMs = new Float64Array(1024);
  #heapOrder = new Float64Array(1024);
  #heapSlot = new Int32Array(1024);
  #length = 0;
  // By slot.
  #target: (Timed | null)[] = new Array(1024).fill(null);
  #kind = new Int32Array(1024);
  #generation = new Float64Array(1024);
  #free = new Int32Array(1024);
  #freeCount = 0;
  #slotCount = 0;
  #order = 0;
  /** Events fired so far, for benchmarks and for bounds. */
  firedCount = 0;

  /** Rows in the heap, dead ones included. */
  get length(): number {
    return this.#length;
  }

  push(timeMs: number, target: Timed, kind: number): Ticket {
    const slot = this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#newSlot();
    this.#target[slot] = target;
    this.#kind[slot] = kind;
    if (this.#length === this.#heapSlot.length) this.#growHeap();
    this.#siftUp(this.#length++, timeMs, this.#order++, slot);
    return (this.#generation[slot] as number) * slotMax + slot;
  }

  cancel(ticket: Ticket): void {
    if (ticket < 0) return;
    const slot = ticket % slotMax;
    if (this.#generation[slot] !== (ticket - slot) / slotMax) return;
    this.#target[slot] = null;
  }

  /** When the next live event is due, `Infinity` when none is pending. [ms] */
  nextMs(): number {
    while (this.#length > 0) {
      if (this.#target[this.#heapSlot[0] as number] !== null) return this.#heapTimeMs[0] as number;
      this.#removeTop();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Fires the next live event. Call it only when `nextMs` is finite, and move the clock first. */
  fireNext(): void {
    const slot = this.#heapSlot[0] as number;
    const target = this.#target[slot];
    assert(target !== null && target !== undefined, "the top of the queue is dead: ask nextMs");
    const kind = this.#kind[slot] as number;
    this.#removeTop();
    this.firedCount += 1;
    target.fire(kind);
  }

  #removeTop(): void {
    const slot = this.#heapSlot[0] as number;
    this.#target[slot] = null;
    this.#generation[slot] = (this.#generation[slot] as number) + 1;
    this.#free[this.#freeCount++] = slot;
    const last = --this.#length;
    if (last > 0) {
      this.#siftDown(
        this.#heapTimeMs[last] as number,
        this.#heapOrder[last] as number,
        this.#heapSlot[last] as number,
      );
    }
  }

  #siftUp(start: number, timeMs: number, order: number, slot: number): void {
    const times = this.#heapTimeMs;
    const orders = this.#heapOrder;
    const slots = this.#heapSlot;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentTimeMs = times[parent] as number;
      // A new event has the greatest order, so an equal time stays below its parent.
      if (parentTimeMs <= timeMs) break;
      times[at] = parentTimeMs;
      orders[at] = orders[parent] as number;
      slots[at] = slots[parent] as number;
      at = parent;
    }
    times[at] = timeMs;
    orders[at] = order;
    slots[at] = slot;
  }

  /** Puts the row at the top and lets it sink to its place. */
  #siftDown(timeMs: number, order: number, slot: number): void {
    const times = this.#heapTimeMs;
    const orders = this.#heapOrder;
    const slots = this.#heapSlot;
    const length = this.#length;
    let at = 0;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= length) break;
      let least = first;
      let leastTimeMs = times[first] as number;
      let leastOrder = orders[first] as number;
      const end = first + 4 < length ? first + 4 : length;
      for (let child = first + 1; child < end; child += 1) {
        const childTimeMs = times[child] as number;
        if (childTimeMs > leastTimeMs) continue;
        const childOrder = orders[child] as number;
        if (childTimeMs < leastTimeMs || childOrder < leastOrder) {
          least = child;
          leastTimeMs = childTimeMs;
          leastOrder = childOrder;
        }
      }
      if (leastTimeMs > timeMs || (leastTimeMs === timeMs && leastOrder > order)) break;
      times[at] = leastTimeMs;
      orders[at] = leastOrder;
      slots[at] = slots[least] as number;
      at = least;
    }
    times[at] = timeMs;
    orders[at] = order;
    slots[at] = slot;
  }

  #newSlot(): number {
    const slot = this.#slotCount++;
    assert(slot < slotMax, "more than 4 million events are pending at once");
    if (slot === this.#kind.length) {
      this.#kind = grown(this.#kind, Int32Array);
      this.#generation = grown(this.#generation, Float64Array);
      this.#free = grown(this.#free, Int32Array);
    }
    if (slot >= this.#target.length) this.#target.push(null);
    return slot;
  }

  #growHeap(): void {
    this.#heapTimeMs = grown(this.#heapTimeMs, Float64Array);
    this.#heapOrder = grown(this.#heapOrder, Float64Array);
    this.#heapSlot = grown(this.#heapSlot, Int32Array);
  }
}

function grown<A extends Int32Array | Float64Array>(old: A, make: new (length: number) => A): A {
  const bigger = new make(old.length * 2);
  bigger.set(old);
  return bigger;
}
