import type { Timed } from "../../src/kernel/clock.ts";
import { EventQueue } from "../../src/kernel/event-queue.ts";
import { Random } from "./exponential.ts";
import { median } from "./measure.ts";

export type EventQueueBenchOptions = Readonly<{
  /** How many events wait at any time. */
  pendingCounts: readonly number[];
  /** Pops and pushes of a run. */
  stepCount: number;
  runCount: number;
  print: (line: string) => void;
}>;

/** What holds the pending events, the earliest first, those of one instant in the order of coming. */
interface Pending {
  push(time: number): void;
  /** Takes the earliest out, so many times, and puts another in its place that is due a draw later. */
  hold(stepCount: number, random: Random): void;
}

const candidates: Readonly<Record<string, (pendingCount: number) => Pending>> = {
  "queue of the simulator": () => new OwnQueue(),
  "binary heap, filled from the leaf": (count) => new LeafHeap(count),
  "binary heap, sifted down": (count) => new TreeHeap(count, 2),
  "4-ary heap, sifted down": (count) => new TreeHeap(count, 4),
  "sorted array": (count) => new SortedArray(count),
};

/** A sorted array moves half of its events a step. */
const sortedMaxCount = 10_000;

/**
 * One pop and one push in the hold model: as many events pend after a step as before, and gaps are
 * exponential. The queue of the simulator does more than the bare structures beside it: it keeps who
 * is called, gives out tickets to cancel by, and calls.
 *
 * @see Jones, "An Empirical Comparison of Priority-Queue and Event-Set Implementations", CACM 29(4), 1986.
 */
export function benchEventQueues(options: EventQueueBenchOptions): void {
  const { pendingCounts, stepCount, runCount, print } = options;
  print(`pending events: ns of processor time a pop and push; median of ${runCount}`);
  const heads = pendingCounts.map((count) => `${count.toLocaleString("en")} pending`.padStart(18));
  print(`  ${"".padEnd(36)}${heads.join("")}`);
  for (const [name, build] of Object.entries(candidates)) {
    const cells = pendingCounts.map((pendingCount) => {
      const isTooLong = name === "sorted array" && pendingCount > sortedMaxCount;
      if (isTooLong) return "–".padStart(18);
      const runs = Array.from({ length: runCount + 1 }, () => {
        return nsOfStep(build(pendingCount), pendingCount, stepCount);
      });
      return median(runs.slice(1)).toFixed(0).padStart(18); // The first compiles.
    });
    print(`  ${name.padEnd(36)}${cells.join("")}`);
  }
}

function nsOfStep(pending: Pending, pendingCount: number, stepCount: number): number {
  const random = new Random();
  for (let i = 0; i < pendingCount; i += 1) pending.push(random.exponential(1));
  pending.hold(pendingCount, random); // Until the times are those of the steady state.
  const startUsage = process.cpuUsage();
  pending.hold(stepCount, random);
  return (process.cpuUsage(startUsage).user * 1_000) / stepCount;
}

class OwnQueue implements Pending, Timed {
  readonly #queue = new EventQueue();
  #random = new Random();
  #now = 0;

  push(time: number): void {
    this.#queue.push(time, this, 0);
  }

  hold(stepCount: number, random: Random): void {
    this.#random = random;
    const queue = this.#queue;
    for (let step = 0; step < stepCount; step += 1) {
      this.#now = queue.nextMs();
      queue.fireNext();
    }
  }

  fire(): void {
    this.#queue.push(this.#now + this.#random.exponential(1), this, 0);
  }
}

/** Times and orders of coming, side by side. */
abstract class Heap implements Pending {
  protected readonly times: Float64Array;
  protected readonly orders: Float64Array;
  protected length = 0;
  #order = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
  }

  push(time: number): void {
    this.rise(this.length++, time, this.#order++);
  }

  hold(stepCount: number, random: Random): void {
    for (let step = 0; step < stepCount; step += 1) {
      this.replaceTop((this.times[0] as number) + random.exponential(1), this.#order++);
    }
  }

  protected abstract rise(from: number, time: number, order: number): void;
  protected abstract replaceTop(time: number, order: number): void;

  protected isBefore(at: number, time: number, order: number): boolean {
    const own = this.times[at] as number;
    return own < time || (own === time && (this.orders[at] as number) < order);
  }

  protected set(at: number, time: number, order: number): void {
    this.times[at] = time;
    this.orders[at] = order;
  }

  protected move(from: number, to: number): void {
    this.set(to, this.times[from] as number, this.orders[from] as number);
  }
}

/** The textbook's: the least child is looked for, and the new event stops above it. */
class TreeHeap extends Heap {
  readonly #arity: number;

  constructor(capacity: number, arity: number) {
    super(capacity);
    this.#arity = arity;
  }

  protected rise(from: number, time: number, order: number): void {
    let at = from;
    while (at > 0) {
      const parent = Math.floor((at - 1) / this.#arity);
      if (this.isBefore(parent, time, order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.set(at, time, order);
  }

  protected replaceTop(time: number, order: number): void {
    const arity = this.#arity;
    let at = 0;
    for (;;) {
      const first = arity * at + 1;
      if (first >= this.length) break;
      const end = Math.min(first + arity, this.length);
      let least = first;
      for (let child = first + 1; child < end; child += 1) {
        const [childTime, childOrder] = [this.times[least] as number, this.orders[least] as number];
        if (this.isBefore(child, childTime, childOrder)) least = child;
      }
      if (!this.isBefore(least, time, order)) break;
      this.move(least, at);
      at = least;
    }
    this.set(at, time, order);
  }
}

/** The least child rises all the way, and the new event from the leaf: see `EventQueue`. */
class LeafHeap extends Heap {
  protected rise(from: number, time: number, order: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isBefore(parent, time, order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.set(at, time, order);
  }

  protected replaceTop(time: number, order: number): void {
    const { times, orders } = this;
    const last = this.length - 1;
    let at = 0;
    let child = 1;
    while (child < last) {
      const [left, right] = [times[child] as number, times[child + 1] as number];
      if (left === right)
        child += Number((orders[child + 1] as number) < (orders[child] as number));
      else child += Number(right < left);
      this.move(child, at);
      at = child;
      child = 2 * at + 1;
    }
    if (child === last) {
      this.move(child, at);
      at = child;
    }
    this.rise(at, time, order);
  }
}

/** The earliest last, so that it is taken off without moving the others. */
class SortedArray implements Pending {
  readonly #times: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
  }

  push(time: number): void {
    const times = this.#times;
    let at = this.#length++;
    while (at > 0 && (times[at - 1] as number) <= time) {
      times[at] = times[at - 1] as number;
      at -= 1;
    }
    times[at] = time;
  }

  hold(stepCount: number, random: Random): void {
    for (let step = 0; step < stepCount; step += 1) {
      this.#length -= 1;
      this.push((this.#times[this.#length] as number) + random.exponential(1));
    }
  }
}
