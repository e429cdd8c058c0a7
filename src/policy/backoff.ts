import { z } from "zod";
import {
  buildDistribution,
  type Distribution,
  DurationDistribution,
  drawMs,
} from "../kernel/distribution.ts";
import { Duration, Factor, PositiveDuration, roundMs } from "../kernel/units.ts";

const Constant = z.strictObject({
  wait: Duration.default(2_000).describe("The wait before each retry. Default: 2s, as in Polly."),
});

const Exponential = z
  .strictObject({
    base: PositiveDuration.default(128).describe(
      "The wait before the first retry, without jitter. Default: 128ms, as in cockatiel.",
    ),
    factor: Factor.refine((it) => it >= 1, { error: "expected a factor of at least 1x" })
      .default(2)
      .describe(
        "How many times as long each wait is as the one before. Default: 2x, as in cockatiel.",
      ),
    max: PositiveDuration.default(30_000).describe(
      "No wait is longer. Default: 30s, as in cockatiel.",
    ),
    jitter: z
      .enum(["none", "equal", "full", "decorrelated"], {
        error: () => "expected none, equal, full or decorrelated",
      })
      .default("decorrelated")
      .describe(
        "How chance spreads the waits, so that calls that failed together do not return together. " +
          "none: not at all. equal: between half of the wait and the whole. full: between 0 and " +
          "the wait. decorrelated: between `base` and `factor` + 1 times the last wait drawn.",
      ),
  })
  .refine((it) => it.max >= it.base, {
    error: "expected a max of at least base",
    path: ["max"],
  });
type Exponential = z.output<typeof Exponential>;

const kinds = {
  constant: Constant.describe("Always the same wait."),
  exponential: Exponential.describe("Each wait is longer than the one before, up to a bound."),
  random: DurationDistribution.describe(
    "Each wait is drawn anew. With `exponential` draws it is the retrial queue of queueing theory.",
  ),
};

const expected =
  "expected exponential, constant, or one with its keys such as { exponential: { base: 100ms } }";
const Named = z
  .string({ error: () => expected })
  .regex(/^(?:exponential|constant)$/, { error: () => expected })
  .pipe(z.enum(["exponential", "constant"]));
const Shaped = z
  .strictObject(z.object(kinds).partial().shape)
  .refine((it) => Object.values(it).filter((kind) => kind !== undefined).length === 1, {
    error: `expected exactly one of ${Object.keys(kinds).join(", ")}`,
  });

/** How long a caller waits before it asks again. A bare name means that kind with its defaults. */
export const BackoffSpec = z
  .union([Shaped, Named], { error: () => expected })
  .describe("The wait before each retry: a kind by its name, or exactly one kind with its keys.");
export type BackoffSpec = z.output<typeof BackoffSpec>;

/**
 * Draws the waits between the attempts of a call.
 *
 * The wait before retry n has the ceiling c = min(max, base factor^(n - 1)), and
 *
 *   none          c
 *   equal         c / 2 + u c / 2
 *   full          u c
 *   decorrelated  min(max, base + u ((factor + 1) previous - base)), where at first previous = base
 *
 * These are the recipes of Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 * There the last one has a fixed 3; here it is `factor` + 1, which is 3 unless `factor` was set.
 * cockatiel's default bears the same name and has another formula, with much the same spread.
 */
export class Backoff {
  /** Constant and random waits, which do not depend on those before; else null. */
  readonly #drawn: Distribution | null;
  readonly #exponential: Exponential;

  constructor(spec: BackoffSpec) {
    const shaped = typeof spec === "string" ? Shaped.parse({ [spec]: {} }) : spec;
    const wait = shaped.random ?? shaped.constant?.wait;
    this.#drawn = wait === undefined ? null : buildDistribution(wait);
    this.#exponential = shaped.exponential ?? Exponential.parse({});
  }

  /**
   * @param retry - 1 for the first retry.
   * @param previousMs - What this returned for the retry before; 0 for the first. [ms]
   * @param u - Strictly between 0 and 1, drawn for this call and retry.
   * @returns The wait, in whole microseconds. [ms]
   */
  nextMs(retry: number, previousMs: number, u: number): number {
    if (this.#drawn !== null) return drawMs(this.#drawn, u);
    const { base, factor, max, jitter } = this.#exponential;
    if (jitter === "decorrelated") {
      const longest = Math.max(base, previousMs) * (factor + 1);
      return roundMs(Math.min(max, base + u * (longest - base)));
    }
    const ceiling = Math.min(max, base * factor ** (retry - 1));
    if (jitter === "full") return roundMs(u * ceiling);
    return roundMs(jitter === "equal" ? ((1 + u) * ceiling) / 2 : ceiling);
  }
}
