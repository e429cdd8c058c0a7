import assert from "node:assert/strict";
import { draw, siteKey } from "../kernel/draw.ts";
import { DrawnAhead } from "../kernel/drawn-ahead.ts";
import { log } from "../kernel/elementary.ts";
import { roundMs } from "../kernel/units.ts";
import type { Window } from "../kernel/window.ts";
import type { Arrivals } from "./arrivals.ts";
import { CurveInverse, flatRate, type RateCurve, rateLines, rateProfile } from "./rate-curve.ts";
import type { TraceSource } from "./trace.ts";
import type { TraceRow } from "./trace-reader.ts";

/** The arrivals of one stream, one after the other. Before the first `next` there is none. */
export interface ArrivalPlan {
  /** Moves to the next arrival. False when there is none before the end, and ever after. */
  next(): boolean;
  /** Number of the arrival within its stream, from 0: the `entity` of its keyed draws. */
  readonly index: number;
  /** Planned instant since the start of the run, that is of the window. [ms, never decreases] */
  readonly atMs: number;
  /** Recorded amount, or -1 where it is to be drawn. [minor units] */
  readonly amountMinor: number;
}

export type PlanOptions = Readonly<{
  /** Any kind but `closed`, whose arrivals depend on the answers. */
  arrivals: Arrivals;
  seed: string;
  /** Name of the stream in the scenario. */
  stream: string;
  /** Of the scenario. [ms] */
  durationMs: number;
  /** The part that is run. Numbers stay those of the whole plan; times count from its start. */
  window?: Window | undefined;
  /** What is played back; for `trace` alone. */
  trace?: TraceSource | undefined;
}>;

/** Names a stream by its key; a key that is none's stays a number. */
export function streamNames(
  seed: string,
  streams: readonly string[],
): (streamKey: number) => string {
  const names = new Map(streams.map((name) => [streamKey(seed, name), name]));
  return (key) => names.get(key) ?? String(key);
}

/** The `stream` of a stream's keyed draws. [32 bits] */
export function streamKey(seed: string, stream: string): number {
  return siteKey(seed, `traffic/stream/${stream}`);
}

/** Makes the plan of one stream: a pure function of its options, computed arrival by arrival. */
export function buildArrivalPlan(options: PlanOptions): ArrivalPlan {
  const { arrivals, seed, stream, durationMs, window } = options;
  const part = {
    fromMs: window?.fromMs ?? 0,
    toMs: Math.min(durationMs, window?.toMs ?? durationMs),
  };
  if (arrivals.trace !== undefined) {
    assert(options.trace !== undefined, `${stream}: a trace is played from a source`);
    return new TracePlan(options.trace, part);
  }
  const paced = pace(arrivals);
  assert(paced !== undefined, `${stream}: a closed population has no plan`);
  const site = siteKey(seed, "traffic/arrivals");
  const inverse = new CurveInverse(paced.curve);
  const key = streamKey(seed, stream);
  const name = JSON.stringify([site, key, part.fromMs, arrivals]);
  return new PacedPlan(inverse, paced.isEven, site, key, part, name);
}

/** Where a plan stands: at the arrival of that number. */
type Place = { readonly index: number; readonly unitTime: number; readonly plannedMs: number };

/**
 * The last arrivals before windows, by the names of plans. Whoever searches through configurations
 * plays the same few plans again and again, and before a late window come many draws.
 */
const knownPlaces = new Map<string, Place>();
const knownPlaceMaxCount = 1_000;

/**
 * How many arrivals are expected before the end, or in the window: the integral of the rate.
 * NaN for a trace and for a closed population, which only the file and the answers know.
 */
export function expectedCount(arrivals: Arrivals, durationMs: number, window?: Window): number {
  const paced = pace(arrivals);
  if (paced === undefined) return Number.NaN;
  const toMs = Math.min(durationMs, window?.toMs ?? durationMs);
  const fromMs = Math.min(toMs, window?.fromMs ?? 0);
  return (paced.curve.areaUntil(toMs) - paced.curve.areaUntil(fromMs)) / 1_000;
}

/** Arrivals that follow a rate: at random, or evenly along its integral. */
type Paced = Readonly<{ curve: RateCurve; isEven: boolean }>;

