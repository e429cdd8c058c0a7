import { describe, expect, it } from "vitest";
import { combineFaults, healthy } from "../../src/fault/condition.ts";
import { Fault } from "../../src/fault/fault.ts";

function faults(...effects: readonly object[]): Fault[] {
  return effects.map((effect) => Fault.parse({ at: "0s", on: "bank", ...effect }));
}

describe("combineFaults", () => {
  it("leaves healthy what no fault acts on", () => {
    expect(combineFaults([])).toBe(healthy);
    expect(healthy).toEqual({ slowFactor: 1, delays: [], errors: [], down: undefined });
  });

  it("multiplies factors", () => {
    const { slowFactor } = combineFaults(faults({ slow: "3x" }, { slow: "0.5x" }, { delay: "1s" }));
    expect(slowFactor).toBe(1.5);
  });

  it("adds delays one after the other", () => {
    const uniform = { uniform: { min: "0ms", max: "10ms" } };
    const { delays } = combineFaults(faults({ delay: "20ms" }, { slow: "2x" }, { delay: uniform }));
    expect(delays.map((delay) => delay.quantile(0.25))).toEqual([20, 2.5]);
  });

  it("keeps every kind of error, in order", () => {
    const { errors } = combineFaults(
      faults({ errors: { rate: "1%" } }, { down: "hang" }, { errors: { rate: "2%", code: "91" } }),
    );
    expect(errors).toEqual([
      { rate: 0.01, code: "96" },
      { rate: 0.02, code: "91" },
    ]);
  });

  it.each([
    { active: ["maintenance"], down: "maintenance" },
    { active: ["hang"], down: "hang" },
    { active: ["maintenance", "hang"], down: "hang" },
    { active: ["hang", "refuse"], down: "refuse" },
    { active: ["maintenance", "refuse", "hang"], down: "refuse" },
  ])("of $active together counts $down", ({ active, down }) => {
    expect(combineFaults(faults(...active.map((it) => ({ down: it })))).down).toBe(down);
  });
});
