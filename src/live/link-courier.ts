import { isUtf8 } from "node:buffer";
import { HttpClient } from "./http-client.ts";
import type { HttpWaiter } from "./http-connection.ts";
import type { Endpoint } from "./http-transport.ts";

/**
 * Brings second copies of requests to a server, over connections that nobody else uses, and throws
 * their answers away. What is no UTF-8 is not copied: JSON always is (RFC 8259, section 8.1).
 */
export class LinkCourier implements HttpWaiter {
  readonly #client: HttpClient;

  constructor({ host, port }: Endpoint) {
    // Whether a target may be elsewhere is for those to ask who were told of it.
    this.#client = new HttpClient({ host, port, allowRemote: true });
  }

  bring(request: Buffer): void {
    if (isUtf8(request)) this.#client.send(request.toString(), this, 0);
  }

  answered(): void {}

  broke(): void {}

  close(): void {
    this.#client.close();
  }
}
