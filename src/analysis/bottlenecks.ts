import type { Bottleneck, Series, StationResult } from "../record/result.ts";
import { type StationActivity, watchStations } from "./station-activity.ts";

/** A spell as long as this counts, even if it is a single bucket. [ms] */
const spellEnoughMs = 30_000;
/** A shorter spell counts if it has so many buckets: one alone may be luck. */
const spellMinCount = 2;

/** From which bucket to which (included) a station was the bottleneck. */
type Spell = { readonly station: StationActivity; readonly from: number; to: number };

/**
 * Which station was the bottleneck, from when to when; empty while none was at its limit.
 *
 * The active-period method, on buckets: at each instant the bottleneck is the station at its limit
 * for the longest uninterrupted time around then. Culprit before victim: a station whose workers
 * are mostly held by unanswered calls is named only if no station at its limit works itself, and
 * among such stations the one that is held least. Neighbouring buckets make a spell; a spell of
 * fewer than 2 buckets and 30 s is dropped.
 *
 * @see Roser, Nakano & Tanaka 2001, "A practical bottleneck detection method".
 */
export function findBottlenecks(variant: {
  readonly series: Pick<Series, "bucketMs" | "timesMs" | "stations">;
  readonly stations: readonly StationResult[];
}): Bottleneck[] {
  const { bucketMs, timesMs } = variant.series;
  const watched = watchStations(variant);
  const named = timesMs.map((_, bucket) => worstAt(watched, bucket));
  return mergeAcross(spellsOf(named).filter((spell) => counts(spell, bucketMs))).map((spell) => {
    const fromMs = timesMs[spell.from] ?? 0;
    const toMs = (timesMs[spell.to] ?? 0) + bucketMs;
    return { station: spell.station.name, fromMs, toMs, why: explain(spell, watched) };
  });
}

function worstAt(watched: readonly StationActivity[], bucket: number): StationActivity | undefined {
  let worst: StationActivity | undefined;
  for (const station of watched) {
    if (!isActive(station, bucket)) continue;
    if (worst === undefined || isWorse(station, worst, bucket)) worst = station;
  }
  return worst;
}

/** A tie leaves the station that was listed first: the order of the scenario, so repeatable. */
function isWorse(a: StationActivity, b: StationActivity, bucket: number): boolean {
  const heldA = a.isHeld ? a.heldRatio : 0;
  const heldB = b.isHeld ? b.heldRatio : 0;
  if (heldA !== heldB) return heldA < heldB;
  const [periodA, periodB] = [at(a.activeCounts, bucket), at(b.activeCounts, bucket)];
  if (periodA !== periodB) return periodA > periodB;
  return at(a.utilisationRatio, bucket) > at(b.utilisationRatio, bucket);
}

function spellsOf(named: readonly (StationActivity | undefined)[]): Spell[] {
  const spells: Spell[] = [];
  named.forEach((station, bucket) => {
    if (station === undefined) return;
    const last = spells.at(-1);
    if (last?.station === station && last.to === bucket - 1) last.to = bucket;
    else spells.push({ station, from: bucket, to: bucket });
  });
  return spells;
}

function counts(spell: Spell, bucketMs: number): boolean {
  const bucketCount = spell.to - spell.from + 1;
  return bucketCount >= spellMinCount || bucketCount * bucketMs >= spellEnoughMs;
}

/** Joins two spells of a station that stayed at its limit while a dropped spell came between. */
function mergeAcross(spells: readonly Spell[]): Spell[] {
  const merged: Spell[] = [];
  for (const spell of spells) {
    const last = merged.at(-1);
    const isOnePeriod =
      last?.station === spell.station &&
      spell.from - last.to <= spellMinCount &&
      range(last.to, spell.from).every((bucket) => isActive(spell.station, bucket));
    if (last !== undefined && isOnePeriod) last.to = spell.to;
    else merged.push({ ...spell });
  }
  return merged;
}

/** `bank.risk: busy 99 %, queue up to 200, 34 requests turned away`; the queue is a bucket's mean. */
function explain({ station, from, to }: Spell, watched: readonly StationActivity[]): string {
  const buckets = range(from, to);
  const busyRatio = sumOver(station.utilisationRatio, buckets) / buckets.length;
  const queueMax = Math.max(...buckets.map((bucket) => at(station.queueMean, bucket)));
  const dropped = sumOver(station.dropped, buckets);
  const parts = [`busy ${Math.round(busyRatio * 100)} %`];
  if (Math.round(queueMax) > 0) parts.push(`queue up to ${Math.round(queueMax)}`);
  if (dropped > 0)
    parts.push(`${brief(dropped)} ${dropped === 1 ? "request" : "requests"} turned away`);
  if (station.isHeld) parts.push("its workers mostly held by calls that wait for an answer");
  const victims = watched.filter(
    (it) =>
      it !== station &&
      it.isHeld &&
      buckets.filter((bucket) => isActive(it, bucket)).length * 2 >= buckets.length,
  );
  const names = victims.map((it) => it.name).join(" and ");
  const meanwhile = names === "" ? "" : `; meanwhile held calls fill ${names}`;
  return `${station.name}: ${parts.join(", ")}${meanwhile}`;
}

/** Series are means over seeds: a count may be broken. */
function brief(count: number): string {
  return count >= 10 ? `${Math.round(count)}` : `${Number(count.toPrecision(2))}`;
}

function isActive(station: StationActivity, bucket: number): boolean {
  return at(station.activeCounts, bucket) > 0;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function sumOver(values: readonly number[], buckets: readonly number[]): number {
  return buckets.reduce((sum, bucket) => sum + at(values, bucket), 0);
}

function at(values: readonly number[], bucket: number): number {
  return values[bucket] ?? 0;
}
