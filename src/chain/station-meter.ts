/** Told of everything that happens at one station; a record is made of it. */
export interface StationMeter {
  arrived(nowMs: number): void;
  /** A fault keeps it from the queue from now on (1), or no longer (-1). */
  delayed(nowMs: number, change: 1 | -1): void;
  /** Turned away: the queue was full, or the station shed it, after `waitMs` in the queue. */
  dropped(nowMs: number, waitMs: number): void;
  /** Failed by a fault at the stage. */
  failed(nowMs: number): void;
  /** Its deadline passed before a worker took it up, after `waitMs` in the queue. */
  expired(nowMs: number, waitMs: number): void;
  /** So many died here when the replica was killed. `levels` follows, and says 0. */
  killed(nowMs: number, count: number): void;
  /** Taken up by a worker after `waitMs` in the queue. */
  started(nowMs: number, waitMs: number): void;
  /** The worker is free again after `heldMs`. */
  completed(nowMs: number, heldMs: number): void;
  /** The levels from `nowMs` on: busy workers, those of them held by a call, requests waiting. */
  levels(nowMs: number, busy: number, held: number, queued: number): void;
}
