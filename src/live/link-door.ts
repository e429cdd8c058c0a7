import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { RunError } from "../kernel/errors.ts";
import type { Endpoint } from "./http-transport.ts";
import { codeOf } from "./socket-ends.ts";

const host = "127.0.0.1";
/** While the target refuses, it is asked this often whether it still does. [ms] */
const lookEveryMs = 5;
/** While the door was shut, another program may have taken its port for a moment. */
const reopenMaxCount = 1_000;

/**
 * The listening socket of a proxy for one target, shut as long as the target's own is: who connects
 * is then refused by the operating system, as the target itself would refuse. It can only follow.
 * Whoever comes between the target's shutting and ours is let in and reset.
 */
export class LinkDoor {
  readonly #target: Endpoint;
  readonly #server: Server;
  readonly #onBug: (error: unknown) => void;
  #port = 0;
  #probe: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reopenCount = 0;
  #isClosed = false;

  /** @param onBug - Told when the door cannot be opened again, or no more can be let in. */
  constructor(
    target: Endpoint,
    onConnection: (client: Socket) => void,
    onBug: (error: unknown) => void,
  ) {
    this.#target = target;
    this.#onBug = onBug;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  }

  /** @returns Where it listens: any free port of this machine's own address. */
  async open(): Promise<Endpoint> {
    this.#server.listen(0, host);
    await once(this.#server, "listening");
    const address = this.#server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : 0;
    this.#server.on("error", (error) => this.#failed(error));
    this.#server.on("listening", () => {
      this.#reopenCount = 0;
    });
    return { host, port: this.#port };
  }

  /** The target has ended a connection unannounced: looks whether it refuses now. */
  look(): void {
    if (this.#probe !== undefined || this.#isClosed) return;
    const probe = connect(this.#target);
    this.#probe = probe;
    probe.on("connect", () => {
      probe.destroy();
      this.#reopen();
    });
    probe.on("error", (error) => {
      if (codeOf(error) === "ECONNREFUSED") this.#server.close();
    });
    probe.on("close", () => {
      this.#probe = undefined;
      if (!this.#server.listening) this.#lookLater();
    });
  }

  /** The target has refused a connection. */
  refused(): void {
    if (this.#isClosed || !this.#server.listening) return;
    this.#server.close();
    this.#lookLater();
  }

  /** Shuts it for good. Resolves when all who came in are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#probe?.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), lookEveryMs);
  }

  #reopen(): void {
    if (!this.#server.listening && !this.#isClosed) this.#server.listen(this.#port, host);
  }

  #failed(cause: Error): void {
    if (this.#server.listening) {
      // No more can be let in: too few descriptors.
      this.#onBug(new RunError(`the link proxy: ${cause.message}`, undefined, { cause }));
      return;
    }
    this.#reopenCount += 1;
    if (this.#reopenCount <= reopenMaxCount) this.#lookLater();
    else {
      const what = `cannot listen on ${host}:${this.#port} again`;
      this.#onBug(new RunError(what, undefined, { cause }));
    }
  }
}
