import { UsageError } from "../kernel/errors.ts";
import type { HttpWaiter } from "./http-connection.ts";
import { ConnectionPool, type HttpClientStats, type PoolOptions } from "./http-pool.ts";

export type HttpClientOptions = PoolOptions &
  Readonly<{
    /** Load may leave this machine. */
    allowRemote?: boolean;
  }>;

const local: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
/** Connections opened at once by `warm`: Node's servers let 511 wait to be accepted. */
const warmBatchCount = 100;

/**
 * The open-loop driver's HTTP/1.1 client: `send` never waits and never retries. One request at a
 * time on each connection; the connection that fell idle last is used first, so that few stay warm
 * and the others age out.
 */
export class HttpClient {
  readonly #pool: ConnectionPool;

  /** @throws {UsageError} `REMOTE_TARGET` when the host is not this machine. */
  constructor(options: HttpClientOptions) {
    const { host, allowRemote = false } = options;
    if (!allowRemote && !local.has(host)) {
      throw new UsageError("REMOTE_TARGET", [
        {
          what: `${host} is not this machine, and a load test may take its target down`,
          hint: "use 127.0.0.1, or allow remote targets if the service is yours to load",
        },
      ]);
    }
    this.#pool = new ConnectionPool(options);
  }

  /**
   * Sends one whole request, head and body as they shall go over the wire. The waiter hears `sent`
   * (possibly before this returns), then exactly one of `answered` and `broke` (always after).
   */
  send(requestText: string, onEnd: HttpWaiter, ticket: number): void {
    this.#pool.send(requestText, onEnd, ticket);
  }

  /**
   * Gives up on a request: its waiter hears no more of it, and the connection it was on is closed,
   * for HTTP/1.1 knows no other way.
   *
   * @returns Whether it was still under way.
   */
  abandon(ticket: number, onEnd: HttpWaiter): boolean {
    return this.#pool.abandon(ticket, onEnd);
  }

  /**
   * Connects ahead, until `count` connections are open (or as many as allowed).
   *
   * @throws {RunError} when one of them cannot be opened.
   */
  async warm(count: number): Promise<void> {
    for (let missing = this.#pool.missingCount(count); missing > 0; missing -= warmBatchCount) {
      const batchCount = Math.min(missing, warmBatchCount);
      await Promise.all(Array.from({ length: batchCount }, () => this.#pool.openAhead()));
    }
  }

  /** Closes every connection. Waiters hear no more: what was under way stays unfinished. */
  close(): void {
    this.#pool.close();
  }

  get stats(): HttpClientStats {
    return this.#pool.stats;
  }
}
