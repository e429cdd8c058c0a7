// A number, and its halves as they stand in memory: the higher has the exponent and 20 bits behind it.
const number = new Float64Array(1);
const halves = new Int32Array(number.buffer);
number[0] = 1;
const higher = halves[0] === 0 ? 1 : 0; // Which comes first is up to the processor.
const exponentBias = 1_023;

/** So many times are recorded at once. */
export const timesMax = 64;
const indices = new Int32Array(timesMax);

/**
 * Counts of whole numbers in the buckets of an HDR histogram: exact up to `2 × 10^digits`, then ever
 * wider, each within `10^-digits` of its values.
 *
 * The layout is that of hdr-histogram-js. Counting with that library was a fifth of what a simulated
 * activation cost: a logarithm and two powers a sample. Here a bucket is read off the number itself:
 * its exponent says how wide, and the bits behind that say which.
 *
 * @see http://hdrhistogram.org
 */
export class HdrCounts {
  /** Two to this many values are exact: half of the sub-buckets of the first bucket, doubled. */
  readonly #halfMagnitude: number;
  readonly #half: number;
  /** What the bits of a number are shifted by, and what is taken from them then. */
  readonly #shift: number;
  readonly #offset: number;
  #counts: Uint32Array;

  constructor(digits: 2 | 3) {
    this.#halfMagnitude = digits === 3 ? 10 : 7;
    this.#half = 1 << this.#halfMagnitude; // Not a power of floats: V8 takes what comes of that for one.
    this.#shift = 20 - this.#halfMagnitude;
    this.#offset = (exponentBias - 1 + this.#halfMagnitude) * this.#half;
    this.#counts = new Uint32Array(2 * this.#half);
  }

  /**
   * @param value - A whole number from 0.
   * @param times - How often it came.
   */
  record(value: number, times = 1): void {
    const index = indexOf(value, this.#half, this.#shift, this.#offset);
    if (index >= this.#counts.length) this.#cover(index);
    this.#counts[index] = (this.#counts[index] as number) + times;
  }

  /**
   * Records times, each to its nearest microsecond: `record` in a loop, which costs half as much.
   *
   * @param timesMs - The first `count` of them, `timesMax` at the most; less than nothing counts as nothing. [ms]
   * @param maxMs - Longer ones count as this. [ms]
   */
  recordTimes(timesMs: Float64Array, count: number, maxMs: number): void {
    const most = findIndices(timesMs, count, maxMs, this.#half, this.#shift, this.#offset);
    if (most >= this.#counts.length) this.#cover(most);
    countIndices(this.#counts, count);
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
   * The value of that rank, those of one bucket taken as spread evenly over it: its upper edge, as the
   * library gives, would be too high by half a bucket in the mean, which many samples do show.
   *
   * @param rank - From 1: how many of the samples it does not exceed, itself included.
   */
  valueAt(rank: number): number {
    const counts = this.#counts;
    const { length } = counts;
    let below = 0;
    for (let index = 0; index < length; index += 1) {
      const count = counts[index] as number;
      if (below + count >= rank) {
        const least = this.#leastAt(index);
        const width = this.#leastAt(index + 1) - least;
        return least + Math.floor((width * (rank - below - 0.5)) / count);
      }
      below += count;
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

  /** The least value of a bucket. */
  #leastAt(index: number): number {
    const bucket = Math.max(0, Math.floor(index / this.#half) - 1);
    return (index - bucket * this.#half) * 2 ** bucket;
  }

  /** Makes room for a bucket, and for all below it. */
  #cover(index: number): void {
    let length = this.#counts.length;
    while (length <= index) length += this.#half;
    const more = new Uint32Array(length);
    more.set(this.#counts);
    this.#counts = more;
  }
}

/** @param value - From 0; what is behind its point does not count. */
function indexOf(value: number, half: number, shift: number, offset: number): number {
  if (value < half) return value | 0;
  number[0] = value;
  return ((halves[higher] as number) >> shift) - offset;
}

/** @returns The greatest of the indices of buckets, which are in `indices` then. */
function findIndices(
  timesMs: Float64Array,
  count: number,
  maxMs: number,
  half: number,
  shift: number,
  offset: number,
): number {
  let most = 0;
  for (let at = 0; at < count; at += 1) {
    const ms = timesMs[at] as number;
    const us = (ms > maxMs ? maxMs : ms) * 1_000 + 0.5;
    const index = us >= 1 ? indexOf(us, half, shift, offset) : 0;
    indices[at] = index;
    if (index > most) most = index;
  }
  return most;
}

/** Apart: those buckets are far from each other, and the processor fetches many of them at a time. */
function countIndices(counts: Uint32Array, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const index = indices[at] as number;
    counts[index] = (counts[index] as number) + 1;
  }
}
