import { z } from "zod";
import { exp, log, pow } from "./elementary.ts";
import { gammaQuantile, logGamma, normalQuantile } from "./quantile.ts";
import { Duration, roundMs, Share } from "./units.ts";

/** How a quantity varies. Drawn by inversion: one uniform number in, one value out. */
export interface Distribution {
  /** @param u - Strictly between 0 and 1. @returns The value that a share `u` stays below. */
  quantile(u: number): number;
  /** The expected value, before rounding; `Infinity` for a pareto of shape 1 or less. */
  readonly mean: number;
}

/** One duration from a keyed uniform number, in whole microseconds. [ms] */
export function drawMs(distribution: Distribution, u: number): number {
  return roundMs(distribution.quantile(u));
}

/** z of the 99th percentile: lognormal sigma = ln(p99 / median) / 2.326. */
const z99 = normalQuantile(0.99);

/** A schema of one value: written `20ms` or `86`, read as a number. */
type Value = z.ZodType<number, string | number>;

function shapes(value: Value) {
  const share = Share.describe("Share of the draws that come from this part.");
  const shape = z.number().gt(0, { error: "expected a number above 0" });
  const simple = {
    exponential: z
      .strictObject({ mean: value.describe("Mean.") })
      .describe("Memoryless: most are short, few are long."),
    lognormal: z
      .strictObject({
        median: value.optional().describe("Half of the draws stay below. Give this or `mean`."),
        mean: value.optional().describe("Mean. Give this or `median`."),
        p99: value.optional().describe("99 % of the draws stay below. Give this or `sigma`."),
        sigma: shape.optional().describe("Standard deviation of the logarithm."),
      })
      .refine(
        (it) =>
          (it.median === undefined) !== (it.mean === undefined) &&
          (it.p99 === undefined) !== (it.sigma === undefined) &&
          !(it.mean !== undefined && it.p99 !== undefined),
        { error: "expected `median` with `p99` or `sigma`, or `mean` with `sigma`" },
      )
      .refine((it) => it.median === undefined || it.p99 === undefined || it.p99 >= it.median, {
        error: "expected a p99 of at least the median",
        path: ["p99"],
      })
      .refine((it) => it.median !== 0 || it.p99 === undefined || it.p99 === 0, {
        error: "expected a median above 0",
        path: ["median"],
      })
      .describe("The usual shape of service times: σ = ln(p99 / median) / 2.326."),
    uniform: z
      .strictObject({ min: value.describe("Least."), max: value.describe("Greatest.") })
      .refine((it) => it.max >= it.min, { error: "expected a max of at least min", path: ["max"] })
      .describe("Every value between two bounds is equally likely."),
    normal: z
      .strictObject({
        mean: value.describe("Mean, before the cut at 0."),
        sd: value.describe("Standard deviation."),
      })
      .describe("Bell curve; what falls below 0 is drawn as 0."),
    gamma: z
      .strictObject({
        mean: value.describe("Mean."),
        shape: shape.describe("Shape k; k = 2 is Erlang-2."),
      })
      .describe("Sum of k exponential steps, for whole k."),
    weibull: z
      .strictObject({
        scale: value.describe("63.2 % stay below."),
        shape: shape.describe("Shape k; below 1 a heavy tail."),
      })
      .describe("Times to failure."),
    pareto: z
      .strictObject({
        min: value.describe("Least value."),
        shape: shape.describe("Tail index α; the mean is infinite at 1 and below."),
        max: value.optional().describe("Values beyond are cut to this."),
      })
      .describe("Power-law tail."),
    empirical: z
      .strictObject({
        values: z
          .array(value)
          .min(1, { error: "expected at least one value" })
          .describe("Measured values; each is equally likely."),
      })
      .describe("Drawn from measured values."),
  };
  return { simple, share };
}

const oneKind = (it: object): boolean =>
  Object.values(it).filter((part) => part !== undefined).length === 1;
const kinds = "exponential, lognormal, uniform, normal, gamma, weibull, pareto, empirical, mixture";

