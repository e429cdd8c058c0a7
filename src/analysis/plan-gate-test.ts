import type { Gate, GateOperator } from "../scenario/gate-expression.ts";
import { meanInterval, meanOf, roundDigits, varianceOf } from "./mean-interval.ts";
import { studentTQuantile } from "./student-t.ts";

/** What a plan needs of a gate. */
export type PlanGate = Pick<Gate, "operator" | "limit">;

/** `open`: the limit lies inside the interval, so nobody can say yet. */
export type Decision = "holds" | "fails" | "open";

/** The figures of one gate, one a run; null: it was not measured. */
export type Samples = readonly (number | null)[];

/**
 * Whether a gate holds, by a one-sided t test of the mean of one figure a run against its limit.
 *
 * A figure that was not measured fails its gate, as ever. A gate with `==` or `!=` is no matter of a
 * mean: one run that breaks it has broken it.
 *
 * @param errorRatio - How often either answer may be wrong. [ratio, 0..1]
 */
export function testGate(gate: PlanGate, samples: Samples, errorRatio: number): Decision {
  const values = samples.filter((it) => it !== null);
  if (values.length < samples.length) return "fails";
  if (values.length === 0) return "open";
  const { operator, limit } = gate;
  if (operator === "==" || operator === "!=") {
    return values.every((it) => (it === limit) === (operator === "==")) ? "holds" : "fails";
  }
  const n = values.length;
  if (n < 2) return "open";
  const mean = roundDigits(meanOf(values));
  const errorOfMean = Math.sqrt(varianceOf(values) / n);
  const reach = errorOfMean === 0 ? 0 : studentTQuantile(1 - errorRatio, n - 1) * errorOfMean;
  if (keeps[operator](mean - reach, limit) && keeps[operator](mean + reach, limit)) return "holds";
  const isBeyond = !keeps[operator](mean - reach, limit) && !keeps[operator](mean + reach, limit);
  return isBeyond ? "fails" : "open";
}

const keeps: Readonly<Record<GateOperator, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "==": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
};

/** The mean over the runs with its two-sided interval; null where there is nothing to say. */
export type Estimate = {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

export function estimate(samples: Samples, confidenceRatio: number): Estimate {
  const values = samples.filter((it) => it !== null);
  if (values.length === 0) return { mean: null, low: null, high: null };
  return meanInterval(values, confidenceRatio);
}

/**
 * How far a gate is from its limit, as a share of the limit (of 1 where the limit is 0): below 0 it
 * holds. Infinite where nothing was measured.
 */
export function excessOf({ operator, limit }: PlanGate, mean: number | null): number {
  if (mean === null) return Number.POSITIVE_INFINITY;
  const scale = limit === 0 ? 1 : Math.abs(limit);
  if (operator === ">" || operator === ">=") return (limit - mean) / scale;
  if (operator === "!=") return mean === limit ? 1 : -1;
  if (operator === "==") return mean === limit ? -1 : Math.abs(mean - limit) / scale;
  return (mean - limit) / scale;
}
