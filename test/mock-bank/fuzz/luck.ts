import { draw, siteKey } from "../../../src/kernel/draw.ts";

/** The key under which all the mutants of a seed are drawn. */
export function luckSite(seed: string): number {
  return siteKey(seed, "mutant");
}

/** Choices for one mutant, by its number: the same whichever others were made before. */
export class Luck {
  readonly #site: number;
  readonly #number: number;
  #drawn = 0;

  /** @param site - Key of the seed, by `luckSite`. */
  constructor(site: number, number: number) {
    this.#site = site;
    this.#number = number;
  }

  /** A whole number below a limit. */
  below(limit: number): number {
    this.#drawn += 1;
    return Math.floor(draw(this.#site, 0, this.#number, this.#drawn) * limit);
  }

  oneOf<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
