import type { Arrivals } from "./arrivals.ts";

/**
 * One straight line of a rate, never of an empty area under it.
 *
 * Areas are rate times time in [1/s · ms], that is thousandths of an arrival, so that a rate per
 * second and a time in ms meet without a rounded factor.
 */
type Piece = Readonly<{
  startMs: number;
  endMs: number;
  /** At `startMs`. [1/s] */
  ratePerSecond: number;
  /** Change of the rate. [1/s per ms] */
  slope: number;
  /** Area under everything before this piece, and before its end. */
  startArea: number;
  endArea: number;
}>;

/** Before the first: nothing is reached there. */
const nowhere: Piece = {
  startMs: 0,
  endMs: 0,
  ratePerSecond: 0,
  slope: 0,
  startArea: 0,
  endArea: Number.NEGATIVE_INFINITY,
};

/** A rate over time: straight lines one after the other, once or again and again. */
export class RateCurve {
  /** In order of time. What lies between them has the rate 0. */
  readonly pieces: readonly Piece[];
  /** Time after which it starts anew; `Infinity`: never. [ms] */
  readonly periodMs: number;
  /** Area under one period. */
  readonly periodArea: number;

  constructor(pieces: readonly Piece[], periodMs: number) {
    this.pieces = pieces;
    this.periodMs = periodMs;
    this.periodArea = pieces.at(-1)?.endArea ?? 0;
  }

  /** Area under the rate from 0 to `timeMs`: thousandths of the expected arrivals. */
  areaUntil(timeMs: number): number {
    const period = Math.floor(timeMs / this.periodMs);
    const sinceMs = period === 0 ? timeMs : timeMs - period * this.periodMs;
    const before = period === 0 ? 0 : period * this.periodArea;
    const piece = this.pieces.findLast((it) => it.startMs <= sinceMs);
    if (piece === undefined) return before;
    if (sinceMs >= piece.endMs) return before + piece.endArea;
    const x = sinceMs - piece.startMs;
    return before + piece.startArea + piece.ratePerSecond * x + (piece.slope * x * x) / 2;
  }
}

/** The same rate for ever. */
export function flatRate(ratePerSecond: number): RateCurve {
  return rateLines([[0, ratePerSecond]]);
}

/** Straight lines between [ms, 1/s] corners; flat before the first and after the last. */
export function rateLines(corners: readonly (readonly [number, number])[]): RateCurve {
  const lines = new Lines();
  let [atMs, rate] = [0, corners[0]?.[1] ?? 0];
  for (const [nextMs, nextRate] of corners) {
    const lengthMs = nextMs - atMs;
    if (lengthMs > 0) lines.add(lengthMs, rate, nextRate, (lengthMs * (rate + nextRate)) / 2);
    [atMs, rate] = [nextMs, nextRate];
  }
  const endless = Number.POSITIVE_INFINITY;
  lines.add(endless, rate, rate, rate > 0 ? endless : 0);
  return new RateCurve(lines.pieces, endless);
}

/** One flat piece an interval, over and over: the counts as given, or scaled to the peak. */
export function rateProfile(profile: NonNullable<Arrivals["profile"]>): RateCurve {
  const { counts, every, peak } = profile;
  const most = counts.reduce((top, count) => Math.max(top, count), 0);
  const lines = new Lines();
  for (const count of counts) {
    const rate = peak === undefined ? (count * 1_000) / every : (peak * count) / most;
    lines.add(every, rate, rate, peak === undefined ? count * 1_000 : rate * every);
  }
  return new RateCurve(lines.pieces, counts.length * every);
}

/** Puts lines end to end. */
class Lines {
  readonly pieces: Piece[] = [];
  #atMs = 0;
  #area = 0;

  add(lengthMs: number, fromRate: number, toRate: number, area: number): void {
    const startMs = this.#atMs;
    const startArea = wholeIfNear(this.#area);
    this.#atMs += lengthMs;
    this.#area += area;
    if (area === 0) return;
    this.pieces.push({
      startMs,
      endMs: this.#atMs,
      ratePerSecond: fromRate,
      slope: (toRate - fromRate) / lengthMs,
      startArea,
      endArea: wholeIfNear(this.#area),
    });
  }
}

/** A corner that is a whole number of arrivals but for rounding is one: even spacing shows it. */
function wholeIfNear(area: number): number {
  const whole = Math.round(area / 1_000) * 1_000;
  return Math.abs(area - whole) <= 1e-12 * area ? whole : area;
}

/** The instants at which the area under a rate reaches ever greater values. */
export class CurveInverse {
  readonly #curve: RateCurve;
  #index = 0;
  #period = 0;
  // Where the area before this one was: mostly the next is there, too.
  #piece: Piece = nowhere;
  #startMs = 0;
  #startArea = 0;

  constructor(curve: RateCurve) {
    this.#curve = curve;
  }

  /**
   * The last instant by which the area under the rate is `area`; `Infinity` if it never gets above.
   *
   * @param area - Not less than in the call before: the search only moves on.
   */
  instantMs(area: number): number {
    const within = area - this.#startArea;
    if (within >= this.#piece.endArea && !this.#moveOn(area)) return Number.POSITIVE_INFINITY;
    const piece = this.#piece;
    return this.#startMs + instantWithin(piece, area - this.#startArea - piece.startArea);
  }

  /** Moves on to the piece in which that area is reached. False: there is none. */
  #moveOn(area: number): boolean {
    const { pieces, periodMs, periodArea } = this.#curve;
    if (periodArea === 0) return false;
    for (;;) {
      const within = area - this.#startArea;
      for (; this.#index < pieces.length; this.#index += 1) {
        const piece = pieces[this.#index];
        if (piece === undefined || within >= piece.endArea) continue;
        this.#piece = piece;
        return true;
      }
      if (periodMs === Number.POSITIVE_INFINITY) return false;
      this.#index = 0;
      this.#period += 1;
      this.#startMs = this.#period * periodMs;
      this.#startArea = this.#period * periodArea;
    }
  }
}

/**
 * Solves rate · x + slope · x² / 2 = area in the form that subtracts no near-equal numbers (Press et
 * al., Numerical Recipes, 5.6).
 */
function instantWithin(piece: Piece, area: number): number {
  if (area <= 0) return piece.startMs;
  const { ratePerSecond, slope } = piece;
  // What the form below would say to the last bit, without a root: most rates do not change.
  if (slope === 0) return Math.min(piece.endMs, piece.startMs + area / ratePerSecond);
  const root = Math.sqrt(Math.max(0, ratePerSecond * ratePerSecond + 2 * slope * area));
  return Math.min(piece.endMs, piece.startMs + (2 * area) / (ratePerSecond + root));
}
