import { type Cause, causes, type Outcome, outcomes } from "../domain/outcome.ts";

/** More activations than this are sampled: 26 bytes each. */
const countMax = 500_000;
/** More than any run has; each stream keeps its first. */
const strideMax = 2 ** 31;

/**
 * What became of each activation of one run, to be held against the same activation of another.
 *
 * Past `countMax` only every second number is kept, then every fourth …: which ones depends on
 * their numbers alone, so that two worlds keep the same ones.
 */
export class ActivationLog {
  /** Every how-manieth activation is kept, by its number. */
  stride = 1;
  count = 0;
  readonly #countMax: number;
  #streamKeys = new Int32Array(1_024);
  #indices = new Float64Array(1_024);
  #plannedMs = new Float64Array(1_024);
  #latenciesMs = new Float64Array(1_024);
  #outcomes = new Uint8Array(1_024);
  #causes = new Int8Array(1_024);

  constructor(most = countMax) {
    this.#countMax = most;
  }

  /** @param latencyMs - From the planned instant to the end at the terminal; NaN: it did not end. */
  readonly add = (
    streamKey: number,
    index: number,
    plannedMs: number,
    latencyMs: number,
    outcome: Outcome,
    cause: Cause | null = null,
  ): void => {
    if (index % this.stride !== 0) return;
    while (this.count >= this.#countMax && this.stride < strideMax) this.#thin();
    if (index % this.stride !== 0 || this.count >= this.#countMax) return;
    if (this.count === this.#indices.length) this.#grow();
    const row = this.count;
    this.count += 1;
    this.#streamKeys[row] = streamKey;
    this.#indices[row] = index;
    this.#plannedMs[row] = plannedMs;
    this.#latenciesMs[row] = latencyMs;
    this.#outcomes[row] = outcomes.indexOf(outcome);
    this.#causes[row] = cause === null ? -1 : causes.indexOf(cause);
  };

  streamKeyAt(row: number): number {
    return this.#streamKeys[row] ?? 0;
  }

  /** Number of the activation within its stream. */
  indexAt(row: number): number {
    return this.#indices[row] ?? 0;
  }

  plannedMsAt(row: number): number {
    return this.#plannedMs[row] ?? 0;
  }

  latencyMsAt(row: number): number {
    return this.#latenciesMs[row] ?? Number.NaN;
  }

  /** Place of its outcome among `outcomes`. */
  outcomeAt(row: number): number {
    return this.#outcomes[row] ?? 0;
  }

  /** Place among `causes` of what it suffered from; -1: it is neither late nor lost. */
  causeAt(row: number): number {
    return this.#causes[row] ?? -1;
  }

  /** Lets go of every second number. */
  #thin(): void {
    this.stride *= 2;
    let kept = 0;
    for (let row = 0; row < this.count; row += 1) {
      if (this.indexAt(row) % this.stride !== 0) continue;
      this.#streamKeys[kept] = this.streamKeyAt(row);
      this.#indices[kept] = this.indexAt(row);
      this.#plannedMs[kept] = this.plannedMsAt(row);
      this.#latenciesMs[kept] = this.latencyMsAt(row);
      this.#outcomes[kept] = this.outcomeAt(row);
      this.#causes[kept] = this.causeAt(row);
      kept += 1;
    }
    this.count = kept;
  }

  #grow(): void {
    const length = Math.min(this.#indices.length * 2, this.#countMax);
    const copy = <A extends { set(from: A): void }>(into: A, from: A): A => {
      into.set(from);
      return into;
    };
    this.#streamKeys = copy(new Int32Array(length), this.#streamKeys);
    this.#indices = copy(new Float64Array(length), this.#indices);
    this.#plannedMs = copy(new Float64Array(length), this.#plannedMs);
    this.#latenciesMs = copy(new Float64Array(length), this.#latenciesMs);
    this.#outcomes = copy(new Uint8Array(length), this.#outcomes);
    this.#causes = copy(new Int8Array(length), this.#causes);
  }
}