/** The schema of a distribution over `value`: one value means always that value. */
function distributionOf(value: Value, expected: string) {
  const { simple, share } = shapes(value);
  const part = z
    .strictObject({ constant: value.optional(), ...optional(simple) })
    .refine(oneKind, { error: `expected exactly one of constant, ${kinds}` });
  const whole = z
    .strictObject({
      ...optional(simple),
      mixture: z
        .array(
          z.strictObject({
            share,
            of: z
              .union([value, part], { error: `expected ${expected}` })
              .describe("What is drawn then: a value, or a shape."),
          }),
        )
        .min(2, { error: "expected at least two parts" })
        .refine((parts) => Math.abs(parts.reduce((sum, it) => sum + it.share, 0) - 1) < 1e-9, {
          error: "expected shares that add up to 100%",
        })
        .optional()
        .describe("A share of the draws from each part."),
    })
    .refine(oneKind, { error: `expected exactly one of ${kinds}` });
  return z.union([value, whole], { error: `expected ${expected}` });
}

function optional<S extends Record<string, z.ZodType>>(shape: S) {
  return z.object(shape).partial().shape;
}

/** How long something takes: a plain duration, or one of the shapes. [ms] */
export const DurationDistribution = distributionOf(
  Duration,
  "a duration such as 20ms, or one of exponential, lognormal, uniform …",
);
export type DurationDistribution = z.output<typeof DurationDistribution>;

/** How much money: a plain number, or one of the shapes, in units of the currency (not cents). */
export const AmountDistribution = distributionOf(
  z.number({ error: "expected an amount such as 86 or 12.50" }).nonnegative(),
  "an amount such as 86, or one of exponential, lognormal, uniform …",
);
export type AmountDistribution = z.output<typeof AmountDistribution>;

type Spec = DurationDistribution;
type Part = Exclude<Spec, number>["mixture"] extends (infer P)[] | undefined
  ? P extends { of: infer O }
    ? O
    : never
  : never;

/** Builds the sampler of a validated specification. */
export function buildDistribution(spec: Spec | Part): Distribution {
  if (typeof spec === "number") return new Constant(spec);
  if ("constant" in spec && spec.constant !== undefined) return new Constant(spec.constant);
  if (spec.exponential) return new Exponential(spec.exponential.mean);
  if (spec.lognormal) return lognormal(spec.lognormal);
  if (spec.uniform) return new Uniform(spec.uniform.min, spec.uniform.max);
  if (spec.normal) return new Normal(spec.normal.mean, spec.normal.sd);
  if (spec.gamma) return new Gamma(spec.gamma.mean, spec.gamma.shape);
  if (spec.weibull) return new Weibull(spec.weibull.scale, spec.weibull.shape);
  if (spec.pareto) return new Pareto(spec.pareto.min, spec.pareto.shape, spec.pareto.max);
  if (spec.empirical) return new Empirical(spec.empirical.values);
  if ("mixture" in spec && spec.mixture) {
    return new Mixture(
      spec.mixture.map((part) => ({ share: part.share, of: buildDistribution(part.of) })),
    );
  }
  throw new Error("a validated distribution has exactly one shape");
}

export class Constant implements Distribution {
  readonly mean: number;
  constructor(value: number) {
    this.mean = value;
  }
  quantile(): number {
    return this.mean;
  }
}

export class Exponential implements Distribution {
  readonly mean: number;
  constructor(mean: number) {
    this.mean = mean;
  }
  quantile(u: number): number {
    return -this.mean * log(1 - u);
  }
}

function lognormal(it: {
  median?: number | undefined;
  mean?: number | undefined;
  p99?: number | undefined;
  sigma?: number | undefined;
}): Distribution {
  const sigma = it.sigma ?? log((it.p99 ?? 1) / (it.median ?? 1)) / z99;
  const median = it.median ?? (it.mean ?? 0) * exp((-sigma * sigma) / 2);
  return median === 0 ? new Constant(0) : new Lognormal(median, sigma);
}

export class Lognormal implements Distribution {
  readonly mean: number;
  readonly #median: number;
  readonly #sigma: number;
  constructor(median: number, sigma: number) {
    this.#median = median;
    this.#sigma = sigma;
    this.mean = median * exp((sigma * sigma) / 2);
  }
  quantile(u: number): number {
    return this.#median * exp(this.#sigma * normalQuantile(u));
  }
}

