import { Constant, type Distribution, Exponential, Lognormal } from "./distribution.ts";
import { draw } from "./draw.ts";
import { roundMs } from "./units.ts";

/** How long something takes at one site of the chain: a pure function of for whom it is drawn. */
export interface KeyedDuration {
  /** In whole microseconds. [ms] */
  drawMs(stream: number, entity: number, attempt: number): number;
}

/**
 * The durations of a distribution at a site.
 *
 * They are drawn at every step of every activation. A class for each of the usual shapes gives each a
 * call site of its own, where the compiler sees one kind of distribution and puts it in place.
 *
 * @param site - Key of the site, see `siteKey`.
 */
export function keyedDuration(of: Distribution, site: number): KeyedDuration {
  if (of instanceof Constant) return new Always(of);
  if (of instanceof Exponential) return new Exponentially(of, site);
  return of instanceof Lognormal ? new Lognormally(of, site) : new Somehow(of, site);
}

/** No luck is needed. */
class Always implements KeyedDuration {
  readonly #ms: number;

  constructor({ mean }: Constant) {
    this.#ms = roundMs(mean);
  }

  drawMs(): number {
    return this.#ms;
  }
}

class Exponentially implements KeyedDuration {
  readonly #of: Exponential;
  readonly #site: number;

  constructor(of: Exponential, site: number) {
    this.#of = of;
    this.#site = site;
  }

  drawMs(stream: number, entity: number, attempt: number): number {
    return roundMs(this.#of.quantile(draw(this.#site, stream, entity, attempt)));
  }
}

class Lognormally implements KeyedDuration {
  readonly #of: Lognormal;
  readonly #site: number;

  constructor(of: Lognormal, site: number) {
    this.#of = of;
    this.#site = site;
  }

  drawMs(stream: number, entity: number, attempt: number): number {
    return roundMs(this.#of.quantile(draw(this.#site, stream, entity, attempt)));
  }
}

class Somehow implements KeyedDuration {
  readonly #of: Distribution;
  readonly #site: number;

  constructor(of: Distribution, site: number) {
    this.#of = of;
    this.#site = site;
  }

  drawMs(stream: number, entity: number, attempt: number): number {
    return roundMs(this.#of.quantile(draw(this.#site, stream, entity, attempt)));
  }
}
