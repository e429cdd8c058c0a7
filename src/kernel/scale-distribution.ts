import type { DurationDistribution } from "./distribution.ts";

type Shaped = Exclude<DurationDistribution, number>;
type Part = NonNullable<Shaped["mixture"]>[number]["of"];

/**
 * The same distribution, stretched: every draw is `factor` times what it was under the same uniform
 * number, but for the rounding to whole microseconds.
 */
export function scaleDistribution(
  spec: DurationDistribution,
  factor: number,
): DurationDistribution {
  if (typeof spec === "number") return spec * factor;
  const { mixture } = spec;
  if (mixture === undefined) return { ...scaleShape(spec, factor) };
  return { mixture: mixture.map(({ share, of }) => ({ share, of: scalePart(of, factor) })) };
}

function scalePart(part: Part, factor: number): Part {
  if (typeof part === "number") return part * factor;
  if (part.constant !== undefined) return { constant: part.constant * factor };
  return scaleShape(part, factor);
}

/** Keys that are times; the others (`shape`, `sigma`) say how they are spread, and stay. */
const timeKeys: ReadonlySet<string> = new Set([
  ...["mean", "median", "p99", "min", "max", "sd", "scale", "values"],
]);

function scaleShape<S extends object>(shape: S, factor: number): S {
  const scaled = Object.entries(shape).map(([kind, keys]) => [kind, scaleKeys(keys, factor)]);
  return Object.fromEntries(scaled) as S; // The keys are those of `shape`.
}

function scaleKeys(keys: unknown, factor: number): unknown {
  if (typeof keys !== "object" || keys === null) return keys;
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => {
      if (!timeKeys.has(key)) return [key, value];
      if (Array.isArray(value)) return [key, value.map((it) => it * factor)];
      return [key, typeof value === "number" ? value * factor : value];
    }),
  );
}
