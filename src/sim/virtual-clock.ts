import type { Clock, FixedDelay, Ticket, Timed } from "../kernel/clock.ts";
import { EventQueue } from "../kernel/event-queue.ts";

/** Virtual time: it stands still while an event is worked on, then jumps to the next. */
export class VirtualClock implements Clock {
  readonly queue = new EventQueue();
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, target: Timed, kind: number): void {
    this.queue.pushForGood(this.#nowMs + delayMs, target, kind);
  }

  at(timeMs: number, target: Timed, kind: number): void {
    this.queue.pushForGood(timeMs > this.#nowMs ? timeMs : this.#nowMs, target, kind);
  }

  timer(timeMs: number, target: Timed, kind: number): Ticket {
    return this.queue.push(timeMs > this.#nowMs ? timeMs : this.#nowMs, target, kind);
  }

  cancel(ticket: Ticket): void {
    this.queue.cancel(ticket);
  }

  fixed(delayMs: number): FixedDelay {
    return new VirtualDelay(this, delayMs);
  }

  /**
   * Fires events in their order until none is left that is due before `untilMs`.
   *
   * @param eventMax - Stops after so many, so that a caller can report progress.
   * @returns Whether events that are due were left.
   */
  run(untilMs: number, eventMax: number): boolean {
    const queue = this.queue;
    for (let fired = 0; fired < eventMax; fired += 1) {
      const nextMs = queue.nextMs();
      if (nextMs >= untilMs) return false;
      this.#nowMs = nextMs;
      queue.fireNext();
    }
    return queue.nextMs() < untilMs;
  }
}

class VirtualDelay implements FixedDelay {
  readonly delayMs: number;
  readonly #clock: VirtualClock;
  readonly #lane: number;

  constructor(clock: VirtualClock, delayMs: number) {
    this.delayMs = delayMs;
    this.#clock = clock;
    this.#lane = clock.queue.laneFor(delayMs);
  }

  after(target: Timed, kind: number): Ticket {
    const clock = this.#clock;
    return clock.queue.pushToLane(this.#lane, clock.nowMs() + this.delayMs, target, kind);
  }
}
