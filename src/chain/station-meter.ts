/** Told of everything that happens at one station; a record is made of it. */
export interface StationMeter {
  arrived(nowMs: number): void;
  /** Turned away: the queue was full, or the station shed it. */
  dropped(nowMs: number): void;
  /** Failed by a fault at the stage. */
  failed(nowMs: number): void;
  /** Its deadline passed before a worker took it up. */
  expired(nowMs: number): void;
  /** So many died here when the replica was killed. */
  killed(count: number): void;
  /** Taken up by a worker after `waitMs` in the queue. */
  started(waitMs: number): void;
  /** The worker is free again after `heldMs`. */
  completed(heldMs: number): void;
  /** The levels from `nowMs` on: busy workers, those of them held by a call, requests waiting. */
  levels(nowMs: number, busy: number, held: number, queued: number): void;
}
