import type { PaymentKey } from "../chain/payment.ts";
import { roundMs } from "../kernel/units.ts";
import type { Tail, TailPart } from "../record/tail-result.ts";
import { type SimulateOptions, simulate } from "./simulate.ts";
import { addTimeParts, TimeParts } from "./time-parts.ts";
import { TimelineTracer } from "./timeline-tracer.ts";

/** Activations that are taken apart on each side: so many give means to a few percent. */
const sampleMaxCount = 2_000;
/** With fewer there is no slowest hundredth to speak of. */
const latencyMinCount = 100;
/** The activations around the median are those between these quantiles. */
const medianBand = { from: 0.45, to: 0.55 };

/** Hears the latency of each activation of one run: the slowest are chosen among them. */
export class LatencyLog {
  readonly #streams: ReadonlySet<number>;
  readonly #maxCount: number;
  readonly #fromMs: number;
  #count = 0;
  #streamKeys = new Int32Array(1_024);
  #indices = new Uint32Array(1_024);
  #latenciesMs = new Float64Array(1_024);

  /**
   * @param streams - Keys of the streams of that run; what is of another is passed over.
   * @param maxCount - With more than so many nothing is kept.
   * @param fromMs - What was planned before it is warm-up, and passed over.
   */
  constructor(streams: ReadonlySet<number>, maxCount: number, fromMs = 0) {
    this.#fromMs = fromMs;
    this.#streams = streams;
    this.#maxCount = maxCount;
  }

  /** As `OnActivation` has it. What has no end at the terminal has no latency. */
  readonly add = (streamKey: number, index: number, plannedMs: number, latencyMs: number): void => {
    if (Number.isNaN(latencyMs) || plannedMs < this.#fromMs) return;
    if (!this.#streams.has(streamKey)) return;
    this.#count += 1;
    if (this.#count > this.#maxCount) return;
    const place = this.#count - 1;
    if (place === this.#indices.length) this.#grow();
    this.#streamKeys[place] = streamKey;
    this.#indices[place] = index;
    this.#latenciesMs[place] = latencyMs;
  };

  /** Whether there were more than it keeps. */
  get isTooLong(): boolean {
    return this.#count > this.#maxCount;
  }

  /** Latencies in ascending order, with whose they are. Ties keep the order in which they ended. */
  sorted(): readonly (PaymentKey & { readonly latencyMs: number })[] {
    const places = Array.from({ length: this.#count }, (_, place) => place);
    const of = this.#latenciesMs;
    places.sort((a, b) => (of[a] ?? 0) - (of[b] ?? 0) || a - b);
    return places.map((place) => ({
      streamKey: this.#streamKeys[place] ?? 0,
      index: this.#indices[place] ?? 0,
      latencyMs: of[place] ?? 0,
    }));
  }

  #grow(): void {
    const length = 2 * this.#indices.length;
    const grown = <A extends Int32Array | Uint32Array | Float64Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#streamKeys = grown(this.#streamKeys, new Int32Array(length));
    this.#indices = grown(this.#indices, new Uint32Array(length));
    this.#latenciesMs = grown(this.#latenciesMs, new Float64Array(length));
  }
}

/**
 * Where the slowest 1 % of the activations lost their time: E[Xi | T >= p99] - E[Xi | T around the
 * median] over the parts Xi of the latency T, which add up exactly.
 *
 * Plays the case a second time under the same draws and notes what happens to the chosen ones only:
 * the run that is measured carries no further load. Of one seed: `firstSeed`.
 *
 * @param log - Has heard the first run of the same case.
 * @returns `null` where fewer than 100 activations came to an end or more than the log keeps, and
 *   when it was stopped.
 */
export async function findTail(
  options: Omit<SimulateOptions, "onActivation" | "tracer" | "seeds">,
  log: LatencyLog,
): Promise<Tail | null> {
  if (log.isTooLong) return null;
  const sorted = log.sorted();
  if (sorted.length < latencyMinCount) return null;
  const at = (quantile: number) => Math.max(0, Math.ceil(quantile * sorted.length) - 1);
  const p99Ms = sorted[at(0.99)]?.latencyMs ?? 0;
  const slowest = sorted.filter((it) => it.latencyMs >= p99Ms);
  const usual = sorted.slice(at(medianBand.from), at(medianBand.to) + 1);
  const [tail, median] = [evenly(slowest), evenly(usual)];
  const tracer = new TimelineTracer([...new Set([...tail, ...median])]);
  const isStopped = () => tracer.isComplete || options.isStopped?.() === true;
  await simulate({ ...options, seeds: 1, tracer, isStopped });
  const [tailParts, medianParts] = [partsOf(tail, tracer), partsOf(median, tracer)];
  if (tailParts === null || medianParts === null) return null;
  return {
    p99Ms: roundMs(p99Ms),
    medianMs: roundMs(sorted[at(0.5)]?.latencyMs ?? 0),
    count: slowest.length,
    sampledCount: tail.length,
    medianCount: median.length,
    tailMeanMs: meanMs(tail),
    medianMeanMs: meanMs(median),
    parts: compare(tailParts, tail.length, medianParts, median.length),
  };
}

/** At most so many as are taken apart, evenly spaced, the last among them. */
function evenly<T>(all: readonly T[]): readonly T[] {
  if (all.length <= sampleMaxCount) return all;
  const step = all.length / sampleMaxCount;
  return Array.from({ length: sampleMaxCount }, (_, place) => {
    return all[Math.ceil((place + 1) * step) - 1] as T;
  });
}

/** All parts of some activations together; null where the second run ended before one of them. */
function partsOf(chosen: readonly PaymentKey[], tracer: TimelineTracer): TimeParts | null {
  const parts = new TimeParts();
  for (const it of chosen) {
    const noted = tracer.of(it);
    if (noted === undefined || noted.end === null) return null;
    const { plannedMs, latencyMs } = noted.end;
    addTimeParts(noted.notes, plannedMs, plannedMs + latencyMs, parts);
  }
  return parts;
}

function compare(tail: TimeParts, tailCount: number, median: TimeParts, medianCount: number) {
  const keys = new Map([...median.us, ...tail.us]);
  return [...keys]
    .map(([key, { part, kind }]): TailPart => {
      const medianMeanMs = (median.us.get(key)?.us ?? 0) / medianCount / 1_000;
      const tailMeanMs = (tail.us.get(key)?.us ?? 0) / tailCount / 1_000;
      return { part, kind, medianMeanMs, tailMeanMs, differenceMs: tailMeanMs - medianMeanMs };
    })
    .sort((a, b) => b.differenceMs - a.differenceMs || (a.part < b.part ? -1 : 1));
}

function meanMs(all: readonly { readonly latencyMs: number }[]): number {
  const us = all.reduce((sum, { latencyMs }) => sum + Math.round(latencyMs * 1_000), 0);
  return us / all.length / 1_000;
}
