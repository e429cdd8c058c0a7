import {
  type AmountDistribution,
  buildDistribution,
  type Distribution,
} from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { DrawnAhead } from "../kernel/drawn-ahead.ts";
import { streamKey } from "./plan.ts";
import { type MerchantsSpec, Population } from "./population.ts";

/** Who comes and with how much money, for the arrivals of one stream by their number. */
export class Customers {
  readonly #merchants: DrawnAhead;
  readonly #amountsMinor: DrawnAhead;

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
    const { seed, merchants, amount } = options;
    const stream = streamKey(seed, options.stream);
    const population = new Population(merchants);
    const merchantSite = siteKey(seed, "traffic/merchant");
    this.#merchants = new DrawnAhead((into, first, count) => {
      for (let place = 0; place < count; place += 1) {
        into[place] = population.pick(draw(merchantSite, stream, first + place, 0));
      }
    });
    const distribution = buildDistribution(amount);
    const amountSite = siteKey(seed, "traffic/amount");
    this.#amountsMinor = new DrawnAhead((into, first, count) => {
      drawAmounts(into, distribution, amountSite, stream, first, count);
    });
  }

  /** The merchant, drawn from the population. [0 .. merchants - 1] */
  drawMerchant(index: number): number {
    return this.#merchants.at(index);
  }

  /** The amount, at least one minor unit: nobody activates with nothing. [minor units] */
  drawAmountMinor(index: number): number {
    return this.#amountsMinor.at(index);
  }
}

function drawAmounts(
  into: Float64Array,
  distribution: Distribution,
  site: number,
  stream: number,
  first: number,
  count: number,
): void {
  for (let place = 0; place < count; place += 1) {
    const amount = distribution.quantile(draw(site, stream, first + place, 0));
    into[place] = Math.max(1, Math.round(amount * 100));
  }
}
