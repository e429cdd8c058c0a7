const slotCount = 2 ** 14;

/**
 * Remembers keys of late, and when they were posted, in fixed memory: each has one slot, and the next key of a slot takes it.
 * Activations are numbered in a row, so that a stream's last 16,384 keys have slots of their own.
 */
export class RecentKeys {
  readonly #streams = new Float64Array(slotCount).fill(Number.NaN);
  readonly #indexes = new Float64Array(slotCount);
  readonly #atMs = new Float64Array(slotCount);

  /** @param atMs - NaN: not known. */
  add(streamKey: number, index: number, atMs: number): void {
    const slot = slotOf(streamKey, index);
    this.#streams[slot] = streamKey;
    this.#indexes[slot] = index;
    this.#atMs[slot] = atMs;
  }

  /** @returns False also of a key that was forgotten. */
  has(streamKey: number, index: number): boolean {
    const slot = slotOf(streamKey, index);
    return this.#streams[slot] === streamKey && this.#indexes[slot] === index;
  }

  /** When it was posted; NaN: that is not known, or was forgotten. [ms] */
  postedAtMs(streamKey: number, index: number): number {
    return this.has(streamKey, index)
      ? (this.#atMs[slotOf(streamKey, index)] ?? Number.NaN)
      : Number.NaN;
  }
}

function slotOf(streamKey: number, index: number): number {
  return (streamKey ^ index) & (slotCount - 1);
}
