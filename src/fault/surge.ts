import { episodesOf, stretchesOf } from "./episodes.ts";
import type { Fault } from "./fault.ts";

/** A time during which more arrivals come than planned. [ms of the scenario] */
export type SurgeStretch = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Extra arrivals for each planned one: 2 where three times as many come. */
  readonly extraFactor: number;
};

/** One surge of a stream. `index` is the fault's place in the scenario's whole list. */
export type Surge = { readonly index: number; readonly stretches: readonly SurgeStretch[] };

/** What `on` is called for a stream, and for all of them at once. */
export const trafficTarget = "traffic";

/** The surges that hit a stream: its own, and those of all traffic. Those that overlap add up. */
export function surgesOf(
  faults: readonly Fault[],
  stream: string,
  seed: string,
  untilMs: number,
): readonly Surge[] {
  return faults.flatMap((fault, index) => {
    const { on, surge } = fault;
    const isHit = on === trafficTarget || on === `${trafficTarget}.${stream}`;
    if (surge === undefined || !isHit) return [];
    const stretches = episodesOf(fault, seed, index, untilMs).flatMap((episode) =>
      stretchesOf(fault, episode).map(({ fromMs, toMs, strength }) => {
        return { fromMs, toMs, extraFactor: (surge - 1) * strength };
      }),
    );
    return [{ index, stretches }];
  });
}
