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

/** Where time went, in the order of `causes`. [ms] */
export type TimeByCause = Float64Array;

/**
 * What a late activation is blamed on: where it spent the most time beyond what is usual there.
 *
 * @param usualMs - The same where nothing goes wrong: medians of a run without faults. [ms]
 * @param otherwise - If it spent nowhere more than usual.
 */
export function blameFor(spentMs: TimeByCause, usualMs: TimeByCause, otherwise: Cause): Cause {
  let mostMs = 0;
  let found = otherwise;
  causes.forEach((cause, place) => {
    const beyondMs = (spentMs[place] ?? 0) - (usualMs[place] ?? 0);
    if (beyondMs <= mostMs) return;
    mostMs = beyondMs;
    found = cause;
  });
  return found;
}

/** Who waits in vain blames whom they asked; where a message strayed, it was the way. */
export function blameTheWay(cause: Cause, way: Cause | undefined): Cause {
  const isSilence = cause === "bank-delay" || cause === "operator-capacity";
  return way !== undefined && isSilence ? way : cause;
}

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
  /** It was never to be credited: a forged link, a guessed code. */
  readonly isBad: boolean;
  /** When it was first credited, by the ledger, or by the answer where nothing posts; else NaN. */
  readonly creditedAtMs: number;
};

/** Settles the outcome: the ledger's word counts, not what the terminal believes. */
export function decideOutcome(it: Finished, promiseMs: number): Outcome {
  if (!Number.isNaN(it.creditedAtMs)) {
    return it.creditedAtMs - it.plannedMs <= promiseMs ? "credited" : "late";
  }
  if (it.isBad) return "blocked";
  return it.toldDeclined ? "declined" : "lost";
}

/** The share of activations that should have been credited in time and were not. [ratio] */
export function uncreditedRatio(counts: Readonly<Record<Outcome, number>>): number {
  const due = counts.credited + counts.late + counts.lost;
  return due === 0 ? 0 : (counts.late + counts.lost) / due;
}
