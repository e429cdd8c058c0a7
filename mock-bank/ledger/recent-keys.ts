const slotCount = 2 ** 14;

/**
 * Remembers keys of late, in fixed memory: each has one slot, and the next key of a slot takes it.
 * Activations are numbered in a row, so that a stream's last 16,384 keys have slots of their own.
 */
export class RecentKeys {
  readonly #streams = new Float64Array(slotCount).fill(Number.NaN);
  readonly #indexes = new Float64Array(slotCount);

  add(streamKey: number, index: number): void {
    const slot = slotOf(streamKey, index);
    this.#streams[slot] = streamKey;
    this.#indexes[slot] = index;
  }

  /** @returns False also of a key that was forgotten. */
  has(streamKey: number, index: number): boolean {
    const slot = slotOf(streamKey, index);
    return this.#streams[slot] === streamKey && this.#indexes[slot] === index;
  }
}

function slotOf(streamKey: number, index: number): number {
  return (streamKey ^ index) & (slotCount - 1);
}
