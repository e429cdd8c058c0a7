import assert from "node:assert/strict";
import { buildDistribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { roundMs } from "../kernel/units.ts";
import type { Fault } from "./fault.ts";

/** One time that a fault acts, the end not included. [ms of the scenario; `toMs` may be `Infinity`] */
export type Episode = { readonly fromMs: number; readonly toMs: number };

/** A part of an episode in which the fault is equally strong, 0..1. */
export type Stretch = Episode & { readonly strength: number };

/**
 * A fault may have this many episodes, so that every loop over them is bounded: exactly, where they
 * come `every` so often; on average, where they come at random. The loader refuses more.
 */
export const episodeMaxCount = 10_000;

/** A ramp is climbed in so many steps; each has the strength that the straight line has halfway. */
const rampStepCount = 20;

/** The shortest time between two changes, so that random episodes never touch. [ms] */
const leastMs = 0.001;

/**
 * The episodes of a fault that begin before `untilMs`, in order, none overlapping. The last may end
 * later: who asks further ahead sees the same episodes first.
 *
 * @param faultIndex - Its place in the scenario's whole list: replicas, and both worlds, draw alike.
 */
export function episodesOf(
  fault: Fault,
  seed: string,
  faultIndex: number,
  untilMs: number,
): readonly Episode[] {
  const { at, every, random } = fault;
  const lengthMs = fault.for ?? Number.POSITIVE_INFINITY;
  if (random !== undefined) {
    return randomEpisodes(at, at + lengthMs, random, siteKey(seed, `fault/${faultIndex}`), untilMs);
  }
  if (every === undefined) return at < untilMs ? [{ fromMs: at, toMs: at + lengthMs }] : [];
  const count = Math.max(0, Math.ceil((untilMs - at) / every));
  assert(count <= episodeMaxCount, "the loader lets no more episodes through");
  return Array.from({ length: count }, (_, n) => {
    const fromMs = roundMs(at + n * every);
    return { fromMs, toMs: roundMs(fromMs + lengthMs) };
  });
}

/** Health and trouble by turns, each exponentially long; trouble ends with the whole time at last. */
function randomEpisodes(
  atMs: number,
  endMs: number,
  { mtbf, mttr }: { readonly mtbf: number; readonly mttr: number },
  site: number,
  untilMs: number,
): readonly Episode[] {
  const health = buildDistribution({ exponential: { mean: mtbf } });
  const trouble = buildDistribution({ exponential: { mean: mttr } });
  const episodes: Episode[] = [];
  let nowMs = atMs;
  for (let n = 0; ; n += 1) {
    // Twice the average is a hundred standard deviations away where the average is at its limit.
    assert(n <= 2 * episodeMaxCount, "the loader lets no more episodes through");
    const fromMs = roundMs(nowMs + Math.max(leastMs, drawMs(health, draw(site, 0, n, 0))));
    if (fromMs >= Math.min(endMs, untilMs)) return episodes;
    nowMs = roundMs(fromMs + Math.max(leastMs, drawMs(trouble, draw(site, 0, n, 1))));
    episodes.push({ fromMs, toMs: Math.min(nowMs, endMs) });
  }
}

/** The times at which at least one of the episodes goes on, in order, none touching. */
export function joinEpisodes(episodes: readonly Episode[]): readonly Episode[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of episodes.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || fromMs > last.toMs) joined.push({ fromMs, toMs });
    else last.toMs = Math.max(last.toMs, toMs);
  }
  return joined;
}

/** An episode cut where the strength changes: up the ramp, then full to its end. */
export function stretchesOf(fault: Fault, { fromMs, toMs }: Episode): readonly Stretch[] {
  const { ramp } = fault;
  if (ramp === undefined) return [{ fromMs, toMs, strength: 1 }];
  const beginMs = (step: number) => Math.min(toMs, roundMs(fromMs + (step * ramp) / rampStepCount));
  const steps = Array.from({ length: rampStepCount }, (_, step) => ({
    fromMs: beginMs(step),
    toMs: beginMs(step + 1),
    strength: (step + 0.5) / rampStepCount,
  }));
  const full = { fromMs: beginMs(rampStepCount), toMs, strength: 1 };
  return [...steps, full].filter((it) => it.fromMs < it.toMs);
}

/** How strong the fault is at an instant of one of its episodes: 0 outside it, else up to 1. */
export function strengthAt(fault: Fault, episode: Episode, nowMs: number): number {
  const stretch = stretchesOf(fault, episode).find((it) => nowMs >= it.fromMs && nowMs < it.toMs);
  return stretch?.strength ?? 0;
}
