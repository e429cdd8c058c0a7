const second = 1_000;
const minute = 60_000;
const niceMs = [
  100,
  200,
  500,
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  60 * minute,
  120 * minute,
];

/** At most so many buckets a run, so that a chart of it can be read. */
const bucketMaxCount = 120;

/** How a run is cut into buckets for its series. */
export type Buckets = { readonly bucketMs: number; readonly count: number };

/** Buckets of a round length over `durationMs`; what comes after it counts to the last. */
export function cutBuckets(durationMs: number): Buckets {
  const longest = niceMs[niceMs.length - 1] ?? minute;
  const bucketMs =
    niceMs.find((ms) => durationMs / ms <= bucketMaxCount) ??
    Math.ceil(durationMs / bucketMaxCount / longest) * longest;
  return { bucketMs, count: Math.max(1, Math.ceil(durationMs / bucketMs)) };
}

/** The bucket of an instant; instants before the first or after the last count to those. */
export function bucketOf(buckets: Buckets, atMs: number): number {
  const bucket = Math.floor(atMs / buckets.bucketMs);
  return bucket < 0 ? 0 : bucket < buckets.count ? bucket : buckets.count - 1;
}
