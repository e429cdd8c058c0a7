import assert from "node:assert/strict";

/** How many requests of one caller are under way at each replica: all that the caller knows of load. */
export class InFlight {
  readonly #counts: Int32Array;

  constructor(replicaCount: number) {
    this.#counts = new Int32Array(replicaCount);
  }

  of(replica: number): number {
    return this.#counts[replica] as number;
  }

  started(replica: number): void {
    this.#counts[replica] = this.of(replica) + 1;
  }

  ended(replica: number): void {
    const left = this.of(replica) - 1;
    if (left < 0) assert.fail("a request ended that never started");
    this.#counts[replica] = left;
  }
}
