import { type Episode, episodesOf, joinEpisodes } from "./episodes.ts";
import { type Fault, parseFaultTarget } from "./fault.ts";

/**
 * When the process of a replica is killed, and when it comes back, in the time of the run.
 *
 * What overlaps or touches is one crash, so that no process is killed twice or comes back in between.
 *
 * @param faults - The scenario's whole list: its places key the random episodes.
 * @param number - Of the replica; counts from 1, as in `bank#2`.
 * @param spanFromMs - Where in the scenario the run starts. [ms]
 * @param spanToMs - Where it ends. A crash that lasts longer ends there. [ms]
 * @returns Ordered, none touching, all within 0 and the length of the span. [ms of the run]
 */
export function crashEpisodes(
  faults: readonly Fault[],
  seed: string,
  service: string,
  number: number,
  spanFromMs: number,
  spanToMs: number,
): readonly Episode[] {
  const crashes = faults.flatMap((fault, index) => {
    const target = parseFaultTarget(fault.on);
    if (fault.down !== "crash" || target?.service !== service) return [];
    if (target.replica !== undefined && target.replica !== number) return [];
    return episodesOf(fault, seed, index, spanToMs);
  });
  return joinEpisodes(crashes).flatMap((it) => {
    const fromMs = Math.max(spanFromMs, it.fromMs);
    const toMs = Math.min(spanToMs, it.toMs);
    return fromMs < toMs ? [{ fromMs: fromMs - spanFromMs, toMs: toMs - spanFromMs }] : [];
  });
}
