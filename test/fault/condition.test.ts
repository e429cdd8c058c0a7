import { describe, expect, it } from "vitest";
import { type ActiveFault, combineFaults, healthy } from "../../src/fault/condition.ts";
import { Fault } from "../../src/fault/fault.ts";

function faults(...effects: readonly object[]): ActiveFault[] {
  return growing(1, ...effects);
}

function growing(strength: number, ...effects: readonly object[]): ActiveFault[] {
  return effects.map((effect) => {
    return { fault: Fault.parse({ at: "0s", on: "bank", ...effect }), strength };
  });
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
    { active: ["hang", "freeze"], down: "freeze" },
    { active: ["freeze", "refuse"], down: "refuse" },
    { active: ["maintenance", "freeze", "refuse", "hang", "crash"], down: "crash" },
  ])("of $active together counts $down", ({ active, down }) => {
    expect(combineFaults(faults(...active.map((it) => ({ down: it })))).down).toBe(down);
  });

  it("slows, delays and fails by as much as the fault has grown to", () => {
    const uniform = { uniform: { min: "0ms", max: "10ms" } };
    const half = combineFaults(
      growing(0.5, { slow: "3x" }, { delay: uniform }, { errors: { rate: "20%" } }),
    );
    expect(half.slowFactor).toBe(2);
    expect(half.errors).toEqual([{ rate: 0.1, code: "96" }]);
    expect(half.delays.map((delay) => [delay.quantile(0.5), delay.mean])).toEqual([[2.5, 2.5]]);
  });

  it("grows towards a factor below 1 from above", () => {
    expect(combineFaults(growing(0.5, { slow: "0.5x" })).slowFactor).toBe(0.75);
  });

  it("takes the very figures of a fault at its full strength", () => {
    const [error, slow] = faults({ errors: { rate: "20%" } }, { slow: "0.1x" });
    const { errors, slowFactor } = combineFaults([error, slow].filter((it) => it !== undefined));
    expect(errors[0]).toBe(error?.fault.errors);
    expect(slowFactor).toBe(0.1);
  });
});
