import { type Cause, causes } from "../domain/outcome.ts";
import type { VariantResult } from "../record/result.ts";

/** Causes as a sentence names them, and what a late or lost activation of each suffered from. */
export const causeWords: Readonly<
  Record<Cause, { readonly name: string; readonly meaning: string }>
> = {
  "bank-delay": {
    name: "bank delay",
    meaning:
      "The bank was too slow, silent or full; or the operator's workers were all held by calls to it.",
  },
  communication: {
    name: "communication between operator and bank",
    meaning:
      "Between operator and bank, requests or answers were lost, refused, cut off or long on their way.",
  },
  link: {
    name: "the activation link",
    meaning:
      "A merchant who did nothing wrong was turned away: the link or the code had expired, was used or missing.",
  },
  network: {
    name: "the network",
    meaning: "Between terminal and operator, messages were lost or long on their way.",
  },
  "operator-capacity": {
    name: "operator capacity",
    meaning: "The operator itself was too slow, had no room, or was down.",
  },
};

/** How many late and lost activations a cause is blamed for. */
export type CauseCount = {
  readonly cause: Cause;
  readonly count: number;
  /** Of the late and lost. */
  readonly ratio: number;
};

/** The causes that occurred, the one of most activations first. */
export function causeCounts(variant: Pick<VariantResult, "causes">): readonly CauseCount[] {
  const total = causes.reduce((sum, cause) => sum + variant.causes[cause], 0);
  return causes
    .map((cause) => ({ cause, count: variant.causes[cause], ratio: variant.causes[cause] / total }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
