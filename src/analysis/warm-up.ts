import { truncateMser5 } from "./mser.ts";

/** Values of a series at most: enough for 500 batches, and a thousandth of a run is told apart. */
const slotMaxCount = 2_500;

export type FoundWarmUp = {
  /** Activations planned from here on are of the steady state. [ms] */
  readonly warmUpMs: number;
  /** More than half of the run would have had to go: it may never settle. */
  readonly isAtBound: boolean;
};

/**
 * The mean latency of a run, slot by slot, by when activations were planned: in constant memory, for
 * MSER-5 to find where it settles. Slots in which nothing was planned, or nothing ended, are skipped.
 */
export class LatencySeries {
  readonly #slotMs: number;
  readonly #sums = new Float64Array(slotMaxCount);
  readonly #counts = new Float64Array(slotMaxCount);

  /** @param durationMs - Length of the traffic, above 0. */
  constructor(durationMs: number) {
    this.#slotMs = durationMs / slotMaxCount;
  }

  add(plannedMs: number, latencyMs: number): void {
    if (Number.isNaN(latencyMs)) return; // Nothing of it ended.
    const slot = Math.min(slotMaxCount - 1, Math.max(0, Math.floor(plannedMs / this.#slotMs)));
    this.#sums[slot] = (this.#sums[slot] ?? 0) + latencyMs;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  warmUp(): FoundWarmUp {
    const slots = Array.from(this.#counts.keys()).filter((slot) => (this.#counts[slot] ?? 0) > 0);
    const means = slots.map((slot) => (this.#sums[slot] ?? 0) / (this.#counts[slot] ?? 1));
    const { count, isAtBound } = truncateMser5(means);
    return { warmUpMs: count === 0 ? 0 : (slots[count] ?? 0) * this.#slotMs, isAtBound };
  }
}
