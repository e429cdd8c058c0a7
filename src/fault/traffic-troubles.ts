import { draw, siteKey } from "../kernel/draw.ts";
import { type Episode, episodesOf, strengthAt } from "./episodes.ts";
import type { Fault } from "./fault.ts";
import { trafficTarget } from "./surge.ts";
import { identityEffects } from "./traffic-effects.ts";

type Trouble = {
  readonly fault: Fault;
  readonly site: number;
  readonly episodes: readonly Episode[];
};

/** Parts that a page lacks. */
export type LostParts = {
  readonly link: boolean;
  readonly captcha: boolean;
  readonly code: boolean;
};

const nothingLost: LostParts = { link: false, captcha: false, code: false };

/** What befalls those who start an activation, by when it is due and by luck of its own. */
export class TrafficTroubles {
  readonly #troubles: readonly Trouble[];
  readonly #windowFromMs: number;

  /**
   * @param windowFromMs - Where in the scenario the run begins. [ms]
   * @param untilMs - The end of its traffic, in the scenario's time. [ms]
   */
  constructor(
    faults: readonly Fault[],
    stream: string,
    seed: string,
    windowFromMs: number,
    untilMs: number,
  ) {
    this.#windowFromMs = windowFromMs;
    this.#troubles = faults.flatMap((fault, index) => {
      const isHit = fault.on === trafficTarget || fault.on === `${trafficTarget}.${stream}`;
      if (!isHit || identityEffects.every((it) => fault[it] === undefined)) return [];
      const site = siteKey(seed, `fault/${index}/who`);
      return [{ fault, site, episodes: episodesOf(fault, seed, index, untilMs) }];
    });
  }

  /** Whether the link of this activation is a forged one. */
  forges(streamKey: number, index: number, plannedMs: number): boolean {
    return this.#troubles.some((it) => {
      return this.#strikes(it, it.fault.forged ?? 0, 0, streamKey, index, plannedMs);
    });
  }

  lostParts(streamKey: number, index: number, plannedMs: number): LostParts {
    let lost = nothingLost;
    for (const it of this.#troubles) {
      const { losesPart } = it.fault;
      if (losesPart === undefined) continue;
      if (!this.#strikes(it, losesPart.share, 1, streamKey, index, plannedMs)) continue;
      lost = { ...lost, [losesPart.part]: true };
    }
    return lost;
  }

  /** How far the terminal's clock is ahead. [ms] */
  skewMs(streamKey: number, index: number, plannedMs: number): number {
    let skewMs = 0;
    for (const it of this.#troubles) {
      const { skew } = it.fault;
      if (skew === undefined) continue;
      if (this.#strikes(it, skew.share, 2, streamKey, index, plannedMs)) skewMs += skew.by;
    }
    return skewMs;
  }

  /** @param effect - Tells the luck of one effect of a fault from that of another. */
  #strikes(
    { fault, site, episodes }: Trouble,
    share: number,
    effect: number,
    streamKey: number,
    index: number,
    plannedMs: number,
  ): boolean {
    if (share === 0) return false;
    const atMs = plannedMs + this.#windowFromMs;
    const episode = lastBegun(episodes, atMs);
    if (episode === undefined || atMs >= episode.toMs) return false;
    return draw(site, streamKey, index, effect) < share * strengthAt(fault, episode, atMs);
  }
}

/** The last of the episodes, which are in order, that has begun. */
function lastBegun(episodes: readonly Episode[], atMs: number): Episode | undefined {
  let low = 0;
  let high = episodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((episodes[middle]?.fromMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return episodes[low - 1];
}
