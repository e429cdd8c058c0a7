import { bucketsOf, type Spell } from "./spells.ts";
import type { StationActivity } from "./station-activity.ts";

/** What went in and out of a station over some buckets; rates per second. */
export type Flow = {
  readonly arrivalsPerSecond: number;
  readonly droppedPerSecond: number;
  readonly queueGrowthPerSecond: number;
  /** Taken up by a worker, failed by a fault, or expired: arrivals - dropped - growth. */
  readonly drainedPerSecond: number;
  /** Time of a worker for each of those; NaN where there was none. [ms] */
  readonly workerMs: number;
};

/** How a run is cut into buckets; the last one may be cut short by its end. */
export type Axis = { readonly bucketMs: number; readonly count: number; readonly endMs: number };

/** Buckets before and after a spell that it is held against. */
const neighbourCount = 3;
/** From so much on a change is told. [ratio] */
const toldMinRatio = 1.1;

/**
 * The balance of a station's queue: what came, and did not leave, waits.
 *
 * @returns `null` where the result does not say what waited at the end of each bucket.
 */
export function flowOver(
  station: StationActivity,
  buckets: readonly number[],
  { bucketMs, endMs }: Axis,
): Flow | null {
  const { queueEnd, arrivals, dropped, utilisationRatio, workerCount } = station;
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (queueEnd === undefined || first === undefined || last === undefined) return null;
  const spanMs = (bucket: number) => Math.min(bucketMs, endMs - bucket * bucketMs);
  const seconds = buckets.reduce((sum, bucket) => sum + spanMs(bucket), 0) / 1_000;
  const rate = (values: readonly number[]) =>
    buckets.reduce((sum, bucket) => sum + (values[bucket] ?? 0), 0) / seconds;
  const growth = ((queueEnd[last] ?? 0) - (queueEnd[first - 1] ?? 0)) / seconds;
  const [came, away] = [rate(arrivals), rate(dropped)];
  const drained = came - away - growth;
  const busyMs = buckets.reduce((sum, it) => sum + (utilisationRatio[it] ?? 0) * spanMs(it), 0);
  return {
    arrivalsPerSecond: came,
    droppedPerSecond: away,
    queueGrowthPerSecond: growth,
    drainedPerSecond: drained,
    workerMs: drained > 0 ? (busyMs * workerCount) / (drained * seconds) : Number.NaN,
  };
}

/** `began as each took 3 times as long; ended as 0.6 times as many came`; empty: neither is seen. */
export function tellTurns(spell: Spell, axis: Axis): string {
  const { station, from, to } = spell;
  const during = flowOver(station, bucketsOf(spell), axis);
  const around = (first: number, last: number) => {
    const start = Math.max(0, first);
    const count = Math.min(axis.count - 1, last) - start + 1;
    const buckets = Array.from({ length: Math.max(0, count) }, (_, index) => start + index);
    return flowOver(station, buckets, axis);
  };
  const before = around(from - neighbourCount, from - 1);
  const after = around(to + 1, to + neighbourCount);
  const began = whatChanged(before, during, (it) => it >= toldMinRatio);
  const ended = whatChanged(during, after, (it) => it <= 1 / toldMinRatio);
  const turns = [
    ...(began === "" ? [] : [`began as ${began}`]),
    ...(ended === "" ? [] : [`ended as ${ended}`]),
  ];
  return turns.join("; ");
}

function whatChanged(
  from: Flow | null,
  to: Flow | null,
  isTold: (ratio: number) => boolean,
): string {
  if (from === null || to === null) return "";
  const cameRatio = to.arrivalsPerSecond / from.arrivalsPerSecond;
  const tookRatio = to.workerMs / from.workerMs;
  const told = [
    ...(isTold(tookRatio) ? [`each took ${times(tookRatio)} as long`] : []),
    ...(isTold(cameRatio) ? [came(cameRatio)] : []),
  ];
  return told.join(" and ");
}

function came(ratio: number): string {
  return ratio === 0 ? "nobody came any more" : `${times(ratio)} as many came`;
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${Number(ratio.toPrecision(2))} times` : "ever so many times";
}
