import type { Bottleneck, BottleneckShare, Series, StationResult } from "../record/result.ts";
import type { CallGraph } from "../scenario/call-graph.ts";
import { type Flow, flowOver, tellTurns } from "./spell-flow.ts";
import { bucketsOf, findSpells, overlapsAt, type Reaches, reachOf, type Spell } from "./spells.ts";
import { isActiveAt, isHeldAt, type StationActivity, watchStations } from "./station-activity.ts";

export type FoundBottlenecks = {
  readonly bottlenecks: Bottleneck[];
  /** Of the whole run, by station; the greatest first. */
  readonly bottleneckShares: BottleneckShare[];
};

/**
 * Which station was the bottleneck, from when to when; empty while none was at its limit.
 *
 * The active-period method, on buckets: at each instant the bottleneck is the station at its limit
 * for the longest uninterrupted time around then. Culprit before victim: a station whose workers
 * are mostly held by unanswered calls is named only if no station at its limit works itself, and
 * among such stations the one that is held least. Neighbouring buckets make a spell; a spell of
 * fewer than 2 buckets and 30 s is dropped.
 *
 * @param context - Who calls whom, to tell victims from bystanders (absent: anyone may wait for
 *   anyone), and the length of the run (absent: its buckets are whole).
 * @see Roser, Nakano & Tanaka 2001, "A practical bottleneck detection method".
 */
export function findBottlenecks(
  variant: {
    readonly series: Pick<Series, "bucketMs" | "timesMs" | "stations">;
    readonly stations: readonly StationResult[];
  },
  { calls, durationMs }: { readonly calls?: CallGraph; readonly durationMs?: number } = {},
): FoundBottlenecks {
  const { bucketMs, timesMs } = variant.series;
  const endMs = durationMs ?? timesMs.length * bucketMs;
  const axis = { bucketMs, count: timesMs.length, endMs };
  const watched = watchStations(variant);
  const reaches = reachOf(watched, calls);
  const spells = findSpells(watched, timesMs.length, bucketMs, reaches);
  const bottlenecks = spells.map((spell, place): Bottleneck => {
    const victims = victimsOf(spell, watched, reaches);
    const flow = flowOver(spell.station, bucketsOf(spell), axis);
    const sole = bucketsOf(spell).filter((it) => overlapsAt(spells, place, it).length === 0);
    const heldBy = isMostlyHeld(spell) ? (calls?.[spell.station.name] ?? []) : [];
    return {
      station: spell.station.name,
      fromMs: timesMs[spell.from] ?? 0,
      toMs: Math.min(endMs, (timesMs[spell.to] ?? 0) + bucketMs),
      why: explain(spell, victims, heldBy, tellTurns(spell, axis), flow),
      soleRatio: sole.length / bucketsOf(spell).length,
      ...(flow !== null && {
        arrivalsPerSecond: flow.arrivalsPerSecond,
        droppedPerSecond: flow.droppedPerSecond,
        drainedPerSecond: flow.drainedPerSecond,
        queueGrowthPerSecond: flow.queueGrowthPerSecond,
      }),
      ...(victims.length > 0 && { victims: [...victims] }),
      ...(heldBy.length > 0 && { heldBy: [...heldBy] }),
    };
  });
  return { bottlenecks, bottleneckShares: sharesOf(spells, timesMs.length) };
}

/** How long each station was the bottleneck alone, and how long while it shifted. */
function sharesOf(spells: readonly Spell[], bucketCount: number): BottleneckShare[] {
  const counts = new Map<string, { sole: number; shifting: Set<number> }>();
  const countOf = ({ name }: StationActivity) => {
    const known = counts.get(name) ?? { sole: 0, shifting: new Set() };
    counts.set(name, known);
    return known;
  };
  spells.forEach((spell, place) => {
    for (const bucket of bucketsOf(spell)) {
      const others = overlapsAt(spells, place, bucket);
      if (others.length === 0) countOf(spell.station).sole += 1;
      else for (const it of [spell.station, ...others]) countOf(it).shifting.add(bucket);
    }
  });
  return [...counts]
    .map(([station, { sole, shifting }]) => ({
      station,
      soleRatio: sole / bucketCount,
      shiftingRatio: shifting.size / bucketCount,
    }))
    .sort((a, b) => b.soleRatio + b.shiftingRatio - (a.soleRatio + a.shiftingRatio));
}

/** Stations at their limit for half of the spell at least, held by calls that lead to its service. */
function victimsOf(
  spell: Spell,
  watched: readonly StationActivity[],
  reaches: Reaches,
): readonly string[] {
  const buckets = bucketsOf(spell);
  const isVictimAt = (it: StationActivity, bucket: number) =>
    isActiveAt(it, bucket) && isHeldAt(it, bucket);
  return watched
    .filter((it) => it !== spell.station && reaches(it, spell.station.service))
    .filter((it) => 2 * buckets.filter((at) => isVictimAt(it, at)).length >= buckets.length)
    .map(({ name }) => name);
}

function isMostlyHeld(spell: Spell): boolean {
  const buckets = bucketsOf(spell);
  return 2 * buckets.filter((it) => isHeldAt(spell.station, it)).length > buckets.length;
}

/** `bank.risk: busy 99 %, queue up to 200, 34 requests turned away`; the queue is a bucket's mean. */
function explain(
  spell: Spell,
  victims: readonly string[],
  heldBy: readonly string[],
  turns: string,
  flow: Flow | null,
): string {
  const { station } = spell;
  const buckets = bucketsOf(spell);
  const busyRatio = sumOver(station.utilisationRatio, buckets) / buckets.length;
  const queueMax = Math.max(...buckets.map((bucket) => station.queueMean[bucket] ?? 0));
  const dropped = sumOver(station.dropped, buckets);
  const parts = [`busy ${Math.round(busyRatio * 100)} %`];
  if (Math.round(queueMax) > 0) parts.push(`queue up to ${brief(Math.round(queueMax))}`);
  if (dropped > 0)
    parts.push(`${brief(dropped)} ${dropped === 1 ? "request" : "requests"} turned away`);
  if (flow !== null) {
    const came = brief(flow.arrivalsPerSecond);
    const left = brief(flow.drainedPerSecond);
    parts.push(`${came}/s came and ${left}/s left its queue`);
  }
  if (isMostlyHeld(spell)) {
    const whom = heldBy.length === 0 ? "" : ` to ${heldBy.join(" or ")}`;
    parts.push(`its workers mostly held by calls${whom} that wait for an answer`);
  }
  const meanwhile = victims.length === 0 ? "" : `; meanwhile held calls fill ${join(victims)}`;
  return `${station.name}: ${parts.join(", ")}${meanwhile}${turns === "" ? "" : `; ${turns}`}`;
}

function join(names: readonly string[]): string {
  return names.join(" and ");
}

/** Series are means over seeds: a count may be broken. Thousands are separated. */
function brief(count: number): string {
  if (count < 10) return `${Number(count.toPrecision(2))}`;
  return Math.round(count).toLocaleString("en-US");
}

function sumOver(values: readonly number[], buckets: readonly number[]): number {
  return buckets.reduce((sum, bucket) => sum + (values[bucket] ?? 0), 0);
}
