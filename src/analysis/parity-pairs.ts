import type { ExcludedSpan } from "../record/parity-result.ts";
import type { ActivationLog } from "./parity-log.ts";

/** The same activations in two worlds. */
export type Pairs = {
  /** |latency - latency| of each that ended in the same outcome in both, ascending. [ms] */
  readonly errorsMs: Float64Array;
  /** Found in both. */
  readonly pairedCount: number;
  /** Of the paired: ended in another outcome. */
  readonly differingCount: number;
  /** Found in one alone. */
  readonly unpairedCount: number;
  /** Planned in an excluded span of the first. */
  readonly excludedCount: number;
  /** Every how-manieth number both have kept. */
  readonly stride: number;
};

/** Finds each activation of one world in the other by its stream and its number. */
export function pairActivations(
  first: ActivationLog,
  second: ActivationLog,
  excluded: readonly ExcludedSpan[],
): Pairs {
  const stride = Math.max(first.stride, second.stride); // Powers of two: the one divides the other.
  const rowsOf = new Map<number, Map<number, number>>();
  let onlyFirst = 0;
  for (let row = 0; row < first.count; row += 1) {
    if (first.indexAt(row) % stride !== 0) continue;
    const stream = first.streamKeyAt(row);
    let rows = rowsOf.get(stream);
    if (rows === undefined) {
      rows = new Map();
      rowsOf.set(stream, rows);
    }
    rows.set(first.indexAt(row), row);
    onlyFirst += 1;
  }
  const errorsMs = new Float64Array(Math.min(first.count, second.count));
  let errorCount = 0;
  let pairedCount = 0;
  let differingCount = 0;
  let onlySecond = 0;
  let excludedCount = 0;
  for (let row = 0; row < second.count; row += 1) {
    if (second.indexAt(row) % stride !== 0) continue;
    const other = rowsOf.get(second.streamKeyAt(row))?.get(second.indexAt(row));
    if (other === undefined) {
      onlySecond += 1;
      continue;
    }
    onlyFirst -= 1;
    if (isExcluded(excluded, first.plannedMsAt(other))) {
      excludedCount += 1;
      continue;
    }
    pairedCount += 1;
    if (first.outcomeAt(other) !== second.outcomeAt(row)) {
      differingCount += 1;
      continue;
    }
    const errorMs = Math.abs(first.latencyMsAt(other) - second.latencyMsAt(row));
    if (Number.isNaN(errorMs)) continue;
    errorsMs[errorCount] = errorMs;
    errorCount += 1;
  }
  return {
    errorsMs: errorsMs.subarray(0, errorCount).sort(),
    pairedCount,
    differingCount,
    unpairedCount: onlyFirst + onlySecond,
    excludedCount,
    stride,
  };
}

/** Whether an instant lies in a span that is not judged. */
export function isExcluded(excluded: readonly ExcludedSpan[], atMs: number): boolean {
  return excluded.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

/** The least value that this share of an ascending sample does not exceed; null without samples. */
export function sortedQuantile(sorted: Float64Array, quantile: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)] ?? null;
}
