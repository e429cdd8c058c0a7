import type { Replica } from "../src/chain/replica.ts";
import type { CredentialKeys } from "../src/live/credentials-wire.ts";
import type { WallClock } from "../src/live/wall-clock.ts";
import type { ServerMetrics } from "./metrics.ts";

/** The replica that answers now, with its clock: a rehearsal's copy until the run begins. */
export type Stage = {
  readonly replica: Replica;
  readonly clock: WallClock;
  readonly isRehearsal: boolean;
  /** Calls `then` when what was written down up to now is kept for good: nothing is told before. */
  readonly afterCommit: (then: () => void) => void;
  /** What links and codes are checked with. */
  readonly keys: CredentialKeys;
  /** Operations asked for and not answered; health checks do not count. Kept by the server. */
  openCount: number;
};

/** What a server is built from. */
export type ServerParts = {
  readonly service: string;
  /** Which replica of the service it is, from 1. */
  readonly number: number;
  /** The operations of the service, in the scenario's order. */
  readonly operations: readonly string[];
  readonly stage: () => Stage;
  readonly metrics: ServerMetrics;
  /** Told of a mistake of ours; the client only hears that the server failed. */
  readonly onBug: (error: unknown) => void;
};
