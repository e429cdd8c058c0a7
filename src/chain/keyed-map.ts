/** Slots at first; a power of two. */
const startSize = 64;

/**
 * Values by activation: its stream and its number.
 *
 * An open table with linear probing over typed arrays, for it is asked at every posting and every
 * answer; a removed entry is closed up, so that a table in which activations come and go stays small.
 * Many a table is empty: to ask one costs no call.
 */
export class KeyedMap<V> {
  size = 0;
  #mask = startSize - 1;
  #streamKeys = new Int32Array(startSize);
  #indices = new Float64Array(startSize);
  #values: (V | undefined)[] = new Array(startSize).fill(undefined);

  get(streamKey: number, index: number): V | undefined {
    return this.size === 0 ? undefined : this.#look(streamKey, index);
  }

  /** @param value - Not `undefined`, which means that there is none. */
  set(streamKey: number, index: number, value: V): void {
    const slot = this.#find(streamKey, index);
    if (this.#values[slot] === undefined) {
      this.size += 1;
      this.#streamKeys[slot] = streamKey;
      this.#indices[slot] = index;
    }
    this.#values[slot] = value;
    if (2 * this.size > this.#mask) this.#grow();
  }

  /** The value, and forgets it. */
  take(streamKey: number, index: number): V | undefined {
    return this.size === 0 ? undefined : this.#remove(streamKey, index);
  }

  /** Forgets all; the room that it took stays. */
  clear(): void {
    if (this.size === 0) return;
    this.size = 0;
    this.#values.fill(undefined);
  }

  #look(streamKey: number, index: number): V | undefined {
    return this.#values[this.#find(streamKey, index)];
  }

  #remove(streamKey: number, index: number): V | undefined {
    const slot = this.#find(streamKey, index);
    const value = this.#values[slot];
    if (value === undefined) return undefined;
    this.size -= 1;
    this.#close(slot);
    return value;
  }

  /** Where the key stands, or would stand. */
  #find(streamKey: number, index: number): number {
    const mask = this.#mask;
    let slot = homeOf(streamKey, index) & mask;
    while (this.#values[slot] !== undefined) {
      if (this.#indices[slot] === index && this.#streamKeys[slot] === streamKey) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Empties a slot; what was pushed on past it by others comes back (Knuth, TAOCP 3, 6.4 R). */
  #close(start: number): void {
    const mask = this.#mask;
    let hole = start;
    let slot = start;
    for (;;) {
      this.#values[hole] = undefined;
      for (;;) {
        slot = (slot + 1) & mask;
        if (this.#values[slot] === undefined) return;
        const home = homeOf(this.#streamKeys[slot] as number, this.#indices[slot] as number) & mask;
        // It may move to the hole unless its home lies cyclically between the hole and itself.
        if (((slot - home) & mask) >= ((slot - hole) & mask)) break;
      }
      this.#values[hole] = this.#values[slot];
      this.#streamKeys[hole] = this.#streamKeys[slot] as number;
      this.#indices[hole] = this.#indices[slot] as number;
      hole = slot;
    }
  }

  #grow(): void {
    const old = { streamKeys: this.#streamKeys, indices: this.#indices, values: this.#values };
    const size = 2 * old.values.length;
    this.#mask = size - 1;
    this.#streamKeys = new Int32Array(size);
    this.#indices = new Float64Array(size);
    this.#values = new Array(size).fill(undefined);
    old.values.forEach((value, from) => {
      if (value === undefined) return;
      const slot = this.#find(old.streamKeys[from] as number, old.indices[from] as number);
      this.#streamKeys[slot] = old.streamKeys[from] as number;
      this.#indices[slot] = old.indices[from] as number;
      this.#values[slot] = value;
    });
  }
}

/** Numbers follow each other: neighbours stay neighbours, and streams start apart. */
function homeOf(streamKey: number, index: number): number {
  return Math.imul(streamKey, 0x9e3779b1) + (index | 0);
}
