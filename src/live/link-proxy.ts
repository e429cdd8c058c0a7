import type { Socket } from "node:net";
import { RunError } from "../kernel/errors.ts";
import type { Endpoint } from "./http-transport.ts";
import { LinkConnection, type LinkSide } from "./link-connection.ts";
import { LinkCourier } from "./link-courier.ts";
import { LinkDoor } from "./link-door.ts";
import { type FateSource, LinkFates } from "./link-fates.ts";
import type { LinkCounts } from "./messages.ts";
import type { WallClock } from "./wall-clock.ts";

export type LinkProxyOptions = {
  /** Until it is started, every message passes untouched. */
  readonly clock: WallClock;
  readonly fate: FateSource;
  /** Where the servers behind the link listen. */
  readonly targets: readonly Endpoint[];
  /** Held longer than this, a message is as good as lost. Absent: never. [ms] */
  readonly patienceMs?: number;
  /** Told when the proxy itself fails: the run proves nothing any more. */
  readonly onBug: (error: unknown) => void;
};

/**
 * Stands between real sockets as the link between two ends of the chain: reads the HTTP/1.1
 * messages that pass, and does to each what the faults of the link demand.
 */
export class LinkProxy {
  readonly #targets: readonly LinkTarget[];
  readonly #fates: LinkFates;

  constructor({
    clock,
    fate,
    targets,
    onBug,
    patienceMs = Number.POSITIVE_INFINITY,
  }: LinkProxyOptions) {
    const fates = new LinkFates(clock, fate, patienceMs);
    this.#fates = fates;
    this.#targets = targets.map((target) => new LinkTarget(clock, fates, target, onBug));
  }

  /** @returns Where to connect instead, for each target; on this machine alone. */
  async open(): Promise<readonly Endpoint[]> {
    return Promise.all(this.#targets.map((target) => target.open()));
  }

  /** What became of the messages so far. */
  get counts(): Readonly<LinkCounts> {
    return this.#fates.counts;
  }

  /** Stream and number of each activation whose message went astray, pair by pair. */
  get strayKeys(): readonly number[] {
    return this.#fates.strayKeys;
  }

  /** Closes every port and every connection; what is under way is dropped. */
  async close(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.close()));
  }
}

/** The way to one server: a door of its own, and what came in through it. */
class LinkTarget implements LinkSide {
  readonly clock: WallClock;
  readonly fates: LinkFates;
  readonly target: Endpoint;
  readonly #door: LinkDoor;
  readonly #courier: LinkCourier;
  readonly #onBug: (error: unknown) => void;
  readonly #connections = new Set<LinkConnection>();

  constructor(
    clock: WallClock,
    fates: LinkFates,
    target: Endpoint,
    onBug: (error: unknown) => void,
  ) {
    this.clock = clock;
    this.fates = fates;
    this.target = target;
    this.#onBug = onBug;
    this.#courier = new LinkCourier(target);
    this.#door = new LinkDoor(target, (client) => this.#letIn(client), onBug);
  }

  open(): Promise<Endpoint> {
    return this.#door.open();
  }

  double(request: Buffer): void {
    this.#courier.bring(request);
  }

  refused(): void {
    this.#door.refused();
  }

  ended(): void {
    this.#door.look();
  }

  exhausted(cause: Error): void {
    this.#onBug(new RunError(`the link proxy: ${cause.message}`, undefined, { cause }));
  }

  left(connection: LinkConnection): void {
    this.#connections.delete(connection);
  }

  async close(): Promise<void> {
    const allGone = this.#door.close();
    this.#courier.close();
    for (const connection of this.#connections) connection.destroy();
    await allGone;
  }

  #letIn(client: Socket): void {
    this.#connections.add(new LinkConnection(this, client));
  }
}
