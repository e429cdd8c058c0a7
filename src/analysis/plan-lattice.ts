/** What the search needs of one knob: the cost of each value, and whether more is never worse. */
export type LatticeKnob = { readonly costs: readonly number[]; readonly isCapacity: boolean };

/**
 * Every configuration: one value of each knob. They are numbered, the last knob first; values of a
 * capacity ascend. `rank` is their order by cost, and by number where the cost is the same.
 */
export class Lattice {
  readonly size: number;
  readonly #knobs: readonly LatticeKnob[];
  /** What one step of each knob adds to the number. */
  readonly #strides: readonly number[];
  readonly #costs: Float64Array;
  readonly #ranks: Uint32Array;
  readonly #byRank: Uint32Array;

  constructor(knobs: readonly LatticeKnob[]) {
    this.#knobs = knobs;
    const strides: number[] = [];
    let size = 1;
    for (const { costs } of knobs.toReversed()) {
      strides.unshift(size);
      size *= costs.length;
    }
    this.size = size;
    this.#strides = strides;
    this.#costs = Float64Array.from({ length: size }, (_, it) => this.#sumOf(it));
    const costs = this.#costs;
    this.#byRank = Uint32Array.from({ length: size }, (_, it) => it).sort(
      (a, b) => (costs[a] ?? 0) - (costs[b] ?? 0) || a - b,
    );
    this.#ranks = new Uint32Array(size);
    this.#byRank.forEach((it, rank) => {
      this.#ranks[it] = rank;
    });
  }

  /** The places of its values, knob by knob. */
  choiceOf(it: number): readonly number[] {
    return this.#knobs.map((_, knob) => this.#placeOf(it, knob));
  }

  /** The configuration of these places. */
  indexOf(choice: readonly number[]): number {
    return this.#strides.reduce((sum, stride, knob) => sum + stride * (choice[knob] ?? 0), 0);
  }

  costOf(it: number): number {
    return this.#costs[it] ?? Number.NaN;
  }

  rankOf(it: number): number {
    return this.#ranks[it] ?? Number.NaN;
  }

  atRank(rank: number): number {
    return this.#byRank[rank] ?? Number.NaN;
  }

  /** Whether `a` has no more capacity than `b` anywhere, and the same of all else. */
  isWithin(a: number, b: number): boolean {
    return this.#knobs.every(({ isCapacity }, knob) => {
      const [one, other] = [this.#placeOf(a, knob), this.#placeOf(b, knob)];
      return isCapacity ? one <= other : one === other;
    });
  }

  /** For each configuration, how many of those marked have no more capacity; itself included. */
  countWithin(marked: Uint8Array): Uint32Array {
    const counts = Uint32Array.from(marked);
    this.#knobs.forEach(({ isCapacity, costs }, knob) => {
      if (!isCapacity) return;
      const stride = this.#strides[knob] ?? 1;
      for (let it = 0; it < this.size; it += 1) {
        if (Math.floor(it / stride) % costs.length === 0) continue;
        counts[it] = (counts[it] ?? 0) + (counts[it - stride] ?? 0);
      }
    });
    return counts;
  }

  #placeOf(it: number, knob: number): number {
    return Math.floor(it / (this.#strides[knob] ?? 1)) % (this.#knobs[knob]?.costs.length ?? 1);
  }

  #sumOf(it: number): number {
    const sum = this.#knobs.reduce((cost, { costs }, knob) => {
      return cost + (costs[this.#placeOf(it, knob)] ?? 0);
    }, 0);
    return Number(sum.toPrecision(12)); // 0.1 + 0.2 costs as much as 0.3.
  }
}
