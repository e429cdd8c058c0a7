import { nextNeed } from "./ocba.ts";
import type { SimulateRuns, Trial } from "./plan-trial.ts";

export type SharingOptions = {
  /** Runs that may be spent, all candidates together. [count] */
  readonly runMaxCount: number;
  /** Whether a candidate still matters; asked anew after each step. */
  readonly matters: (trial: Trial) => boolean;
  readonly simulate: SimulateRuns;
};

/**
 * Spends a common stock of runs on those candidates that nobody can decide yet, where it decides most:
 * each step takes the candidate that takes the fewest runs more, and gives the next look to that of its
 * limits that `nextNeed` names. What is too near to its limit to be ever decided comes last, for it would
 * eat the stock of all others.
 *
 * Looks are at numbers of runs that are fixed beforehand, and each may err by its part alone, so it does
 * not matter to the confidence which candidate is looked at, or how often.
 *
 * @returns False when the search was stopped meanwhile.
 */
export async function shareRuns(
  candidates: readonly Trial[],
  { runMaxCount, matters, simulate }: SharingOptions,
): Promise<boolean> {
  let leftCount = runMaxCount;
  for (;;) {
    const steps = candidates
      .filter((it) => it.outcome === "tie" && matters(it))
      .flatMap((trial) => stepsOf(trial))
      .filter((it) => it.runCount <= leftCount);
    const [first, ...rest] = steps;
    if (first === undefined) return true;
    const step = rest.reduce((least, it) => (it.moreCount < least.moreCount ? it : least), first);
    leftCount -= step.runCount;
    if (!(await step.trial.lookAgain(step.condition, simulate))) return false;
  }
}

type Step = {
  readonly trial: Trial;
  readonly condition: number;
  /** Of this look. [count] */
  readonly runCount: number;
  /** Until the candidate is decided, by what is known so far. [count] */
  readonly moreCount: number;
};

/** The next look at a candidate; none where it had its last. */
function stepsOf(trial: Trial): readonly Step[] {
  const next = nextNeed(trial.needs());
  if (next === undefined) return [];
  const { condition, hasCount } = next.need;
  const look = trial.lookAfter(hasCount);
  if (look === undefined) return [];
  return [{ trial, condition, runCount: look - hasCount, moreCount: next.moreCount }];
}