class Uniform implements Distribution {
  readonly mean: number;
  readonly #min: number;
  readonly #width: number;
  constructor(min: number, max: number) {
    this.#min = min;
    this.#width = max - min;
    this.mean = (min + max) / 2;
  }
  quantile(u: number): number {
    return this.#min + u * this.#width;
  }
}

class Normal implements Distribution {
  readonly mean: number;
  readonly #location: number;
  readonly #sd: number;
  constructor(location: number, sd: number) {
    this.#location = location;
    this.#sd = sd;
    // The mean of max(0, X): location Φ(location/sd) + sd φ(location/sd), by the same quantiles.
    let sum = 0;
    const points = 4_096;
    for (let i = 0; i < points; i += 1) sum += this.quantile((i + 0.5) / points);
    this.mean = sum / points;
  }
  quantile(u: number): number {
    return Math.max(0, this.#location + this.#sd * normalQuantile(u));
  }
}

class Gamma implements Distribution {
  readonly mean: number;
  readonly #shape: number;
  constructor(mean: number, shape: number) {
    this.mean = mean;
    this.#shape = shape;
  }
  quantile(u: number): number {
    return (this.mean / this.#shape) * gammaQuantile(this.#shape, u);
  }
}

class Weibull implements Distribution {
  readonly mean: number;
  readonly #scale: number;
  readonly #shape: number;
  constructor(scale: number, shape: number) {
    this.#scale = scale;
    this.#shape = shape;
    this.mean = scale * exp(logGamma(1 + 1 / shape));
  }
  quantile(u: number): number {
    return this.#scale * pow(-log(1 - u), 1 / this.#shape);
  }
}

class Pareto implements Distribution {
  readonly mean: number;
  readonly #min: number;
  readonly #shape: number;
  readonly #max: number;
  constructor(min: number, shape: number, max: number | undefined) {
    this.#min = min;
    this.#shape = shape;
    this.#max = max ?? Number.POSITIVE_INFINITY;
    this.mean = this.#expected();
  }
  quantile(u: number): number {
    return Math.min(this.#max, this.#min * pow(1 - u, -1 / this.#shape));
  }
  /** min + the integral of the tail (min / x)^shape up to the cut. */
  #expected(): number {
    const min = this.#min;
    const a = this.#shape;
    const max = this.#max;
    if (max <= min || min === 0) return Math.min(min, max);
    if (max === Number.POSITIVE_INFINITY) return a > 1 ? (a * min) / (a - 1) : max;
    if (a === 1) return min + min * log(max / min);
    return min + (min / (a - 1)) * (1 - pow(max / min, 1 - a));
  }
}

class Empirical implements Distribution {
  readonly mean: number;
  readonly #sorted: Float64Array;
  constructor(values: readonly number[]) {
    this.#sorted = Float64Array.from(values).sort();
    this.mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  quantile(u: number): number {
    return this.#sorted[Math.floor(u * this.#sorted.length)] as number;
  }
}

class Mixture implements Distribution {
  readonly mean: number;
  readonly #parts: readonly { readonly share: number; readonly of: Distribution }[];
  constructor(parts: readonly { readonly share: number; readonly of: Distribution }[]) {
    this.#parts = parts;
    this.mean = parts.reduce((sum, part) => sum + part.share * part.of.mean, 0);
  }
  /** The part is chosen by `u`, and what is left of `u` inside the part draws from it. */
  quantile(u: number): number {
    let below = 0;
    for (const { share, of } of this.#parts) {
      if (u < below + share) return of.quantile(inside((u - below) / share));
      below += share;
    }
    const last = this.#parts[this.#parts.length - 1];
    return last === undefined ? Number.NaN : last.of.quantile(inside(u));
  }
}

/** Keeps a rescaled uniform number strictly between 0 and 1. */
function inside(u: number): number {
  return Math.min(1 - 2 ** -53, Math.max(2 ** -53, u));
}
