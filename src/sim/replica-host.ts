import type { Replica } from "../chain/replica.ts";
import type { Clock, Timed } from "../kernel/clock.ts";

const HostEvent = { crash: -1, restart: -2 } as const;

/** A span of the run in which a replica is dead. [ms since the start of the run] */
export type CrashSpan = { readonly fromMs: number; readonly toMs: number };

/** The place of one replica: who is killed there comes back as another, empty one. */
export class ReplicaHost implements Timed {
  /** Who serves now; null while it is dead. */
  replica: Replica | null = null;
  /** All that served here, one after the other. */
  readonly generations: Replica[] = [];
  readonly #build: () => Replica;
  readonly #startFaults: (replica: Replica, nowMs: number) => void;
  readonly #clock: Clock;

  /** @param startFaults - Lets what may strike a replica strike it, from an instant on. */
  constructor(
    clock: Clock,
    build: () => Replica,
    startFaults: (replica: Replica, nowMs: number) => void,
  ) {
    this.#clock = clock;
    this.#build = build;
    this.#startFaults = startFaults;
  }

  /** @param crashes - When it is killed and when it is back, in order. */
  start(crashes: readonly CrashSpan[]): void {
    const isDeadAtFirst = crashes.some(({ fromMs, toMs }) => fromMs <= 0 && toMs > 0);
    if (!isDeadAtFirst) this.#boot();
    for (const { fromMs, toMs } of crashes) {
      if (fromMs > 0) this.#clock.at(fromMs, this, HostEvent.crash);
      if (toMs !== Number.POSITIVE_INFINITY) this.#clock.at(toMs, this, HostEvent.restart);
    }
  }

  fire(kind: number): void {
    if (kind === HostEvent.restart) {
      if (this.replica === null) this.#boot();
      return;
    }
    const dead = this.replica;
    this.replica = null;
    dead?.die();
  }

  #boot(): void {
    const replica = this.#build();
    this.replica = replica;
    this.generations.push(replica);
    this.#startFaults(replica, this.#clock.nowMs());
  }
}
