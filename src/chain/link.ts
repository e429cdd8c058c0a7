import { buildDistribution } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { type KeyedDuration, keyedDuration } from "../kernel/keyed-duration.ts";
import type { Call } from "./call.ts";
import type { LinkSpec } from "./service-spec.ts";

/** A message that never arrives. */
export const lost = -1;

/** What lies between two ends: each message is delayed, or lost, by a draw of its own. */
export class Link {
  readonly #loss: number;
  readonly #ask: KeyedDuration;
  readonly #askLoss: number;
  readonly #answer: KeyedDuration;
  readonly #answerLoss: number;

  /** @param name - The two ends; the same name draws the same luck. */
  constructor(spec: LinkSpec, seed: string, name: string) {
    const latency = buildDistribution(spec.latency);
    this.#loss = spec.loss;
    this.#ask = keyedDuration(latency, siteKey(seed, `link/${name}/ask`));
    this.#askLoss = siteKey(seed, `link/${name}/ask/loss`);
    this.#answer = keyedDuration(latency, siteKey(seed, `link/${name}/answer`));
    this.#answerLoss = siteKey(seed, `link/${name}/answer/loss`);
  }

  /** How long the request takes to arrive, or `lost`. [ms] */
  askMs(call: Call): number {
    return this.#travelMs(this.#ask, this.#askLoss, call);
  }

  /** How long the answer takes to arrive, or `lost`. [ms] */
  answerMs(call: Call): number {
    return this.#travelMs(this.#answer, this.#answerLoss, call);
  }

  #travelMs(latency: KeyedDuration, lossSite: number, call: Call): number {
    const { payment, attempt } = call;
    const { streamKey, index } = payment;
    if (this.#loss > 0 && draw(lossSite, streamKey, index, attempt) < this.#loss) return lost;
    return latency.drawMs(streamKey, index, attempt);
  }
}
