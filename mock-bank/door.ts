import type { FastifyInstance } from "fastify";
import type { DownKind } from "../src/fault/fault.ts";

/**
 * The listening socket of a server. While the replica refuses, it is really closed: who connects
 * is refused by the operating system. What was under way is still answered.
 */
export class Door {
  readonly #server: FastifyInstance;
  readonly #host: string;
  #port = 0;

  constructor(server: FastifyInstance, host: string) {
    this.#server = server;
    this.#host = host;
  }

  /** @returns The port it listens on. */
  async open(port: number): Promise<number> {
    await this.#server.listen({ host: this.#host, port });
    const address = this.#server.server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : port;
    return this.#port;
  }

  /** Closes or opens, as the replica's fault demands. */
  follow(down: DownKind | undefined): void {
    const { server } = this.#server;
    if (down === "refuse") server.close();
    else if (!server.listening) server.listen(this.#port, this.#host);
  }
}
