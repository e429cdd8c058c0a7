import { Bulkhead, type BulkheadSpec } from "../policy/bulkhead.ts";
import { WaitingLine } from "../policy/waiting-line.ts";
import type { Request } from "./request.ts";

/** The places of a bulkhead, and the requests that wait for one. */
export class BulkheadLine {
  /** How long a request waits for a place. [ms] */
  readonly waitMs: number;
  readonly #places: Bulkhead;
  readonly #line = new WaitingLine<Request>();
  readonly #lineMax: number;

  constructor(spec: BulkheadSpec) {
    this.waitMs = spec.wait;
    this.#places = new Bulkhead(spec.limit);
    this.#lineMax = spec.queue;
  }

  tryEnter(): boolean {
    return this.#places.tryEnter();
  }

  /** @returns Whether the request waits now; false: too many do. */
  wait(request: Request): boolean {
    if (this.#line.length >= this.#lineMax) return false;
    this.#line.push(request);
    return true;
  }

  quit(request: Request): void {
    this.#line.remove(request);
  }

  /** Gives a place back. @returns Who has it now, out of the line. */
  leave(): Request | undefined {
    this.#places.leave();
    const next = this.#line.shift();
    if (next !== undefined) this.#places.tryEnter();
    return next;
  }
}
