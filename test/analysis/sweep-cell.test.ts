import { describe, expect, it } from "vitest";
import type { Summary } from "../../src/analysis/figure.ts";
import { creditedPerSecond, figureOf, judgeCell } from "../../src/analysis/sweep-cell.ts";
import { type Gate, parseGate } from "../../src/scenario/gate-expression.ts";
import { simulatedResult } from "../support/sample-result.ts";

function gate(text: string): Gate {
  const read = parseGate(text);
  if (!read.ok) throw new Error(read.what);
  return read.gate;
}

function summary(change: Partial<Summary> = {}): Summary {
  const [variant] = simulatedResult().variants;
  if (variant === undefined) throw new Error("the sample has a variant");
  const { series: _, bottlenecks: __, gates: ___, ...rest } = variant;
  return { ...rest, ...change };
}

const lost = (count: number) => ({ ...summary().outcomes, credited: 100, late: 0, lost: count });
const figures = [figureOf({ of: "run", figure: "lost" }), creditedPerSecond];
const runs = [1, 2, 3].map((count) => summary({ outcomes: lost(count) }));
const pooled = summary({ outcomes: lost(6) });
const cell = { at: [2, 0], gates: [], pooled, runs };

describe("a cell", () => {
  it("has of each figure the mean over its runs, and its interval", () => {
    const { values, at } = judgeCell(cell, figures, 20_000);
    expect(at).toEqual([2, 0]);
    // t(0.975, 2) = 4.302653, s = 1.
    const half = 4.30265273 / Math.sqrt(3);
    expect(values[0]?.mean).toBe(2);
    expect(values[0]?.low).toBeCloseTo(2 - half, 6);
    expect(values[0]?.high).toBeCloseTo(2 + half, 6);
    expect(values[1]).toEqual({ mean: 5, low: 5, high: 5 });
  });

  it("has no interval from one run, and nothing where nothing was measured", () => {
    const [first] = runs;
    const empty = summary({ planned: 0 });
    if (first === undefined) throw new Error("there is a run");
    expect(judgeCell({ ...cell, runs: [first] }, figures, 20_000).values).toEqual([
      { mean: 1, low: null, high: null },
      { mean: 5, low: null, high: null },
    ]);
    expect(judgeCell({ ...cell, runs: [empty] }, figures, 20_000).values[0]?.mean).toBeNull();
    expect(judgeCell({ ...cell, runs: [empty, first] }, figures, 20_000).values[0]).toEqual({
      ...{ mean: 1, low: null, high: null },
    });
  });

  it("is judged by all its runs together", () => {
    const gates = [gate("lost < 6")];
    expect(judgeCell({ ...cell, gates }, figures, 20_000)).toMatchObject({
      gates: [{ expression: "lost < 6", observed: 6, passed: false }],
      passed: false,
    });
    const loose = [gate("lost <= 6")];
    expect(judgeCell({ ...cell, gates: loose }, figures, 20_000).passed).toBe(true);
  });

  it("fails where the books are broken, whatever its gates say", () => {
    const broken = summary({ integrity: { ...pooled.integrity, doubleCredited: 1 } });
    expect(judgeCell({ ...cell, pooled: broken }, figures, 20_000).passed).toBe(false);
  });

  it("names the station that works most, not the one that is held most", () => {
    const [station] = pooled.stations;
    if (station === undefined) throw new Error("the sample has stations");
    const held = { ...station, name: "operator.forward", utilisationRatio: 1, blockedRatio: 0.9 };
    const works = { ...station, name: "bank.risk", utilisationRatio: 0.8, blockedRatio: 0 };
    const found = judgeCell(
      { ...cell, pooled: { ...pooled, stations: [held, works] } },
      figures,
      20_000,
    );
    expect(found.busiest).toEqual({ station: "bank.risk", workingRatio: 0.8 });
    const idle = { ...station, utilisationRatio: 0, blockedRatio: 0 };
    const none = judgeCell({ ...cell, pooled: { ...pooled, stations: [idle] } }, figures, 20_000);
    expect(none.busiest).toBeNull();
  });
});

it("names figures as gates do", () => {
  expect(figureOf({ of: "times", figure: "p99", argument: "latency" })).toMatchObject({
    name: "p99(latency)",
    unit: "ms",
  });
  expect(figureOf({ of: "run", figure: "uncredited_rate" })).toMatchObject({ unit: "ratio" });
});
