/**
 * The replicas that one request may be sent to: the eligible ones, without the one that was just
 * tried unless it is the only one. Where none is eligible all are, for asking an ejected replica
 * beats asking none: Envoy's "panic", with its threshold at no healthy host.
 *
 * The list is kept between calls, so that a pick allocates nothing.
 */
export class Candidates {
  /** The first `count` entries are the candidates; ascending, until `sample` mixes them. */
  readonly list: Int32Array;
  count = 0;
  /** Whether the list holds every replica in its place, so that nothing needs to be written. */
  #isWhole = false;

  constructor(replicaCount: number) {
    this.list = new Int32Array(replicaCount);
  }

  /**
   * @param eligible - By replica 1 or 0; null: all are.
   * @param avoid - The replica that was just tried; -1: none.
   */
  update(eligible: Uint8Array | null, avoid: number): void {
    if (eligible === null && avoid < 0) {
      this.#takeAll();
      return;
    }
    this.#isWhole = false;
    const list = this.list;
    let count = 0;
    let wasTried = false;
    for (let replica = 0; replica < list.length; replica += 1) {
      if (eligible !== null && eligible[replica] === 0) continue;
      if (replica === avoid) {
        wasTried = true;
      } else {
        list[count] = replica;
        count += 1;
      }
    }
    if (count > 0) {
      this.count = count;
    } else if (wasTried) {
      list[0] = avoid;
      this.count = 1;
    } else {
      this.update(null, avoid);
    }
  }

  /** The candidate at a place of the list, below `count`. */
  at(position: number): number {
    return this.list[position] as number;
  }

  /** Where the first candidate stands that is not before `replica`; behind the last comes the first. */
  positionFrom(replica: number): number {
    if (this.#isWhole) return replica;
    for (let position = 0; position < this.count; position += 1) {
      if (this.at(position) >= replica) return position;
    }
    return 0;
  }

  /**
   * Moves candidates to the front of the list as if drawn one by one without putting back, all from
   * one number: what is left of it after each choice, stretched again to 0..1, makes the next one.
   * That uses up the bits of `u`: 6 a choice with 64 replicas, of 52.
   *
   * @param u - Luck, strictly between 0 and 1.
   * @param choiceCount - How many are wanted.
   * @returns How many there are: fewer where there are fewer candidates.
   */
  sample(u: number, choiceCount: number): number {
    this.#isWhole = false;
    const size = Math.min(choiceCount, this.count);
    let rest = u;
    for (let position = 0; position < size; position += 1) {
      const scaled = rest * (this.count - position);
      const offset = Math.floor(scaled);
      rest = scaled - offset;
      const chosen = this.at(position + offset);
      this.list[position + offset] = this.at(position);
      this.list[position] = chosen;
    }
    return size;
  }

  #takeAll(): void {
    if (this.#isWhole) return;
    for (let replica = 0; replica < this.list.length; replica += 1) this.list[replica] = replica;
    this.count = this.list.length;
    this.#isWhole = true;
  }
}
