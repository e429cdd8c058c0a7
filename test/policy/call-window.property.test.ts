import { expect, it } from "vitest";
import { type CallWindow, CountWindow, TimeWindow } from "../../src/policy/call-window.ts";
import { fc } from "../support/property.ts";

type Call = { readonly failed: boolean; readonly slow: boolean; readonly atMs: number };

/** Calls at rising times, now and then with a pause or a `clear` (null) between. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        failed: fc.boolean(),
        slow: fc.boolean(),
        gapMs: fc.oneof(
          { weight: 6, arbitrary: fc.nat(30) },
          { weight: 6, arbitrary: fc.nat(300) },
          { weight: 1, arbitrary: fc.constant(5_000) },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  { maxLength: 60, size: "max" },
);

/** Plays the steps on a window, beside a plain list of which `isIn` says what still counts. */
function play(
  window: CallWindow,
  played: readonly ({ failed: boolean; slow: boolean; gapMs: number } | null)[],
  isIn: (calls: readonly Call[]) => (call: Call, index: number) => boolean,
  reached: Set<string>,
): void {
  let calls: Call[] = [];
  let nowMs = 0;
  for (const step of played) {
    if (step === null) {
      calls = [];
      window.clear();
      reached.add("cleared");
    } else {
      nowMs += step.gapMs;
      window.record(step.failed, step.slow, nowMs);
      calls.push({ failed: step.failed, slow: step.slow, atMs: nowMs });
    }
    const kept = calls.filter(isIn(calls));
    if (kept.length < calls.length) reached.add(kept.length === 1 ? "all but one left" : "left");
    expect(window.callCount).toBe(kept.length);
    expect(window.failedCount).toBe(kept.filter(({ failed }) => failed).length);
    expect(window.slowCount).toBe(kept.filter(({ slow }) => slow).length);
  }
}

// Goal: the counts are those of the calls that the window still covers. Method: random calls beside
// a plain list that is filtered anew after each.
it("counts the last so many calls", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), steps, (size, played) => {
      const isIn = (calls: readonly Call[]) => (_: Call, index: number) =>
        index >= calls.length - size;
      play(new CountWindow(size), played, isIn, reached);
    }),
  );
  expect(reached).toEqual(new Set(["cleared", "left", "all but one left"]));
});

it("counts the calls of this tenth of the time and of the nine before", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(7, 100, 1_000), steps, (lengthMs, played) => {
      const tenth = (atMs: number) => Math.floor(atMs / (lengthMs / 10));
      const isIn = (calls: readonly Call[]) => {
        const nowMs = calls.at(-1)?.atMs ?? 0;
        return (call: Call) => tenth(call.atMs) > tenth(nowMs) - 10;
      };
      play(new TimeWindow(lengthMs), played, isIn, reached);
    }),
  );
  expect(reached).toEqual(new Set(["cleared", "left", "all but one left"]));
});
