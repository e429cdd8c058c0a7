import type { FastifyInstance } from "fastify";
import type { DownKind } from "../src/fault/fault.ts";
import { RunError } from "../src/kernel/errors.ts";

/** While the door was shut, another program may have taken its port for a moment. */
const retryEveryMs = 50;
const retryMaxCount = 100;

/**
 * The listening socket of a server. While the replica refuses, it is really closed: who connects
 * is refused by the operating system. What was under way is still answered.
 */
export class Door {
  readonly #server: FastifyInstance;
  readonly #host: string;
  readonly #onStuck: (error: RunError) => void;
  #port = 0;
  #retry: NodeJS.Timeout | undefined;

  /** @param onStuck - Told when the door cannot be opened again: its port is lost. */
  constructor(server: FastifyInstance, host: string, onStuck: (error: RunError) => void) {
    this.#server = server;
    this.#host = host;
    this.#onStuck = onStuck;
  }

  /** @returns The port it listens on. */
  async open(port: number): Promise<number> {
    await this.#server.listen({ host: this.#host, port });
    const address = this.#server.server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : port;
    return this.#port;
  }

  /** Listens where another process listened until it was killed; tries again while that lasts. */
  async takeOver(port: number): Promise<void> {
    this.#port = port;
    this.#reopen(retryMaxCount);
  }

  /** Closes or opens, as the replica's fault demands. */
  follow(down: DownKind | undefined): void {
    const { server } = this.#server;
    clearTimeout(this.#retry);
    if (down === "refuse") server.close();
    else if (!server.listening) this.#reopen(retryMaxCount);
  }

  /** Closes for good, also what is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#server.close();
  }

  #reopen(triesLeft: number): void {
    const { server } = this.#server;
    const failed = (cause: Error): void => {
      server.off("listening", opened);
      if (triesLeft > 0) {
        this.#retry = setTimeout(() => this.#reopen(triesLeft - 1), retryEveryMs);
      } else {
        const place = `${this.#host}:${this.#port}`;
        this.#onStuck(new RunError(`cannot listen on ${place} again`, undefined, { cause }));
      }
    };
    const opened = (): void => {
      server.off("error", failed);
    };
    server.once("error", failed);
    server.once("listening", opened);
    server.listen(this.#port, this.#host);
  }
}
