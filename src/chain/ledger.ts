/** Where a bank writes credits. One for all replicas of a service. */
export interface Ledger {
  /**
   * Posts the credit of one activation, once: asking again changes nothing.
   *
   * @returns Whether this call posted it; false when it stood already.
   */
  post(streamKey: number, index: number, amountMinor: number, nowMs: number): boolean;
  has(streamKey: number, index: number): boolean;
}

/** A ledger in memory, for the virtual world. Forgets what can no longer be asked for. */
export class MemoryLedger implements Ledger {
  readonly #creditedAtMs = new Map<number, Map<number, number>>();

  post(streamKey: number, index: number, _amountMinor: number, nowMs: number): boolean {
    const stream = this.#stream(streamKey);
    if (stream.has(index)) return false;
    stream.set(index, nowMs);
    return true;
  }

  has(streamKey: number, index: number): boolean {
    return this.#stream(streamKey).has(index);
  }

  /** When it was credited, NaN if never. Forgets it: nothing can ask for it any more. [ms] */
  take(streamKey: number, index: number): number {
    const stream = this.#stream(streamKey);
    const creditedAtMs = stream.get(index) ?? Number.NaN;
    stream.delete(index);
    return creditedAtMs;
  }

  #stream(streamKey: number): Map<number, number> {
    let stream = this.#creditedAtMs.get(streamKey);
    if (stream === undefined) {
      stream = new Map();
      this.#creditedAtMs.set(streamKey, stream);
    }
    return stream;
  }
}