/** The rate that arrivals follow; `undefined` for a trace and for a closed population. */
export function pace({ even, poisson, curve, profile }: Arrivals): Paced | undefined {
  if (even) return { curve: flatRate(even.rate), isEven: true };
  if (poisson) return { curve: flatRate(poisson.rate), isEven: false };
  if (curve) return { curve: rateLines(curve.points), isEven: curve.spacing === "even" };
  if (profile) return { curve: rateProfile(profile), isEven: profile.spacing === "even" };
  return undefined;
}

/** The instants at which an area under a rate reaches ever greater values. */
export interface AreaInverse {
  instantMs(area: number): number;
}

/**
 * Arrivals of rate 1, evenly spaced or a Poisson process, mapped through the inverse of the
 * integral of the rate. The map is exact: no thinning, no steps (Çinlar 1975, time change).
 */
export class PacedPlan implements ArrivalPlan {
  index = -1;
  atMs = Number.NaN;
  readonly amountMinor = -1;
  readonly #inverse: AreaInverse;
  readonly #isEven: boolean;
  /** Of the Poisson process of rate 1: from the arrival before to that of this number. */
  readonly #unitGaps: DrawnAhead;
  readonly #window: Window;
  readonly #name: string | null;
  #unitTime = 0;
  #plannedMs = 0;
  #isOver = false;

  /** @param name - Says all that arrivals before the window depend on; null: nobody plays it again. */
  constructor(
    inverse: AreaInverse,
    isEven: boolean,
    site: number,
    stream: number,
    window: Window,
    name: string | null,
  ) {
    this.#name = name;
    this.#inverse = inverse;
    this.#isEven = isEven;
    this.#unitGaps = new DrawnAhead((into, first, count) => {
      for (let place = 0; place < count; place += 1) {
        into[place] = -log(draw(site, stream, first + place, 0));
      }
    });
    this.#window = window;
  }

  next(): boolean {
    if (this.index < 0 && this.#name !== null && this.#window.fromMs > 0) this.#skip(this.#name);
    do {
      if (this.#isOver) return false;
      this.#step();
    } while (this.#plannedMs < this.#window.fromMs || this.#isOver);
    const { fromMs } = this.#window;
    this.atMs = fromMs === 0 ? this.#plannedMs : roundMs(this.#plannedMs - fromMs);
    return true;
  }

  /** Moves on to the last arrival before the window. */
  #skip(name: string): void {
    let place = knownPlaces.get(name);
    if (place === undefined) {
      do {
        place = { index: this.index, unitTime: this.#unitTime, plannedMs: this.#plannedMs };
        this.#step();
      } while (this.#plannedMs < this.#window.fromMs);
      this.#isOver = false; // Of the one behind, which `next` comes to again.
      if (knownPlaces.size >= knownPlaceMaxCount) knownPlaces.clear();
      knownPlaces.set(name, place);
    }
    this.index = place.index;
    this.#unitTime = place.unitTime;
    this.#plannedMs = place.plannedMs;
  }

  #step(): void {
    this.index += 1;
    if (this.#isEven) this.#unitTime = this.index;
    else this.#unitTime += this.#unitGaps.at(this.index);
    const instantMs = roundMs(this.#inverse.instantMs(this.#unitTime * 1_000));
    // The last bit of a square root must not put an arrival before its predecessor.
    if (instantMs > this.#plannedMs) this.#plannedMs = instantMs;
    this.#isOver = this.#plannedMs >= this.#window.toMs;
  }
}

/** Recorded arrivals, one for one. */
class TracePlan implements ArrivalPlan {
  index = -1;
  atMs = Number.NaN;
  amountMinor = -1;
  readonly #rows: Iterator<TraceRow>;
  readonly #window: Window;
  #isOver = false;

  constructor(source: TraceSource, window: Window) {
    this.#rows = source.rows()[Symbol.iterator]();
    this.#window = window;
  }

  next(): boolean {
    while (!this.#isOver) {
      const step = this.#rows.next();
      if (step.done === true || step.value.timeMs >= this.#window.toMs) {
        this.#isOver = true;
        this.#rows.return?.(); // Lets the reader close its file.
        return false;
      }
      this.index += 1;
      if (step.value.timeMs < this.#window.fromMs) continue;
      this.atMs = roundMs(step.value.timeMs - this.#window.fromMs);
      this.amountMinor = step.value.amountMinor;
      return true;
    }
    return false;
  }
}
