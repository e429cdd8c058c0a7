/** Values by activation: its stream and its number. Numbers alone, for it is asked often. */
export class KeyedMap<V> {
  readonly #streams = new Map<number, Map<number, V>>();

  get(streamKey: number, index: number): V | undefined {
    return this.#streams.get(streamKey)?.get(index);
  }

  set(streamKey: number, index: number, value: V): void {
    let stream = this.#streams.get(streamKey);
    if (stream === undefined) {
      stream = new Map();
      this.#streams.set(streamKey, stream);
    }
    stream.set(index, value);
  }

  /** The value, and forgets it. */
  take(streamKey: number, index: number): V | undefined {
    const stream = this.#streams.get(streamKey);
    const value = stream?.get(index);
    if (value !== undefined) stream?.delete(index);
    return value;
  }
}
