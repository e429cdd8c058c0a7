import { expect, it } from "vitest";
import { findHeadroom } from "../../src/analysis/plan-headroom.ts";

const probeOf = (limit: number, tried: number[]) => async (load: number) => {
  tried.push(load);
  return { holds: load <= limit, gate: 1, observed: load };
};

it.each([0.1, 0.7, 1, 2.7, 13, 40])("finds %sx to 5 %", async (limit) => {
  const tried: number[] = [];
  const found = await findHeadroom(probeOf(limit, tried));
  const { holdsTo, failsAt } = found ?? {};
  expect(holdsTo).toBeLessThanOrEqual(limit);
  expect(failsAt).toBeGreaterThan(limit);
  expect((failsAt ?? 0) / (holdsTo ?? 1)).toBeLessThanOrEqual(1.06);
  expect(found?.gate).toBe(1);
  expect(found?.observed).toBe(failsAt);
  expect(tried.length).toBeLessThan(15);
});

it("says that nothing fails, or that everything does", async () => {
  expect(await findHeadroom(probeOf(1_000, []))).toEqual({
    ...{ holdsTo: 64, failsAt: null, gate: null, observed: null },
  });
  expect(await findHeadroom(probeOf(0, []))).toEqual({
    ...{ holdsTo: null, failsAt: 1 / 64, gate: 1, observed: 1 / 64 },
  });
});

it("ends when it is stopped", async () => {
  expect(await findHeadroom(async () => null)).toBeNull();
});
