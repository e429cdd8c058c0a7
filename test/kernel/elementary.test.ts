import { describe, expect, it } from "vitest";
import { exp, log, pow } from "../../src/kernel/elementary.ts";
import { sha256Hex } from "../../src/scenario/canonical.ts";
import { fc } from "../support/property.ts";

/** How far a value may be from the exact one: what the docstrings say, and V8's own last bit. */
const tolerance = 7e-16;

describe("log", () => {
  it("agrees with Math.log to the last bits, over all that a double can be", () => {
    const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, (x) => {
        const exact = Math.log(x);
        expect(Math.abs(log(x) - exact)).toBeLessThanOrEqual(
          tolerance * Math.max(1, Math.abs(exact)),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it("agrees with it where draws are made: between 0 and 1, and close to either", () => {
    const u = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });
    fc.assert(
      fc.property(u, (x) => {
        for (const of of [x, 1 - x]) {
          const exact = Math.log(of);
          const error = Math.abs(log(of) - exact);
          expect(error).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(exact)));
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [1, 0],
    [0, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [-1, Number.NaN],
    [Number.NaN, Number.NaN],
  ])("of %s is %s", (x, expected) => {
    expect(log(x)).toBe(expected);
  });
});

describe("exp", () => {
  it("agrees with Math.exp to the last bits", () => {
    fc.assert(
      fc.property(fc.double({ min: -707, max: 708, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [0, 1],
    [-1_000, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [1_000, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])("of %s is %s", (x, expected) => {
    expect(exp(x)).toBe(expected);
  });
});

describe("pow", () => {
  it.each([
    [2, 10],
    [0.3, -1.7],
    [1e-9, 0.25],
    [7, 0],
  ])("%s to the power of %s", (base, exponent) => {
    expect(pow(base, exponent) / base ** exponent).toBeCloseTo(1, 13);
  });
});

// Goal: the same draws on every Node and every machine. Method: the bits of 4,096 values, by hash.
it("gives the same bits everywhere", () => {
  const values = new Float64Array(8_192);
  for (let i = 0; i < 4_096; i += 1) {
    values[2 * i] = log((i + 0.5) / 4_096);
    values[2 * i + 1] = exp((i - 2_048) / 100);
  }
  expect(sha256Hex(Array.from(values, (it) => it.toExponential(20)).join())).toMatchInlineSnapshot(
    `"14427c7589edfd5eebcda75a15b27044cb35e025ddf31c75d8f7f987f1e77993"`,
  );
});
