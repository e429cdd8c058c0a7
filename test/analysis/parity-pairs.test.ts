import { describe, expect, it } from "vitest";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { pairActivations, sortedQuantile } from "../../src/analysis/parity-pairs.ts";
import type { Outcome } from "../../src/domain/outcome.ts";

type Row = readonly [stream: number, index: number, latencyMs: number, outcome?: Outcome];

/** Activation i is planned at second i. */
function logOf(rows: readonly Row[], most?: number): ActivationLog {
  const log = new ActivationLog(most);
  for (const [stream, index, latencyMs, outcome = "credited"] of rows) {
    log.add(stream, index, 1_000 * index, latencyMs, outcome);
  }
  return log;
}

describe("pairActivations", () => {
  it("finds an activation by stream and number, in whatever order both worlds finish", () => {
    const simulated = logOf([
      [7, 0, 100],
      [7, 1, 200],
      [-9, 0, 300],
    ]);
    const live = logOf([
      [-9, 0, 350],
      [7, 1, 190],
      [7, 0, 101],
    ]);
    expect(pairActivations(simulated, live, [])).toEqual({
      errorsMs: new Float64Array([1, 10, 50]),
      pairedCount: 3,
      differingCount: 0,
      unpairedCount: 0,
      excludedCount: 0,
      stride: 1,
    });
  });

  it("counts who ended otherwise, and takes no error from them nor from who never ended", () => {
    const simulated = logOf([
      [1, 0, 100, "credited"],
      [1, 1, 100, "lost"],
      [1, 2, Number.NaN, "lost"],
    ]);
    const live = logOf([
      [1, 0, 900, "lost"],
      [1, 1, 103, "lost"],
      [1, 2, 40, "lost"],
    ]);
    const pairs = pairActivations(simulated, live, []);
    expect(pairs).toMatchObject({ pairedCount: 3, differingCount: 1 });
    expect([...pairs.errorsMs]).toEqual([3]);
  });

  it("counts who is in one world alone, on either side", () => {
    const simulated = logOf([
      [1, 0, 1],
      [1, 1, 1],
      [1, 2, 1],
    ]);
    const live = logOf([
      [1, 1, 1],
      [2, 0, 1],
    ]);
    expect(pairActivations(simulated, live, [])).toMatchObject({
      pairedCount: 1,
      unpairedCount: 3,
    });
    expect(pairActivations(live, simulated, [])).toMatchObject({
      pairedCount: 1,
      unpairedCount: 3,
    });
  });

  it("leaves out who was planned in an excluded second", () => {
    const log = logOf([0, 1, 2, 3, 4].map((index) => [1, index, 5]));
    const excluded = [{ why: "bank#1 killed", fromMs: 1_000, toMs: 3_000 }];
    const pairs = pairActivations(log, log, excluded);
    expect(pairs).toMatchObject({ pairedCount: 3, excludedCount: 2, unpairedCount: 0 });
  });

  it("compares those that both have kept where one world had to sample", () => {
    const rows = Array.from({ length: 100 }, (_, index): Row => [1, index, index]);
    const pairs = pairActivations(logOf(rows), logOf(rows, 30), []);
    expect(pairs).toMatchObject({ stride: 4, pairedCount: 25, unpairedCount: 0 });
    expect(pairActivations(logOf(rows, 30), logOf(rows), [])).toEqual(pairs);
  });
});

describe("sortedQuantile", () => {
  it.each([
    { of: [], quantile: 0.5, is: null },
    { of: [3], quantile: 0.99, is: 3 },
    { of: [1, 2, 3, 4], quantile: 0.5, is: 2 },
    { of: [1, 2, 3, 4], quantile: 0.51, is: 3 },
    { of: [1, 2, 3, 4], quantile: 1, is: 4 },
    { of: [1, 2, 3, 4], quantile: 0, is: 1 },
  ])("of $of at $quantile is $is", ({ of, quantile, is }) => {
    expect(sortedQuantile(new Float64Array(of), quantile)).toBe(is);
  });
});
