import { z } from "zod";
import { PositiveCount, Share } from "../kernel/units.ts";

/** How many merchants there are: all alike, or a few heavy ones who bring most of the traffic. */
export const MerchantsSpec = z
  .union(
    [
      PositiveCount,
      z.strictObject({
        count: PositiveCount.describe("How many there are in all."),
        heavy: z
          .strictObject({
            share: Share.describe("Share of the merchants who are heavy."),
            traffic: Share.describe("Share of the activations that they bring together."),
          })
          .describe("A few who bring much; the others share the rest evenly."),
      }),
    ],
    { error: () => "expected a count, or { count: 20000, heavy: { share: 5%, traffic: 60% } }" },
  )
  .default(10_000)
  .describe("How many merchants there are.");
export type MerchantsSpec = z.output<typeof MerchantsSpec>;

/** Who comes: heavy merchants have the first numbers. */
export class Population {
  readonly #count: number;
  readonly #heavyCount: number;
  readonly #heavyTraffic: number;

  constructor(spec: MerchantsSpec) {
    const { count, heavy } = typeof spec === "number" ? { count: spec, heavy: undefined } : spec;
    this.#count = count;
    const heavyCount = Math.round(count * (heavy?.share ?? 0));
    // Where there are none of a kind, the others bring everything.
    this.#heavyCount = heavyCount;
    this.#heavyTraffic = heavyCount === 0 ? 0 : heavyCount === count ? 1 : (heavy?.traffic ?? 0);
  }

  /** @param u - Uniform in (0, 1). @returns The merchant. [0 .. count - 1] */
  pick(u: number): number {
    if (this.#heavyTraffic === 0 && this.#heavyCount === 0) return Math.floor(u * this.#count);
    if (u < this.#heavyTraffic) return Math.floor((u / this.#heavyTraffic) * this.#heavyCount);
    const rest = (u - this.#heavyTraffic) / (1 - this.#heavyTraffic);
    const merchant = this.#heavyCount + Math.floor(rest * (this.#count - this.#heavyCount));
    return Math.min(merchant, this.#count - 1); // The greatest `u` may make a whole of the rest.
  }
}
