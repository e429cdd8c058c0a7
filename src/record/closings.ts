import { closingStates } from "../domain/closing.ts";
import type { BatchClosing } from "./money-result.ts";

/**
 * The closings of the same batch in several runs, or with several banks, as one: the worst state, the
 * latest instants, and all counts together.
 */
export function mergedClosings(one: BatchClosing | undefined, other: BatchClosing): BatchClosing {
  if (one === undefined) return { ...other };
  const place = Math.max(closingStates.indexOf(one.state), closingStates.indexOf(other.state));
  return {
    state: closingStates[place] ?? other.state,
    totalsSentAtMs: Math.max(one.totalsSentAtMs, other.totalsSentAtMs),
    closedAtMs: latest(one.closedAtMs, other.closedAtMs),
    uploadedCount: one.uploadedCount + other.uploadedCount,
    foundCount: one.foundCount + other.foundCount,
    foundMinor: one.foundMinor + other.foundMinor,
  };
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
