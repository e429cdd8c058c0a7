import type { Clock } from "../kernel/clock.ts";
import type { Transport } from "./call.ts";
import type { ForwardStore } from "./forward-store.ts";
import type { Life } from "./life.ts";
import type { ReversalJournal } from "./reversal-journal.ts";
import type { Tracer } from "./tracer.ts";

/** How one world is made, as one process of it sees it: its clock, its luck, its ways. */
export type World = {
  readonly clock: Clock;
  readonly seed: string;
  /** The way from one end of the chain to the replicas of a service. */
  readonly transportTo: (from: string, service: string) => Transport;
  /** Where the call site `service.stage` of this process keeps what it will deliver later. */
  readonly storeOf: (site: string) => ForwardStore;
  readonly life: Life;
  /** Who hears what happens to activations at `service.stage` of this process; null: nobody. */
  readonly tracerAt: (site: string) => Tracer | null;
  /** Where terminals keep their reversals. Absent: their process is never killed. */
  readonly reversals?: ReversalJournal | null;
};
