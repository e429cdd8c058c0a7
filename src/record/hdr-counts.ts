/** Values from here on are told apart by division, for a shift reads 32 bits. */
const shiftMax = 2 ** 31;

/**
 * Counts of whole numbers in the buckets of an HDR histogram: exact up to `2 × 10^digits`, then ever
 * wider, each within `10^-digits` of its values.
 *
 * The layout is that of hdr-histogram-js. Counting with that library was a fifth of what a simulated
 * activation cost: a logarithm and two powers a sample, against a count of leading zeros and a shift.
 *
 * @see http://hdrhistogram.org
 */
export class HdrCounts {
  /** Two to this many values are exact: half of the sub-buckets of the first bucket, doubled. */
  readonly #halfMagnitude: number;
  readonly #half: number;
  #counts: Uint32Array;

  constructor(digits: 2 | 3) {
    this.#halfMagnitude = digits === 3 ? 10 : 7;
    this.#half = 2 ** this.#halfMagnitude;
    this.#counts = new Uint32Array(2 * this.#half);
  }

  /**
   * @param value - A whole number from 0.
   * @param times - How often it came.
   */
  record(value: number, times = 1): void {
    const index = this.#indexOf(value);
    if (index >= this.#counts.length) this.#cover(index);
    this.#counts[index] = (this.#counts[index] as number) + times;
  }

  add(other: HdrCounts): void {
    const { length } = other.#counts;
    if (length > this.#counts.length) this.#cover(length - 1);
    const own = this.#counts;
    for (let index = 0; index < length; index += 1) {
      own[index] = (own[index] as number) + (other.#counts[index] as number);
    }
  }

  /**
   * The greatest value that counts the same as the one of that rank.
   *
   * @param rank - From 1: how many of the samples it does not exceed, itself included.
   */
  valueAt(rank: number): number {
    let sum = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      sum += this.#counts[index] as number;
      if (sum >= rank) return this.#leastAt(index + 1) - 1;
    }
    return 0;
  }

  /** Index and count of each bucket that holds anything, one after the other. */
  toSparse(): number[] {
    const sparse: number[] = [];
    this.#counts.forEach((count, index) => {
      if (count > 0) sparse.push(index, count);
    });
    return sparse;
  }

  static fromSparse(sparse: readonly number[], digits: 2 | 3): HdrCounts {
    const of = new HdrCounts(digits);
    of.#cover(sparse.at(-2) ?? 0);
    for (let at = 0; at < sparse.length; at += 2) of.#counts[sparse[at] ?? 0] = sparse[at + 1] ?? 0;
    return of;
  }

  #indexOf(value: number): number {
    const magnitude = this.#halfMagnitude;
    if (value < shiftMax) {
      const bucket = 31 - magnitude - Math.clz32(value);
      return bucket <= 0 ? value : bucket * this.#half + (value >>> bucket);
    }
    const bucket = 51 - magnitude - Math.clz32(Math.floor(value / 2 ** 20));
    return bucket * this.#half + Math.floor(value / 2 ** bucket);
  }

  /** The least value of a bucket. */
  #leastAt(index: number): number {
    const bucket = Math.max(0, Math.floor(index / this.#half) - 1);
    return (index - bucket * this.#half) * 2 ** bucket;
  }

  #cover(index: number): void {
    let length = this.#counts.length;
    while (length <= index) length += this.#half;
    const more = new Uint32Array(length);
    more.set(this.#counts);
    this.#counts = more;
  }
}
