import type { ActivationRecord } from "./activation-record.ts";
import { type HistogramWire, TimeHistogram } from "./histogram.ts";
import type { Spread } from "./result.ts";

/** How long activations took, of all their samples; what each is, the result says. */
export class ActivationTimes {
  readonly #isLive: boolean;
  #timeToCredit = new TimeHistogram();
  #latency = new TimeHistogram();
  #serviceTime = new TimeHistogram();
  /** Where nothing posts, the answer is the credit: both times are the same, and counted once, here. */
  #bothTimes = new TimeHistogram();

  /** @param isLive - Else requests leave when they are due: the service time is the latency. */
  constructor(isLive: boolean) {
    this.#isLive = isLive;
  }

  add(it: ActivationRecord): void {
    if (!it.posts && it.creditedAtMs === it.endedMs)
      this.#bothTimes.record(it.endedMs - it.plannedMs);
    else this.#addApart(it);
    if (this.#isLive) this.#addServiceTime(it);
  }

  merge(other: ActivationTimes): void {
    this.#spread();
    other.#spread();
    this.#timeToCredit.add(other.#timeToCredit);
    this.#latency.add(other.#latency);
    this.#serviceTime.add(other.#serviceTime);
  }

  toSpreads(): { timeToCreditMs: Spread; latencyMs: Spread; serviceTimeMs: Spread } {
    this.#spread();
    return {
      timeToCreditMs: this.#timeToCredit.toSpread(),
      latencyMs: this.#latency.toSpread(),
      serviceTimeMs: (this.#isLive ? this.#serviceTime : this.#latency).toSpread(),
    };
  }

  toWire(): TimesWire {
    this.#spread();
    return {
      timeToCredit: this.#timeToCredit.toWire(),
      latency: this.#latency.toWire(),
      serviceTime: this.#serviceTime.toWire(),
    };
  }

  static fromWire({ timeToCredit, latency, serviceTime }: TimesWire, isLive: boolean) {
    const times = new ActivationTimes(isLive);
    times.#timeToCredit = TimeHistogram.fromWire(timeToCredit);
    times.#latency = TimeHistogram.fromWire(latency);
    times.#serviceTime = TimeHistogram.fromWire(serviceTime);
    return times;
  }

  #addApart({ creditedAtMs, endedMs, plannedMs }: ActivationRecord): void {
    if (!Number.isNaN(creditedAtMs)) this.#timeToCredit.record(creditedAtMs - plannedMs);
    if (!Number.isNaN(endedMs)) this.#latency.record(endedMs - plannedMs);
  }

  #addServiceTime({ endedMs, plannedMs, sendLagMs }: ActivationRecord): void {
    if (Number.isNaN(endedMs)) return;
    const latencyMs = endedMs - plannedMs;
    this.#serviceTime.record(Number.isNaN(sendLagMs) ? latencyMs : latencyMs - sendLagMs);
  }

  /** Before anybody reads the times: those that were counted once are added to both. */
  #spread(): void {
    this.#timeToCredit.add(this.#bothTimes);
    this.#latency.add(this.#bothTimes);
    this.#bothTimes = new TimeHistogram();
  }
}

export type TimesWire = {
  readonly timeToCredit: HistogramWire;
  readonly latency: HistogramWire;
  readonly serviceTime: HistogramWire;
};
