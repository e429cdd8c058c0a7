import { describe, expect, it } from "vitest";
import { Fault } from "../../src/fault/fault.ts";
import { FaultTimeline } from "../../src/fault/timeline.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

type Written = { readonly on: string; readonly at: string; readonly for?: string };

/** Plays the faults to the end; each change as the instant and the names of what is active then. */
function play(written: readonly Written[], windowFromMs = 0): string[] {
  const clock = new VirtualClock();
  const faults = written.map((it) => Fault.parse({ slow: "2x", ...it }));
  const seen: string[] = [];
  const timeline: FaultTimeline = new FaultTimeline(clock, faults, () => {
    const active = faults.filter((fault) => timeline.isActive(fault)).map(({ on }) => on);
    seen.push(`${clock.nowMs()}: ${active.join(" ")}`.trim());
  });
  timeline.start(windowFromMs);
  clock.run(Number.MAX_VALUE, 1_000);
  return seen;
}

describe("FaultTimeline", () => {
  it.each([
    { why: "no faults", faults: [], seen: [] },
    {
      why: "one fault comes and goes",
      faults: [{ on: "a", at: "1s", for: "2s" }],
      seen: ["1000: a", "3000:"],
    },
    { why: "a fault without a length stays", faults: [{ on: "a", at: "1s" }], seen: ["1000: a"] },
    {
      why: "a fault of the very start acts from the start",
      faults: [{ on: "a", at: "0s", for: "1s" }],
      seen: ["0: a", "1000:"],
    },
    {
      why: "faults overlap",
      faults: [
        { on: "a", at: "1s", for: "4s" },
        { on: "b", at: "2s", for: "1s" },
        { on: "c", at: "4s" },
      ],
      seen: ["1000: a", "2000: a b", "3000: a", "4000: a c", "5000: c"],
    },
    {
      why: "the same trouble twice, one inside the other, ends with the longer",
      faults: [
        { on: "a", at: "1s", for: "4s" },
        { on: "a", at: "2s", for: "1s" },
      ],
      seen: ["1000: a", "2000: a a", "3000: a", "5000:"],
    },
    {
      why: "one ends where the next begins",
      faults: [
        { on: "a", at: "1s", for: "1s" },
        { on: "b", at: "2s", for: "1s" },
      ],
      seen: ["1000: a", "2000:", "2000: b", "3000:"],
    },
  ])("$why", ({ faults, seen }) => {
    expect(play(faults)).toEqual(seen);
  });

  it.each([
    { why: "starts inside a fault", fromMs: 2_000, seen: ["0: a", "2000:", "4000: b", "6000:"] },
    {
      why: "starts where a fault begins",
      fromMs: 1_000,
      seen: ["0: a", "3000:", "5000: b", "7000:"],
    },
    { why: "starts where a fault ends", fromMs: 4_000, seen: ["2000: b", "4000:"] },
    { why: "starts between faults", fromMs: 5_000, seen: ["1000: b", "3000:"] },
    {
      why: "starts half a second before an end",
      fromMs: 3_500,
      seen: ["0: a", "500:", "2500: b", "4500:"],
    },
    { why: "starts after all of them", fromMs: 9_000, seen: [] },
  ])("a window that $why", ({ fromMs, seen }) => {
    const faults = [
      { on: "a", at: "1s", for: "3s" },
      { on: "b", at: "6s", for: "2s" },
    ];
    expect(play(faults, fromMs)).toEqual(seen);
  });

  it("a window that starts inside several faults sees them all from its start, and says so once", () => {
    const faults = [
      { on: "a", at: "1s", for: "9s" },
      { on: "b", at: "2s" },
    ];
    expect(play(faults, 5_000)).toEqual(["0: a b", "5000: b"]);
  });

  it("a fault of the very start acts before the first event of the run", () => {
    const fault = Fault.parse({ on: "a", at: "1s", slow: "2x" });
    const timeline = new FaultTimeline(new VirtualClock(), [fault], () => undefined);
    timeline.start(1_000);
    expect(timeline.isActive(fault)).toBe(true);
  });

  it("tells nothing of a fault that it does not know", () => {
    const fault = Fault.parse({ at: "0s", on: "bank", slow: "2x" });
    const timeline = new FaultTimeline(new VirtualClock(), [], () => undefined);
    timeline.start(0);
    expect(timeline.isActive(fault)).toBe(false);
  });
});
