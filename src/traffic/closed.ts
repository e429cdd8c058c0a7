import { buildDistribution, type Distribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import type { Closed } from "./arrivals.ts";
import { streamKey } from "./plan.ts";

/**
 * A closed population: each terminal thinks, activates, waits for the answer, and thinks again.
 *
 * Who is next depends on the answers; numbers and pauses do not, so that variants and the two
 * worlds share their luck. Whoever drives it keeps each terminal's iteration, from 0.
 */
export class ClosedPopulation {
  readonly terminals: number;
  readonly #think: Distribution;
  readonly #site: number;
  readonly #stream: number;

  constructor(closed: Closed, seed: string, stream: string) {
    this.terminals = closed.terminals;
    this.#think = buildDistribution(closed.think);
    this.#site = siteKey(seed, "traffic/think");
    this.#stream = streamKey(seed, stream);
  }

  /** Number of an activation within its stream: the `entity` of its keyed draws. */
  indexOf(terminal: number, iteration: number): number {
    return iteration * this.terminals + terminal;
  }

  /** Pause of a terminal before its activation number `iteration`. [ms, whole microseconds] */
  thinkMs(terminal: number, iteration: number): number {
    return drawMs(this.#think, draw(this.#site, this.#stream, terminal, iteration));
  }
}
