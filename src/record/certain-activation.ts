import type { EndedActivation, OnActivation } from "./activation-record.ts";

/** One certain activation of a run, if there is such a one. */
export class CertainActivation {
  /** The nearest number of its stream that there is; `undefined`: the stream had none. */
  nearestIndex: number | undefined;
  readonly #streamKey: number;
  readonly #index: number;
  readonly #list: EndedActivation[] = [];

  constructor(streamKey: number, index: number) {
    this.#streamKey = streamKey;
    this.#index = index;
  }

  /** The activation, or nothing. */
  get list(): readonly EndedActivation[] {
    return this.#list;
  }

  readonly add: OnActivation = (streamKey, index, plannedMs, latencyMs, outcome) => {
    if (streamKey !== this.#streamKey) return;
    const isNearer =
      this.nearestIndex === undefined ||
      Math.abs(index - this.#index) < Math.abs(this.nearestIndex - this.#index);
    if (isNearer) this.nearestIndex = index;
    if (index === this.#index) this.#list.push({ streamKey, index, plannedMs, latencyMs, outcome });
  };
}
