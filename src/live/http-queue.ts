import assert from "node:assert/strict";
import type { HttpWaiter } from "./http-connection.ts";

export type QueuedRequest = { readonly text: string; readonly waiter: HttpWaiter; ticket: number };

/** Requests that wait for a connection: first come, first served. */
export class HttpQueue {
  #requests: (QueuedRequest | undefined)[] = [];
  #head = 0;
  length = 0;

  push(text: string, waiter: HttpWaiter, ticket: number): void {
    this.#requests.push({ text, waiter, ticket });
    this.length += 1;
  }

  /** Takes the oldest. Ask `length` first. */
  take(): QueuedRequest {
    for (;;) {
      assert(this.#head < this.#requests.length, "nothing is queued");
      const request = this.#requests[this.#head];
      this.#requests[this.#head] = undefined;
      this.#head += 1;
      if (this.#head > 1_024 && this.#head * 2 > this.#requests.length) {
        this.#requests = this.#requests.slice(this.#head);
        this.#head = 0;
      }
      if (request === undefined) continue; // Removed while it waited.
      this.length -= 1;
      return request;
    }
  }

  /** @returns Whether it was queued. Quick for the old ones, which are those that time out. */
  remove(ticket: number, waiter: HttpWaiter): boolean {
    for (let at = this.#head; at < this.#requests.length; at += 1) {
      const request = this.#requests[at];
      if (request?.ticket !== ticket || request.waiter !== waiter) continue;
      this.#requests[at] = undefined;
      this.length -= 1;
      if (at === this.#head) this.#head += 1;
      return true;
    }
    return false;
  }

  clear(): void {
    this.#requests = [];
    this.#head = 0;
    this.length = 0;
  }
}
