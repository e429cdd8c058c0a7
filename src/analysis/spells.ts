import type { CallGraph } from "../scenario/call-graph.ts";
import { isActiveAt, isHeldAt, type StationActivity } from "./station-activity.ts";

/** A spell as long as this counts, even if it is a single bucket. [ms] */
const spellEnoughMs = 30_000;
/** A shorter spell counts if it has so many buckets: one alone may be luck. */
const spellMinCount = 2;

/** From which bucket to which (included) a station was the bottleneck. */
export type Spell = { readonly station: StationActivity; readonly from: number; to: number };

/** Whether a station waits for one of these services: it calls it, or calls one that does. */
export type Reaches = (station: StationActivity, service: string) => boolean;

/**
 * What lies behind whom. Without a graph (a result alone does not tell) a station may wait for any
 * other.
 */
export function reachOf(watched: readonly StationActivity[], calls?: CallGraph): Reaches {
  if (calls === undefined) return () => true;
  const reached = new Map<string, Set<string>>();
  for (const { name } of watched) {
    // What is added meanwhile is visited too.
    const services = new Set(calls[name]);
    for (const service of services) {
      for (const it of watched) {
        if (it.service === service) for (const next of calls[it.name] ?? []) services.add(next);
      }
    }
    reached.set(name, services);
  }
  return ({ name }, service) => reached.get(name)?.has(service) === true;
}

/** The spells of a run in their order, one at a time. */
export function findSpells(
  watched: readonly StationActivity[],
  bucketCount: number,
  bucketMs: number,
  reaches: Reaches,
): readonly Spell[] {
  const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket);
  const named = buckets.map((bucket) => worstAt(watched, bucket, reaches));
  return mergeAcross(spellsOf(named).filter((spell) => counts(spell, bucketMs)));
}

/**
 * Whether in a bucket of a spell the bottleneck shifts: the station of the spell before it has not
 * yet come to rest, or that of the spell after it is at its limit already.
 *
 * @returns The neighbours' stations that overlap with it there.
 * @see Roser, Nakano & Tanaka 2002, "Shifting bottleneck detection".
 */
export function overlapsAt(
  spells: readonly Spell[],
  place: number,
  bucket: number,
): readonly StationActivity[] {
  const before = spells[place - 1];
  const after = spells[place + 1];
  const overlaps: StationActivity[] = [];
  if (before !== undefined && isOnePeriod(before.station, before.to, bucket)) {
    overlaps.push(before.station);
  }
  if (after !== undefined && isOnePeriod(after.station, bucket, after.from)) {
    overlaps.push(after.station);
  }
  return overlaps.filter((it) => it !== spells[place]?.station);
}

/** The buckets of a spell. */
export function bucketsOf({ from, to }: Spell): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function worstAt(
  watched: readonly StationActivity[],
  bucket: number,
  reaches: Reaches,
): StationActivity | undefined {
  const active = watched.filter((it) => isActiveAt(it, bucket));
  let worst: StationActivity | undefined;
  for (const station of active) {
    const isVictim =
      isHeldAt(station, bucket) &&
      active.some((it) => reaches(station, it.service) && !isHeldAt(it, bucket));
    if (isVictim) continue;
    if (worst === undefined || isWorse(station, worst, bucket)) worst = station;
  }
  return worst;
}

/** A tie leaves the station that was listed first: the order of the scenario, so repeatable. */
function isWorse(a: StationActivity, b: StationActivity, bucket: number): boolean {
  const heldA = isHeldAt(a, bucket) ? at(a.heldRatios, bucket) : 0;
  const heldB = isHeldAt(b, bucket) ? at(b.heldRatios, bucket) : 0;
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

function counts({ from, to }: Spell, bucketMs: number): boolean {
  const bucketCount = to - from + 1;
  return bucketCount >= spellMinCount || bucketCount * bucketMs >= spellEnoughMs;
}

/** Joins two spells of a station that stayed at its limit while a dropped spell came between. */
function mergeAcross(spells: readonly Spell[]): Spell[] {
  const merged: Spell[] = [];
  for (const spell of spells) {
    const last = merged.at(-1);
    const isOne =
      last?.station === spell.station &&
      spell.from - last.to <= spellMinCount &&
      isOnePeriod(spell.station, last.to, spell.from);
    if (last !== undefined && isOne) last.to = spell.to;
    else merged.push({ ...spell });
  }
  return merged;
}

/** Whether a station was at its limit in all buckets from one to another. */
function isOnePeriod(station: StationActivity, from: number, to: number): boolean {
  for (let bucket = from; bucket <= to; bucket += 1) if (!isActiveAt(station, bucket)) return false;
  return true;
}

function at(values: readonly number[], bucket: number): number {
  return values[bucket] ?? 0;
}
