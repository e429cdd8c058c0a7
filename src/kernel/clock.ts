/**
 * Something that time can call. Kinds are the target's own small integers: from 0 what happens to every
 * activation, below 0 what comes seldom. The two are called from different places in the code, so that
 * the compiler sees few classes at the first, and puts those in place.
 */
export interface Timed {
  fire(kind: number): void;
}

/** The kind of a target to which only one thing happens, and seldom. */
export const seldom = -1;

/** Names one pending event, for `cancel`. A ticket outlives its event without harm. */
export type Ticket = number;

/** The ticket of no event: cancelling it does nothing. */
export const noTicket: Ticket = -0.5; // Tickets are too large for small integers: no fields that hold both kinds.

/** Time, handed in from outside. Wall time when live, virtual time when simulated. */
export interface Clock {
  /** Time since the run began. [ms, never decreases] */
  nowMs(): number;
  /** Calls `target.fire(kind)` once, `delayMs` from now; no closure per event. */
  after(delayMs: number, target: Timed, kind: number): void;
  /** Calls `target.fire(kind)` once, at an instant of the run's time (now, if it has passed). */
  at(timeMs: number, target: Timed, kind: number): void;
  /** As `at`, for what may be cancelled: a ticket costs a little more. */
  timer(timeMs: number, target: Timed, kind: number): Ticket;
  cancel(ticket: Ticket): void;
  /** Timers of one length, for a delay that is waited for again and again, such as a timeout. */
  fixed(delayMs: number): FixedDelay;
}

/** One length of time to wait for. Far cheaper than `timer` where most waits are cancelled. */
export interface FixedDelay {
  readonly delayMs: number;
  after(target: Timed, kind: number): Ticket;
}
