import { buildDistribution, type Distribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { FaultCourse } from "./course.ts";
import { episodesOf } from "./episodes.ts";
import type { NumberedFault } from "./fault.ts";
import { SlowLine } from "./line.ts";
import { includesWay, Way } from "./link-effects.ts";

/** Places of the effects' keys within a fault: two a piece, one for each way. */
export const Site = {
  loss: 0,
  reset: 1,
  drop: 2,
  corrupt: 3,
  duplicate: 4,
  reorder: 5,
  latency: 6,
  jitter: 7,
};
const siteNames = Object.keys(Site);

/** One fault of the link, ready to be asked about each message. */
export class Trouble {
  readonly course: FaultCourse;
  /** By way; null where the fault limits no bandwidth. */
  readonly lines: readonly [SlowLine, SlowLine] | null;
  readonly reorderByMs: number;
  readonly #cuts: readonly [boolean, boolean];
  /** By `2 * site + way`. */
  readonly #sites: Int32Array;
  readonly #shares: Float64Array;
  readonly #latency: Distribution | null;
  readonly #jitterMs: number;
  readonly #acts: readonly [boolean, boolean];

  constructor(
    { fault, index }: NumberedFault,
    link: string,
    seed: string,
    untilMs: number,
    windowFromMs: number,
  ) {
    const { way, partition, bandwidth, latency } = fault;
    const episodes = episodesOf(fault, seed, index, untilMs);
    this.course = new FaultCourse(fault, episodes, windowFromMs);
    const line = (of: Way, bitsPerSecond: number) =>
      new SlowLine(includesWay(way, of) ? episodes : [], windowFromMs, bitsPerSecond);
    this.lines =
      bandwidth === undefined ? null : [line(Way.ask, bandwidth), line(Way.answer, bandwidth)];
    this.reorderByMs = fault.reorder?.by ?? 0;
    const cut = (of: Way) => partition !== undefined && includesWay(partition, of);
    this.#cuts = [cut(Way.ask), cut(Way.answer)];
    this.#acts = [includesWay(way, Way.ask), includesWay(way, Way.answer)];
    const ways = ["ask", "answer"];
    this.#sites = Int32Array.from(
      siteNames.flatMap((name) =>
        ways.map((of) => siteKey(seed, `link/${link}/fault/${index}/${name}/${of}`)),
      ),
    );
    this.#shares = new Float64Array(2 * siteNames.length);
    const share = (site: number, ratio: number | undefined) => {
      for (const of of [Way.ask, Way.answer]) {
        this.#shares[2 * site + of] = this.#acts[of] ? (ratio ?? 0) : 0;
      }
    };
    share(Site.loss, fault.loss);
    share(Site.reset, fault.reset);
    share(Site.drop, fault.drop);
    share(Site.corrupt, fault.corrupt);
    share(Site.reorder, fault.reorder?.share);
    this.#shares[2 * Site.duplicate + Way.ask] = fault.duplicate ?? 0;
    this.#latency = latency === undefined ? null : buildDistribution(latency);
    this.#jitterMs = fault.jitter ?? 0;
  }

  cuts(way: Way): boolean {
    return this.#cuts[way] && this.course.strength > 0;
  }

  /** Whether the effect at `site` hits this message. */
  strikes(site: number, way: Way, streamKey: number, index: number, attempt: number): boolean {
    const place = 2 * site + way;
    const share = (this.#shares[place] as number) * this.course.strength;
    return share > 0 && draw(this.#sites[place] as number, streamKey, index, attempt) < share;
  }

  /** What latency and jitter add to this message. [ms] */
  delayMs(way: Way, streamKey: number, index: number, attempt: number): number {
    if (!this.#acts[way]) return 0;
    let delayMs = 0;
    if (this.#latency !== null) {
      const u = draw(this.#sites[2 * Site.latency + way] as number, streamKey, index, attempt);
      delayMs += drawMs(this.#latency, u);
    }
    if (this.#jitterMs > 0) {
      const u = draw(this.#sites[2 * Site.jitter + way] as number, streamKey, index, attempt);
      delayMs += this.#jitterMs * u;
    }
    return delayMs * this.course.strength;
  }
}
