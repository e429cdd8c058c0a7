import type { ParityRow } from "../record/parity-result.ts";

/** The least and the most of several figures; of those that were not measured nothing is known. */
export function spread(values: readonly (number | null)[]): Pick<ParityRow, "low" | "high"> {
  let low: number | null = null;
  let high: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    low = low === null ? value : Math.min(low, value);
    high = high === null ? value : Math.max(high, value);
  }
  return { low, high };
}

/** Whether a measurement lies in the band of its prediction, or beyond it by no more than allowed. */
export function isWithin(
  it: Pick<ParityRow, "predicted" | "low" | "high" | "measured" | "tolerance">,
): boolean {
  const { predicted, low, high, measured, tolerance } = it;
  if (tolerance === null) return true; // Reported, not judged.
  if (measured === null) return predicted === null;
  if (low === null || high === null) return false;
  return measured >= low - tolerance && measured <= high + tolerance;
}
