import {
  type AmountDistribution,
  buildDistribution,
  type Distribution,
} from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { streamKey } from "./plan.ts";
import { type MerchantsSpec, Population } from "./population.ts";

/** Who comes and with how much money, for the arrivals of one stream by their number. */
export class Customers {
  readonly #merchantSite: number;
  readonly #amountSite: number;
  readonly #stream: number;
  readonly #population: Population;
  readonly #amount: Distribution;

  constructor(
    options: Readonly<{
      seed: string;
      /** Name of the stream in the scenario. */
      stream: string;
      merchants: MerchantsSpec;
      /** In units of the currency. */
      amount: AmountDistribution;
    }>,
  ) {
    this.#merchantSite = siteKey(options.seed, "traffic/merchant");
    this.#amountSite = siteKey(options.seed, "traffic/amount");
    this.#stream = streamKey(options.seed, options.stream);
    this.#population = new Population(options.merchants);
    this.#amount = buildDistribution(options.amount);
  }

  /** The merchant, drawn from the population. [0 .. merchants - 1] */
  drawMerchant(index: number): number {
    return this.#population.pick(draw(this.#merchantSite, this.#stream, index, 0));
  }

  /** The amount, at least one minor unit: nobody activates with nothing. [minor units] */
  drawAmountMinor(index: number): number {
    const amount = this.#amount.quantile(draw(this.#amountSite, this.#stream, index, 0));
    return Math.max(1, Math.round(amount * 100));
  }
}
