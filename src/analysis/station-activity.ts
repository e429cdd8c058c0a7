import type { Series, StationResult } from "../record/result.ts";

/** A station is at its limit while at least this share of its workers is busy. [ratio] */
const busyMinRatio = 0.95;
/** Between two buckets at the limit, one that stays above this is a dip and no pause. [ratio] */
const dipMinRatio = 0.8;
/** Or while it turns away at least this share of what arrives: one in a thousand. [ratio] */
const dropMinRatio = 0.001;
/** Workers held by calls for at least this share of their busy time mostly wait. [ratio] */
const heldMinRatio = 0.5;

/** A station over the buckets of a run. */
export type StationActivity = Series["stations"][number] & {
  readonly service: string;
  /** Workers of all its replicas. */
  readonly workerCount: number;
  /** Of the time that its workers were busy, the share in which an unanswered call held them. */
  readonly heldRatios: readonly number[];
  /** For each bucket, how many buckets the period at the limit around it lasts; 0: not at it. */
  readonly activeCounts: readonly number[];
};

/**
 * When each station was at its limit: nearly all workers busy, or as many requests waiting as
 * workers (so whoever comes waits for a whole service), or requests turned away.
 *
 * Results of older versions know for the whole run alone how far calls hold a station; there each
 * bucket has that share.
 */
export function watchStations(variant: {
  readonly series: Pick<Series, "timesMs" | "stations">;
  readonly stations: readonly StationResult[];
}): StationActivity[] {
  return variant.series.stations.map((series) => {
    const total = variant.stations.find((it) => it.name === series.name);
    const workers = (total?.workers ?? 0) * (total?.replicas ?? 0);
    const heldRatio = total === undefined ? 0 : ratioOf(total.blockedRatio, total.utilisationRatio);
    const atLimit = variant.series.timesMs.map((_, bucket) => isAtLimit(series, bucket, workers));
    const bridged = atLimit.map((isIt, bucket) => isIt || isDip(series, bucket, atLimit));
    const activeCounts = periodLengths(bridged);
    const heldRatios = variant.series.timesMs.map((_, bucket) =>
      series.blockedRatio === undefined
        ? heldRatio
        : ratioOf(series.blockedRatio[bucket] ?? 0, series.utilisationRatio[bucket] ?? 0),
    );
    const service = series.name.split(".")[0] ?? "";
    return { ...series, service, workerCount: workers, heldRatios, activeCounts };
  });
}

/** It mostly waits for others: a victim, where one of those is at its limit too. */
export function isHeldAt(station: StationActivity, bucket: number): boolean {
  return (station.heldRatios[bucket] ?? 0) >= heldMinRatio;
}

export function isActiveAt(station: StationActivity, bucket: number): boolean {
  return (station.activeCounts[bucket] ?? 0) > 0;
}

function isAtLimit(series: Series["stations"][number], bucket: number, workers: number): boolean {
  const queue = series.queueMean[bucket] ?? 0;
  const dropRatio = ratioOf(series.dropped[bucket] ?? 0, series.arrivals[bucket] ?? 0);
  return (
    (series.utilisationRatio[bucket] ?? 0) >= busyMinRatio ||
    (queue > 0 && queue >= workers) ||
    dropRatio >= dropMinRatio
  );
}

function isDip(
  series: Series["stations"][number],
  bucket: number,
  atLimit: readonly boolean[],
): boolean {
  const isBetween = atLimit[bucket - 1] === true && atLimit[bucket + 1] === true;
  return isBetween && (series.utilisationRatio[bucket] ?? 0) >= dipMinRatio;
}

/** `[no, yes, yes, no]` to `[0, 2, 2, 0]`. */
function periodLengths(active: readonly boolean[]): number[] {
  const lengths = active.map(() => 0);
  let start = 0;
  for (let bucket = 0; bucket <= active.length; bucket += 1) {
    if (active[bucket] === true) continue;
    lengths.fill(bucket - start, start, bucket);
    start = bucket + 1;
  }
  return lengths;
}

/** 0 where nothing was: no arrivals, no busy time. */
function ratioOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
