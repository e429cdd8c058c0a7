/** What became of an activation; each ends in exactly one. */
export const outcomes = ["credited", "late", "declined", "blocked", "lost"] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a late or lost activation is so. */
export const causes = [
  "bank-delay",
  "communication",
  "link",
  "network",
  "operator-capacity",
] as const;
export type Cause = (typeof causes)[number];

/** How the terminal's side of an activation ended. `planned` is the sum of all five. */
export const endings = ["answered", "timedOut", "failed", "unsent", "unfinished"] as const;
/**
 * `answered`: approved or declined. `timedOut`: patience or timeout ran out. `failed`: the last
 * attempt was refused, broken, or answered with a retriable code. `unsent`: planned, never sent.
 * `unfinished`: still waiting when the run ended.
 */
export type Ending = (typeof endings)[number];

/** All that is known of one activation when nothing more can happen to it. */
export type Finished = {
  readonly plannedMs: number;
  readonly ending: Ending;
  /** The terminal was told: approved. */
  readonly toldApproved: boolean;
  readonly toldDeclined: boolean;
  /** When it was first credited, by the ledger, or by the answer where nothing posts; else NaN. */
  readonly creditedAtMs: number;
};

/** Settles the outcome: the ledger's word counts, not what the terminal believes. */
export function decideOutcome(it: Finished, promiseMs: number): Outcome {
  if (!Number.isNaN(it.creditedAtMs)) {
    return it.creditedAtMs - it.plannedMs <= promiseMs ? "credited" : "late";
  }
  return it.toldDeclined ? "declined" : "lost";
}

/** The share of activations that should have been credited in time and were not. [ratio] */
export function uncreditedRatio(counts: Readonly<Record<Outcome, number>>): number {
  const due = counts.credited + counts.late + counts.lost;
  return due === 0 ? 0 : (counts.late + counts.lost) / due;
}
