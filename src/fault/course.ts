import { type Episode, type Stretch, stretchesOf } from "./episodes.ts";
import type { Fault } from "./fault.ts";

/** How strong one fault is as a run goes on: a walk through its episodes and their stretches. */
export class FaultCourse {
  /** Now: 0 between episodes, else above 0 and up to 1. */
  strength = 0;
  /** When that changes next, `Infinity` if never. [ms of the run] */
  nextMs: number;
  readonly #fault: Fault;
  readonly #episodes: readonly Episode[];
  readonly #windowFromMs: number;
  #episode = 0;
  #stretches: readonly Stretch[] = [];
  /** -1 before the episode. */
  #stretch = -1;

  /** @param windowFromMs - Where in the scenario the run starts. [ms] */
  constructor(fault: Fault, episodes: readonly Episode[], windowFromMs: number) {
    this.#fault = fault;
    this.#episodes = episodes;
    this.#windowFromMs = windowFromMs;
    this.nextMs = this.#beginMs();
  }

  /** Moves past every change that is due. `nowMs` never decreases. */
  advanceTo(nowMs: number): void {
    while (this.nextMs <= nowMs) this.advance();
  }

  /** Moves past the next change. */
  advance(): void {
    if (this.#stretch < 0) {
      const episode = this.#episodes[this.#episode];
      if (episode === undefined) return;
      this.#stretches = stretchesOf(this.#fault, episode);
    }
    this.#stretch += 1;
    const stretch = this.#stretches[this.#stretch];
    if (stretch !== undefined) {
      this.strength = stretch.strength;
      this.nextMs = stretch.toMs - this.#windowFromMs;
      return;
    }
    this.strength = 0;
    this.#episode += 1;
    this.#stretch = -1;
    this.nextMs = this.#beginMs();
  }

  #beginMs(): number {
    const episode = this.#episodes[this.#episode];
    return episode === undefined ? Number.POSITIVE_INFINITY : episode.fromMs - this.#windowFromMs;
  }
}
