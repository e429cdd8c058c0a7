import { describe, expect, it } from "vitest";
import { estimate, excessOf, testGate } from "../../src/analysis/plan-gate-test.ts";

const below = { operator: "<", limit: 10 } as const;
const none = { operator: "==", limit: 0 } as const;

describe("testGate", () => {
  it.each([
    { why: "all far below", gate: below, samples: [1, 2, 1, 2], says: "holds" },
    { why: "all far above", gate: below, samples: [21, 22, 21, 22], says: "fails" },
    { why: "around the limit", gate: below, samples: [9, 11, 8, 12], says: "open" },
    { why: "below on average, but scattered", gate: below, samples: [1, 1, 1, 30], says: "open" },
    { why: "always the same, below", gate: below, samples: [9, 9, 9], says: "holds" },
    { why: "always the limit itself", gate: below, samples: [10, 10, 10], says: "fails" },
    {
      why: "always the limit itself, which may be reached",
      gate: { operator: "<=", limit: 10 } as const,
      samples: [10, 10, 10],
      says: "holds",
    },
    {
      why: "above where it must be",
      gate: { operator: ">", limit: 10 } as const,
      samples: [21, 22, 21],
      says: "holds",
    },
    { why: "one run says nothing of others", gate: below, samples: [1], says: "open" },
    { why: "nothing yet", gate: below, samples: [], says: "open" },
    { why: "once not measured", gate: below, samples: [1, 1, null], says: "fails" },
    { why: "one of many breaks an equality", gate: none, samples: [0, 0, 0, 1], says: "fails" },
    { why: "none breaks it", gate: none, samples: [0, 0, 0, 0], says: "holds" },
    {
      why: "an inequality is broken by one that is equal",
      gate: { operator: "!=", limit: 0 } as const,
      samples: [1, 0, 1],
      says: "fails",
    },
  ])("$why: $says", ({ gate, samples, says }) => {
    expect(testGate(gate, samples, 0.05)).toBe(says);
  });

  // Mean 9, standard error of the mean sqrt(2/3)/2 = 0.408; t(0.95, 3) = 2.353 and t(0.99, 3) = 4.541.
  it("asks for more where it may err less", () => {
    const samples = [8, 9, 9, 10];
    expect(testGate(below, samples, 0.05)).toBe("holds");
    expect(testGate(below, samples, 0.01)).toBe("open");
  });
});

it("estimates a mean with its Student-t interval", () => {
  // t(0.975, 3) = 3.182446; half-width 3.182446 * 0.408248 = 1.299229.
  const { mean, low, high } = estimate([8, 9, 9, 10], 0.95);
  expect(mean).toBe(9);
  expect(low).toBeCloseTo(9 - 1.299229, 5);
  expect(high).toBeCloseTo(9 + 1.299229, 5);
  expect(estimate([3], 0.95)).toEqual({ mean: 3, low: null, high: null });
  expect(estimate([null], 0.95)).toEqual({ mean: null, low: null, high: null });
});

it.each([
  { gate: below, mean: 12, excess: 0.2 },
  { gate: below, mean: 5, excess: -0.5 },
  { gate: { operator: ">=", limit: 10 } as const, mean: 8, excess: 0.2 },
  { gate: none, mean: 3, excess: 3 },
  { gate: none, mean: 0, excess: -1 },
  { gate: below, mean: null, excess: Number.POSITIVE_INFINITY },
])("says how far $mean is from its limit", ({ gate, mean, excess }) => {
  expect(excessOf(gate, mean)).toBeCloseTo(excess, 10);
});
