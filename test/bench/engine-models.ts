import type { FixedDelay, Ticket, Timed } from "../../src/kernel/clock.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { Random } from "./exponential.ts";

/**
 * The models of reference.cpp on the engine of the simulator, its clock and its queue of events,
 * without a word of recording. One class a model, as the chain has one for each kind of part.
 */
export const engineModels = {
  mm1: (customers: number) => new Station(1, customers).run(),
  mm5: (customers: number) => new Station(5, customers).run(),
  tandem: (customers: number) => new Tandem(customers).run(),
  timers: (customers: number) => new Timers(customers).run(),
} as const;
export type EngineModel = keyof typeof engineModels;

/** First come, first served, without an allocation a customer. */
class Line {
  #ring = new Int32Array(16);
  #head = 0;
  length = 0;

  push(customer: number): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.length) & (this.#ring.length - 1)] = customer;
    this.length += 1;
  }

  shift(): number {
    const customer = this.#ring[this.#head] as number;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length -= 1;
    return customer;
  }

  #grow(): void {
    const old = this.#ring;
    this.#ring = new Int32Array(2 * old.length);
    for (let i = 0; i < this.length; i += 1) {
      this.#ring[i] = old[(this.#head + i) & (old.length - 1)] as number;
    }
    this.#head = 0;
  }
}

/** M/M/c: one queue, `workers` servers of mean 1, load 0.8. */
class Station implements Timed {
  readonly #clock = new VirtualClock();
  readonly #line = new Line();
  readonly #workers: number;
  readonly #gapMean: number;
  readonly #customers: number;
  readonly #random = new Random();
  #busy = 0;
  #started = 0;

  constructor(workers: number, customers: number) {
    this.#workers = workers;
    this.#gapMean = 1 / (0.8 * workers);
    this.#customers = customers;
  }

  run(): number {
    this.#clock.after(0, this, 0);
    runToEnd(this.#clock);
    return this.#clock.queue.firedCount;
  }

  fire(kind: number): void {
    if (kind === 0) this.#arrive();
    else if (this.#line.length === 0) this.#busy -= 1;
    else {
      this.#line.shift();
      this.#serve();
    }
  }

  #arrive(): void {
    const customer = this.#started;
    this.#started += 1;
    if (this.#busy < this.#workers) {
      this.#busy += 1;
      this.#serve();
    } else this.#line.push(customer);
    if (this.#started < this.#customers) {
      this.#clock.after(this.#random.exponential(this.#gapMean), this, 0);
    }
  }

  #serve(): void {
    this.#clock.after(this.#random.exponential(1), this, 1);
  }
}

const tandemWorkers = [2, 3, 2];
const tandemMeans = [0.7, 1.3, 0.75];

/** Three stations of 2, 3 and 2 workers; one in ten goes round again. */
class Tandem implements Timed {
  readonly clock = new VirtualClock();
  readonly random = new Random();
  readonly #stations: readonly TandemStation[];
  readonly #customers: number;
  #started = 0;

  constructor(customers: number) {
    this.#customers = customers;
    this.#stations = tandemWorkers.map((_, at) => new TandemStation(this, at));
  }

  run(): number {
    this.clock.after(0, this, 0);
    runToEnd(this.clock);
    return this.clock.queue.firedCount;
  }

  fire(): void {
    this.enter(0, this.#started);
    this.#started += 1;
    if (this.#started < this.#customers) {
      this.clock.after(this.random.exponential(0.5), this, 0);
    }
  }

  enter(at: number, customer: number): void {
    (this.#stations[at] as TandemStation).enter(customer);
  }

  left(at: number, customer: number): void {
    if (at < 2) this.enter(at + 1, customer);
    else if (this.random.uniform() < 0.1) this.enter(0, customer);
  }
}

class TandemStation implements Timed {
  readonly #tandem: Tandem;
  readonly #at: number;
  readonly #line = new Line();
  #free: number;
  readonly #mean: number;

  constructor(tandem: Tandem, at: number) {
    this.#tandem = tandem;
    this.#at = at;
    this.#free = tandemWorkers[at] as number;
    this.#mean = tandemMeans[at] as number;
  }

  enter(customer: number): void {
    if (this.#free > 0) {
      this.#free -= 1;
      this.#serve(customer);
    } else this.#line.push(customer);
  }

  /** @param kind - Who was served. */
  fire(kind: number): void {
    if (this.#line.length === 0) this.#free += 1;
    else this.#serve(this.#line.shift());
    this.#tandem.left(this.#at, kind);
  }

  #serve(customer: number): void {
    const { clock, random } = this.#tandem;
    clock.after(random.exponential(this.#mean), this, customer);
  }
}

/** M/M/1 in which each customer sets a timer of 12,500 mean services: 10,000 of them pend. */
class Timers implements Timed {
  readonly #clock = new VirtualClock();
  readonly #timeout: FixedDelay = this.#clock.fixed(12_500);
  readonly #line = new Line();
  readonly #timers: Ticket[] = [];
  readonly #random = new Random();
  readonly #customers: number;
  #served = -1;
  #started = 0;
  lateCount = 0;

  constructor(customers: number) {
    this.#customers = customers;
  }

  run(): number {
    this.#clock.after(0, this, 0);
    runToEnd(this.#clock);
    return this.#clock.queue.firedCount;
  }

  fire(kind: number): void {
    if (kind === 0) this.#arrive();
    else if (kind === 2) this.lateCount += 1;
    else {
      this.#clock.cancel(this.#timers[this.#served] as Ticket);
      this.#served = -1;
      if (this.#line.length > 0) this.#serve(this.#line.shift());
    }
  }

  #arrive(): void {
    const customer = this.#started;
    this.#started += 1;
    this.#timers.push(this.#timeout.after(this, 2));
    if (this.#served < 0) this.#serve(customer);
    else this.#line.push(customer);
    if (this.#started < this.#customers) {
      this.#clock.after(this.#random.exponential(1 / 0.8), this, 0);
    }
  }

  #serve(customer: number): void {
    this.#served = customer;
    this.#clock.after(this.#random.exponential(1), this, 1);
  }
}

function runToEnd(clock: VirtualClock): void {
  clock.run(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
}
