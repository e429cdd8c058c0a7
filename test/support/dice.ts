import { fc } from "./property.ts";

/** Without bias towards the ends, so that a chance of 30 % is one. */
const whole = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.integer({ min, max }));

/**
 * Choices of a property test. What fails is shrunk towards the least: no to a chance, the first of
 * a list, the lowest number.
 */
export class Dice {
  readonly #value: fc.GeneratorValue;

  constructor(value: fc.GeneratorValue) {
    this.#value = value;
  }

  whole(min: number, max: number): number {
    return this.#value(whole, min, max);
  }

  chance(percent: number): boolean {
    return this.whole(0, 99) >= 100 - percent;
  }

  oneOf<const T>(...items: readonly [T, ...T[]]): T {
    return items[this.whole(0, items.length - 1)] ?? items[0];
  }

  maybe<T>(percent: number, make: () => T): T | undefined {
    return this.chance(percent) ? make() : undefined;
  }

  /** Some of them, in their order, at least one. */
  some<T>(items: readonly T[]): T[] {
    const chosen = items.filter(() => this.chance(40));
    return chosen.length > 0 ? chosen : items.slice(0, 1);
  }

  // As a scenario writes them.

  time(minMs: number, maxMs: number): string {
    return `${this.whole(minMs, maxMs)}ms`;
  }

  share(minPercent: number, maxPercent: number): string {
    return `${this.whole(minPercent, maxPercent)}%`;
  }

  factor(min: number, max: number): string {
    return `${this.whole(min, max)}x`;
  }

  /** How long something takes, about `meanMs`. */
  duration(meanMs: number): unknown {
    const [mean, twice] = [`${meanMs}ms`, `${2 * meanMs}ms`];
    return this.oneOf<() => unknown>(
      () => mean,
      () => ({ exponential: { mean } }),
      () => ({ lognormal: { median: mean, p99: `${6 * meanMs}ms` } }),
      () => ({ uniform: { min: "0ms", max: twice } }),
      () => ({ gamma: { mean, shape: 2 } }),
      () => ({ weibull: { scale: mean, shape: 0.8 } }),
      () => ({ pareto: { min: mean, shape: 1.5, max: `${20 * meanMs}ms` } }),
      () => ({ normal: { mean, sd: mean } }),
      () => ({ empirical: { values: ["0ms", mean, twice] } }),
      () => ({
        mixture: [
          { share: "80%", of: mean },
          { share: "20%", of: { exponential: { mean: twice } } },
        ],
      }),
    )();
  }
}
