import type { Outcome } from "../domain/outcome.ts";
import type { EndedActivation, OnActivation } from "./activation-record.ts";

type WorstActivation = EndedActivation & {
  /** What it is compared by among those of its outcome. [ms] */
  readonly sizeMs: number;
};

/** How bad an outcome is. What was declined, or rightly blocked, ended as it should. */
const ranks: Readonly<Record<Outcome, number>> = {
  lost: 3,
  late: 2,
  credited: 1,
  declined: 0,
  blocked: 0,
};

/**
 * The few worst activations of a run: first the lost ones, those first whose merchant waited
 * longest; then the late, by when they were credited; then the slowest. Of two that are equally bad
 * the one planned earlier. It keeps no more than it is asked for.
 */
export class WorstActivations {
  readonly #most: number;
  readonly #list: WorstActivation[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Worst first. */
  get list(): readonly EndedActivation[] {
    return this.#list;
  }

  readonly add: OnActivation = (key, index, plannedMs, latencyMs, outcome, _cause, creditMs) => {
    if (ranks[outcome] === 0) return;
    const sizeMs = outcome === "late" ? creditMs : endless(latencyMs);
    const last = this.#list[this.#most - 1];
    if (last !== undefined && badness(outcome, sizeMs, last) < 0) return;
    const it = { streamKey: key, index, plannedMs, latencyMs, outcome, sizeMs };
    const at = this.#list.findIndex((other) => isWorse(it, other));
    this.#list.splice(at < 0 ? this.#list.length : at, 0, it);
    if (this.#list.length > this.#most) this.#list.pop();
  };
}

/** A merchant who never heard anything waited longest. */
function endless(latencyMs: number): number {
  return Number.isNaN(latencyMs) ? Number.POSITIVE_INFINITY : latencyMs;
}

/** Above 0: worse than `other`; below: better. */
function badness(outcome: Outcome, sizeMs: number, other: WorstActivation): number {
  const byOutcome = ranks[outcome] - ranks[other.outcome];
  if (byOutcome !== 0 || sizeMs === other.sizeMs) return byOutcome;
  return sizeMs > other.sizeMs ? 1 : -1;
}

function isWorse(it: WorstActivation, other: WorstActivation): boolean {
  const difference =
    -badness(it.outcome, it.sizeMs, other) ||
    it.plannedMs - other.plannedMs ||
    it.index - other.index ||
    it.streamKey - other.streamKey;
  return difference < 0;
}
