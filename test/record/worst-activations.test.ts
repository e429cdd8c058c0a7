import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/domain/outcome.ts";
import { WorstActivations } from "../../src/record/worst-activations.ts";
import { fc } from "../support/property.ts";

type Told = {
  readonly index: number;
  readonly outcome: Outcome;
  readonly latencyMs?: number;
  readonly creditMs?: number;
  readonly plannedMs?: number;
};

/** The numbers of the worst of those told of, worst first. */
function worstOf(most: number, told: readonly Told[]): readonly number[] {
  const worst = new WorstActivations(most);
  for (const it of told) {
    const { index, outcome, plannedMs = 0, latencyMs = Number.NaN, creditMs = Number.NaN } = it;
    worst.add(7, index, plannedMs, latencyMs, outcome, null, creditMs);
  }
  return worst.list.map(({ index }) => index);
}

describe("the worst activations", () => {
  it.each([
    {
      why: "the lost come before the late, and those before the slow",
      told: [
        { index: 1, outcome: "credited", latencyMs: 9_000, creditMs: 8_000 },
        { index: 2, outcome: "late", latencyMs: 10, creditMs: 31_000 },
        { index: 3, outcome: "lost", latencyMs: 5 },
      ],
      worst: [3, 2, 1],
    },
    {
      why: "what was declined or blocked is not bad, however long it took",
      told: [
        { index: 1, outcome: "declined", latencyMs: 90_000 },
        { index: 2, outcome: "blocked", latencyMs: 90_000 },
        { index: 3, outcome: "credited", latencyMs: 1, creditMs: 1 },
      ],
      worst: [3],
    },
    {
      why: "of the late it is the credit that counts, not the answer",
      told: [
        { index: 1, outcome: "late", latencyMs: 9_000, creditMs: 31_000 },
        { index: 2, outcome: "late", latencyMs: 10, creditMs: 40_000 },
      ],
      worst: [2, 1],
    },
    {
      why: "a merchant who never heard anything waited longest",
      told: [
        { index: 1, outcome: "lost", latencyMs: 90_000 },
        { index: 2, outcome: "lost" },
      ],
      worst: [2, 1],
    },
    {
      why: "of two that are equally bad the one planned earlier comes first",
      told: [
        { index: 1, outcome: "lost", latencyMs: 10, plannedMs: 20 },
        { index: 2, outcome: "lost", latencyMs: 10, plannedMs: 10 },
      ],
      worst: [2, 1],
    },
  ] satisfies { why: string; told: Told[]; worst: number[] }[])("$why", ({ told, worst }) => {
    expect(worstOf(3, told)).toEqual(worst);
  });

  // Goal: the short list is the head of the long one, in whatever order activations finish.
  it("keeps no more than it is asked for, and those whatever the order", () => {
    const outcome = fc.constantFrom("lost", "late", "credited", "declined");
    const ms = fc.integer({ min: 0, max: 5 });
    const some = fc.array(fc.record({ outcome, latencyMs: ms, creditMs: ms, plannedMs: ms }));
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 4 }), (list, most) => {
        const told = list.map((it, index): Told => ({ ...it, index }));
        const all = worstOf(told.length + 1, told);
        expect(worstOf(most, told)).toEqual(all.slice(0, most));
        expect(worstOf(most, told.toReversed())).toEqual(all.slice(0, most));
      }),
    );
  });
});
