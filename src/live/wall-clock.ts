import type { Clock, FixedDelay, Ticket, Timed } from "../kernel/clock.ts";
import { EventQueue } from "../kernel/event-queue.ts";
import { TimeHistogram } from "../record/histogram.ts";

/** Timers wake on whole milliseconds; what is due within half of one is fired then. [ms] */
const earlyMs = 0.5;
/** In precise mode, from here on the clock waits in short sleeps instead of a timer. [ms] */
const preciseFromMs = 1.5;
const sleepMaxMs = 0.2;
/** A nap ends this long before the event, for waking up takes time; the rest is spent awake. [ms] */
const awakeMs = 0.12;
/** Naps below this are not worth the call. [ms] */
const sleepMinMs = 0.02;

/** `timer`: within about a millisecond, at no cost. `precise`: within 0.1 ms, for part of a core. */
export type Pacing = "timer" | "precise";

/** Milliseconds of the machine's monotonic clock: the same in every process of this machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/**
 * Wall time. Events fire when they are due, and *see* the instant at which they were due: a chain
 * of delays in one process does not add up the lateness of its timers.
 *
 * Whatever comes from outside (a request, an answer) must call `catchUp` before it touches the
 * chain, so that all that was due before it has happened.
 */
export class WallClock implements Clock {
  /** How late events fired. */
  readonly lateness = new TimeHistogram();
  readonly #queue = new EventQueue();
  readonly #pacing: Pacing;
  readonly #earlyMs: number;
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #offsetMs = Number.NaN;
  #nowMs = 0;
  #isFiring = false;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;

  constructor(pacing: Pacing) {
    this.#pacing = pacing;
    this.#earlyMs = pacing === "timer" ? earlyMs : 0;
  }

  /** @param epochMs - Instant 0 of this clock, on the machine's monotonic clock. */
  start(epochMs: number): void {
    this.#offsetMs = monotonicMs() - performance.now() - epochMs;
    this.#arm();
  }

  stop(): void {
    this.#offsetMs = Number.NaN;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }

  get isRunning(): boolean {
    return !Number.isNaN(this.#offsetMs);
  }

  /** What a watch would show; `nowMs` is the instant of the event that is being worked on. [ms] */
  wallMs(): number {
    return performance.now() + this.#offsetMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, target: Timed, kind: number): void {
    this.timer(this.#nowMs + delayMs, target, kind);
  }

  at(timeMs: number, target: Timed, kind: number): void {
    this.timer(timeMs, target, kind);
  }

  timer(timeMs: number, target: Timed, kind: number): Ticket {
    const dueMs = timeMs > this.#nowMs ? timeMs : this.#nowMs;
    const ticket = this.#queue.push(dueMs, target, kind);
    if (!this.#isFiring && dueMs < this.#timerDueMs) this.#arm();
    return ticket;
  }

  cancel(ticket: Ticket): void {
    this.#queue.cancel(ticket);
  }

  fixed(delayMs: number): FixedDelay {
    const lane = this.#queue.laneFor(delayMs);
    const after = (target: Timed, kind: number): Ticket => {
      const dueMs = this.#nowMs + delayMs;
      const ticket = this.#queue.pushToLane(lane, dueMs, target, kind);
      if (!this.#isFiring && dueMs < this.#timerDueMs) this.#arm();
      return ticket;
    };
    return { delayMs, after };
  }

  /** Fires all that is due by now, and moves on to now. */
  catchUp(): void {
    this.#fireDue(0);
  }

  /** One reading of the watch decides what is due: a second one could step past an event. */
  #fireDue(aheadMs: number): void {
    if (this.#isFiring || !this.isRunning) return;
    this.#isFiring = true;
    const wallMs = this.wallMs();
    const untilMs = wallMs + aheadMs;
    try {
      for (;;) {
        const dueMs = this.#queue.nextMs();
        if (dueMs > untilMs) break;
        if (dueMs > this.#nowMs) this.#nowMs = dueMs;
        this.lateness.record(Math.max(0, wallMs - dueMs));
        this.#queue.fireNext();
      }
    } finally {
      this.#isFiring = false;
    }
    if (wallMs > this.#nowMs) this.#nowMs = wallMs;
    this.#arm();
  }

  /** Makes sure that something wakes this clock when its next event is due. */
  #arm(): void {
    if (!this.isRunning) return;
    const dueMs = this.#queue.nextMs();
    const waitMs = dueMs - this.wallMs();
    if (this.#pacing === "precise" && waitMs < preciseFromMs) {
      this.#immediate ??= setImmediate(this.#approach);
      return;
    }
    if (waitMs < earlyMs) {
      this.#immediate ??= setImmediate(this.#approach);
      return;
    }
    if (dueMs >= this.#timerDueMs && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const earlierMs = this.#pacing === "precise" ? preciseFromMs - 0.5 : 0;
    this.#timer = setTimeout(this.#wake, Math.max(1, Math.floor(waitMs - earlierMs)));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    this.#fireDue(this.#earlyMs);
  };

  /** Sleeps up to the next event in naps so short that answers are still read in time. */
  readonly #approach = (): void => {
    this.#immediate = undefined;
    const waitMs = this.#queue.nextMs() - this.wallMs();
    const napMs = Math.min(waitMs - awakeMs, sleepMaxMs);
    if (this.#pacing === "precise" && napMs > sleepMinMs) {
      Atomics.wait(this.#sleeper, 0, 0, napMs);
    }
    this.#fireDue(this.#earlyMs);
  };
}
