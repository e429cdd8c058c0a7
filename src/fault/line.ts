import type { Episode } from "./episodes.ts";

/** Lists of begins and ends, in order, none overlapping; a cursor leaves behind what is over. */
class Spells {
  readonly fromMs: Float64Array;
  readonly toMs: Float64Array;
  /** The first that is not known to be over. */
  first = 0;

  constructor(episodes: readonly Episode[], windowFromMs: number) {
    this.fromMs = Float64Array.from(episodes, (it) => it.fromMs - windowFromMs);
    this.toMs = Float64Array.from(episodes, (it) => it.toMs - windowFromMs);
  }

  /** Leaves behind what is over at `nowMs`, which never decreases. */
  advanceTo(nowMs: number): void {
    while (this.first < this.toMs.length && (this.toMs[this.first] as number) <= nowMs) {
      this.first += 1;
    }
  }
}

/** When nothing passes one way of a link. Times are those of the run. [ms] */
export class StallGate {
  readonly #stalls: Spells;

  /** @param stalls - In the scenario's time, in order, none touching. */
  constructor(stalls: readonly Episode[], windowFromMs: number) {
    this.#stalls = new Spells(stalls, windowFromMs);
  }

  /** Nothing is asked about times before `nowMs` any more. */
  advanceTo(nowMs: number): void {
    this.#stalls.advanceTo(nowMs);
  }

  /** When work that begins at `fromMs` is done, if it stands still in every stall. Work 0: passes. */
  doneMs(fromMs: number, workMs: number): number {
    const stalls = this.#stalls;
    let atMs = fromMs;
    let leftMs = workMs;
    for (let i = stalls.first; i < stalls.fromMs.length; i += 1) {
      const stallMs = stalls.fromMs[i] as number;
      if (atMs + leftMs < stallMs) break;
      const endMs = stalls.toMs[i] as number;
      if (endMs <= atMs) continue;
      if (atMs < stallMs) leftMs -= stallMs - atMs;
      atMs = endMs;
    }
    return atMs + leftMs;
  }

  /** Whether it is shut, or will be, before `untilMs`. */
  isShutBefore(untilMs: number): boolean {
    const stalls = this.#stalls;
    return stalls.first < stalls.fromMs.length && (stalls.fromMs[stalls.first] as number) < untilMs;
  }
}

/**
 * One way of a line of small bandwidth: messages pass one after the other. When the limit ends, what
 * still waits passes at once.
 */
export class SlowLine {
  readonly #limits: Spells;
  readonly #msPerByte: number;
  #freeAtMs = 0;

  constructor(limits: readonly Episode[], windowFromMs: number, bitsPerSecond: number) {
    this.#limits = new Spells(limits, windowFromMs);
    this.#msPerByte = 8_000 / bitsPerSecond;
  }

  /** When a message that reaches the line at `atMs` (never decreasing) has passed it. [ms] */
  passedMs(atMs: number, bytes: number, gate: StallGate): number {
    const limits = this.#limits;
    const beginMs = atMs > this.#freeAtMs ? atMs : this.#freeAtMs;
    limits.advanceTo(beginMs);
    const { first } = limits;
    if (first === limits.fromMs.length || beginMs < (limits.fromMs[first] as number)) {
      return beginMs;
    }
    const doneMs = gate.doneMs(beginMs, bytes * this.#msPerByte);
    const endMs = limits.toMs[first] as number;
    this.#freeAtMs = doneMs < endMs ? doneMs : endMs;
    return this.#freeAtMs;
  }
}
