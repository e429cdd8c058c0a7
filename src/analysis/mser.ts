/** Where a series settles. */
export type Truncation = {
  /** Values to leave out at the beginning: a multiple of five. */
  readonly count: number;
  /** The best place lies at the bound: the series may never settle, or is too short to tell. */
  readonly isAtBound: boolean;
};

const batchLength = 5;
/** At most this share is left out: beyond it the estimate rests on the few last values. */
const truncatedMaxRatio = 0.5;

/**
 * MSER-5: how much of the beginning of a series to leave out so that what remains is steady.
 *
 * Means of five values each; of all cuts d, the one where the remaining means have the least
 * squared standard error, sum (z - mean)^2 / (n - d)^2. A cut too short leaves the transient in the
 * sum of squares, one too long makes n - d small.
 *
 * @see White, Cobb & Spratt, "A comparison of five steady-state truncation heuristics for
 * simulation", Proc. Winter Simulation Conference 2000.
 */
export function truncateMser5(series: ArrayLike<number>): Truncation {
  const n = Math.floor(series.length / batchLength);
  const means = new Float64Array(n);
  for (let batch = 0; batch < n; batch += 1) {
    let sum = 0;
    for (let i = 0; i < batchLength; i += 1) sum += series[batch * batchLength + i] ?? 0;
    means[batch] = sum / batchLength;
  }
  const bound = Math.floor(n * truncatedMaxRatio);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  // From the end on, by Welford's update: nothing cancels.
  let mean = 0;
  let squares = 0;
  for (let d = n - 1; d >= 0; d -= 1) {
    const value = means[d] ?? 0;
    const kept = n - d;
    const delta = value - mean;
    mean += delta / kept;
    squares += delta * (value - mean);
    // At equal error the shorter cut: it keeps more.
    if (d <= bound && squares / kept ** 2 <= least) {
      least = squares / kept ** 2;
      best = d;
    }
  }
  return { count: best * batchLength, isAtBound: bound > 0 && best === bound };
}
