import type { Series } from "../record/result.ts";

/** More buckets than a screen has room for only make the page heavy. */
const bucketMaxCount = 240;

/**
 * Merges neighbouring buckets until at most `maxCount` are left. Counts add up, means are averaged.
 * Percentiles cannot be averaged: of them the highest stays, so that no peak is smoothed away.
 */
export function thinSeries(series: Series, maxCount: number = bucketMaxCount): Series {
  const size = Math.ceil(series.timesMs.length / maxCount);
  if (size <= 1) return series;
  const merge = <T>(values: readonly T[], combine: (group: readonly T[]) => T): T[] => {
    const merged: T[] = [];
    for (let from = 0; from < values.length; from += size) {
      merged.push(combine(values.slice(from, from + size)));
    }
    return merged;
  };
  const { causes } = series;
  return {
    bucketMs: series.bucketMs * size,
    timesMs: series.timesMs.filter((_, index) => index % size === 0),
    planned: merge(series.planned, sum),
    credited: merge(series.credited, sum),
    late: merge(series.late, sum),
    declined: merge(series.declined, sum),
    blocked: merge(series.blocked, sum),
    lost: merge(series.lost, sum),
    ...(causes !== undefined && {
      causes: {
        "bank-delay": merge(causes["bank-delay"], sum),
        communication: merge(causes.communication, sum),
        link: merge(causes.link, sum),
        network: merge(causes.network, sum),
        "operator-capacity": merge(causes["operator-capacity"], sum),
      },
    }),
    latencyP50Ms: merge(series.latencyP50Ms, highest),
    latencyP99Ms: merge(series.latencyP99Ms, highest),
    sendLagP99Ms: merge(series.sendLagP99Ms, highest),
    stations: series.stations.map((it) => ({
      name: it.name,
      arrivals: merge(it.arrivals, sum),
      dropped: merge(it.dropped, sum),
      utilisationRatio: merge(it.utilisationRatio, mean),
      queueMean: merge(it.queueMean, mean),
      ...(it.blockedRatio !== undefined && { blockedRatio: merge(it.blockedRatio, mean) }),
      ...(it.queueEnd !== undefined && { queueEnd: merge(it.queueEnd, last) }),
    })),
  };
}

function sum(group: readonly number[]): number {
  return group.reduce((total, it) => total + it, 0);
}

function mean(group: readonly number[]): number {
  return sum(group) / group.length;
}

function last(group: readonly number[]): number {
  return group.at(-1) ?? 0;
}

function highest(group: readonly (number | null)[]): number | null {
  return group.reduce(
    (most, it) => (it !== null && (most === null || it > most) ? it : most),
    null,
  );
}
