import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { RunError } from "../kernel/errors.ts";
import { type ConnectionOwner, HttpConnection, type HttpWaiter } from "./http-connection.ts";
import { ConnectionList } from "./http-connection-list.ts";
import { type HttpLimits, httpLimits } from "./http-parser.ts";
import { HttpQueue } from "./http-queue.ts";

export type PoolOptions = Partial<HttpLimits> &
  Readonly<{
    /** An address, or `localhost`. */
    host: string;
    port: number;
    /** Requests beyond it wait, first come first served. Absent: no bound. */
    maxConnections?: number;
    /**
     * An idle connection is used again until this age; default 4000, less than the 5 s after which
     * Node's servers close it. A server that names its own timeout is believed instead. [ms]
     */
    idleMaxMs?: number;
    /** Tells how long connections have idled; never less than before. [ms] */
    nowMs?: () => number;
  }>;

export type HttpClientStats = Readonly<{
  /** Connections attempted so far. */
  opened: number;
  /** Connections now, those that are being opened or closed among them. */
  open: number;
  idle: number;
  /** Requests given to a connection and not ended. */
  inFlight: number;
  queued: number;
}>;

/** Which connection carries which request. */
export class ConnectionPool implements ConnectionOwner {
  readonly #options: PoolOptions;
  readonly #limits: HttpLimits;
  readonly #openMaxCount: number;
  readonly #idleMaxMs: number;
  readonly #nowMs: () => number;
  /** The last one fell idle last. */
  readonly #idle = new ConnectionList<HttpConnection>();
  /** Being opened, or with a request; the first one for longest. */
  readonly #working = new ConnectionList<HttpConnection>();
  readonly #queue = new HttpQueue();
  #openedCount = 0;
  #openCount = 0;
  /** Being opened for no request yet. */
  #aheadCount = 0;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limits = {
      maxHeadBytes: options.maxHeadBytes ?? httpLimits.maxHeadBytes,
      maxBodyBytes: options.maxBodyBytes ?? httpLimits.maxBodyBytes,
    };
    this.#openMaxCount = options.maxConnections ?? Number.POSITIVE_INFINITY;
    assert(this.#openMaxCount >= 1, "a client needs a connection");
    this.#idleMaxMs = options.idleMaxMs ?? 4_000;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  get stats(): HttpClientStats {
    return {
      opened: this.#openedCount,
      open: this.#openCount,
      idle: this.#idle.length,
      inFlight: this.#working.length - this.#aheadCount,
      queued: this.#queue.length,
    };
  }

  send(text: string, waiter: HttpWaiter, ticket: number): void {
    assert(!this.#isClosed, "the client is closed");
    // Where some wait already, the newest waits behind them.
    const connection = this.#queue.length === 0 ? this.#take() : undefined;
    if (connection === undefined) this.#queue.push(text, waiter, ticket);
    else connection.carry(text, waiter, ticket);
  }

  abandon(ticket: number, waiter: HttpWaiter): boolean {
    // What times out is old, and the old ones come first.
    let connection = this.#working.first;
    while (connection !== undefined && !connection.carries(ticket, waiter)) {
      connection = connection.after;
    }
    connection?.drop();
    return connection !== undefined || this.#queue.remove(ticket, waiter);
  }

  /** How many connections must be opened for `count` to be open, within what is allowed. */
  missingCount(count: number): number {
    return Math.min(count, this.#openMaxCount) - this.#openCount;
  }

  /** @throws {RunError} when no connection comes about. */
  async openAhead(): Promise<void> {
    const { host, port } = this.#options;
    if (this.#isClosed) throw new RunError(`cannot connect to ${host}:${port}: closed by us`);
    const connection = this.#open();
    this.#aheadCount += 1;
    await new Promise<void>((resolve, reject) => {
      connection.onConnected = (reason) => {
        this.#aheadCount -= 1;
        if (reason === undefined) resolve();
        else reject(new RunError(`cannot connect to ${host}:${port}: ${reason}`));
      };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#queue.clear();
    while (this.#idle.first !== undefined) this.#idle.first.drop();
    while (this.#working.first !== undefined) this.#working.first.drop();
  }

  idled(connection: HttpConnection, keepAliveSeconds: number): void {
    const idleMaxMs =
      keepAliveSeconds < 0
        ? this.#idleMaxMs
        : Math.max(keepAliveSeconds - 1, keepAliveSeconds / 2) * 1_000;
    const nowMs = this.#nowMs();
    connection.idleUntilMs = nowMs + idleMaxMs;
    connection.isIdle = true;
    this.#working.remove(connection);
    this.#idle.push(connection);
    // Those that nobody needs any more age out, one at a time.
    const oldest = this.#idle.first;
    if (oldest !== undefined && nowMs >= oldest.idleUntilMs) oldest.drop();
  }

  left(connection: HttpConnection): void {
    if (connection.isIdle) this.#idle.remove(connection);
    else this.#working.remove(connection);
  }

  closed(): void {
    this.#openCount -= 1;
    this.servedOne();
  }

  /** Serves those that wait, as far as there are connections. */
  servedOne(): void {
    while (this.#queue.length > 0) {
      const connection = this.#take();
      if (connection === undefined) return;
      const { text, waiter, ticket } = this.#queue.take();
      connection.carry(text, waiter, ticket);
    }
  }

  /** The connection that fell idle last, or a new one if one is allowed. */
  #take(): HttpConnection | undefined {
    for (let connection = this.#idle.last; connection !== undefined; connection = this.#idle.last) {
      if (this.#nowMs() < connection.idleUntilMs) {
        this.#idle.remove(connection);
        connection.isIdle = false;
        this.#working.push(connection);
        return connection;
      }
      connection.drop();
    }
    return this.#openCount < this.#openMaxCount ? this.#open() : undefined;
  }

  #open(): HttpConnection {
    const { host, port } = this.#options;
    const connection = new HttpConnection({ host, port, limits: this.#limits }, this);
    this.#openedCount += 1;
    this.#openCount += 1;
    this.#working.push(connection);
    return connection;
  }
}
