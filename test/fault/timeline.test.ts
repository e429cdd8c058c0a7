import { describe, expect, it } from "vitest";
import { episodesOf } from "../../src/fault/episodes.ts";
import { Fault, type NumberedFault } from "../../src/fault/fault.ts";
import { FaultTimeline } from "../../src/fault/timeline.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

type Written = {
  readonly on: string;
  readonly at: string;
  readonly for?: string;
  readonly every?: string;
  readonly ramp?: string;
  readonly random?: { readonly mtbf: string; readonly mttr: string };
};

/** Two minutes of traffic. */
const options = { seed: "1", untilMs: 120_000 };

function numbered(written: readonly Written[], firstIndex = 0): readonly NumberedFault[] {
  return written.map((it, i) => {
    return { fault: Fault.parse({ slow: "2x", ...it }), index: firstIndex + i };
  });
}

/** Plays the faults to the end; each change as the instant and what is active then, and how far. */
function play(written: readonly Written[], windowFromMs = 0, firstIndex = 0): string[] {
  const clock = new VirtualClock();
  const faults = numbered(written, firstIndex);
  const seen: string[] = [];
  const timeline: FaultTimeline = new FaultTimeline(clock, faults, options, () => {
    const active = faults.flatMap(({ fault }) => {
      const strength = timeline.strengthOf(fault);
      expect(timeline.isActive(fault)).toBe(strength > 0);
      return strength === 0 ? [] : [strength === 1 ? fault.on : `${fault.on}*${strength}`];
    });
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
    const faults = [{ fault, index: 0 }];
    const timeline = new FaultTimeline(new VirtualClock(), faults, options, () => undefined);
    timeline.start(1_000);
    expect(timeline.isActive(fault)).toBe(true);
  });

  it("tells nothing of a fault that it does not know", () => {
    const fault = Fault.parse({ at: "0s", on: "bank", slow: "2x" });
    const timeline = new FaultTimeline(new VirtualClock(), [], options, () => undefined);
    timeline.start(0);
    expect([timeline.isActive(fault), timeline.strengthOf(fault)]).toEqual([false, 0]);
  });

  it("a periodic fault comes again and again until the end of the run", () => {
    expect(play([{ on: "a", at: "1s", for: "10s", every: "50s" }])).toEqual([
      ...["1000: a", "11000:", "51000: a", "61000:", "101000: a", "111000:"],
    ]);
  });

  it("a window sees the episodes that are left, the present one among them", () => {
    expect(play([{ on: "a", at: "1s", for: "10s", every: "50s" }], 55_000)).toEqual([
      ...["0: a", "6000:", "46000: a", "56000:"],
    ]);
  });

  it("climbs a ramp in 20 steps, each as high as the line is halfway, then stays", () => {
    const seen = play([{ on: "a", at: "1s", for: "30s", ramp: "20s" }]);
    const steps = Array.from({ length: 20 }, (_, i) => `${1_000 + 1_000 * i}: a*${(i + 0.5) / 20}`);
    expect(seen).toEqual([...steps, "21000: a", "31000:"]);
    const heights = steps.map((it) => Number(it.split("*")[1]));
    expect(heights.reduce((sum, it) => sum + it, 0) / 20).toBeCloseTo(0.5, 12);
  });

  it("a window that starts on a ramp starts as strong as the fault is by then", () => {
    expect(play([{ on: "a", at: "1s", for: "30s", ramp: "20s" }], 19_500)).toEqual([
      ...["0: a*0.925", "500: a*0.975", "1500: a", "11500:"],
    ]);
  });

  it("each time begins at the foot of the ramp", () => {
    const seen = play([{ on: "a", at: "0s", for: "30s", every: "1m", ramp: "20s" }]);
    expect(seen).toHaveLength(2 * 22);
    expect(seen[22]).toBe("60000: a*0.025");
  });

  it("plays random episodes, drawn for the fault's place in the scenario", () => {
    const random = { mtbf: "10s", mttr: "5s" };
    const written = [
      { on: "a", at: "0s", random },
      { on: "b", at: "0s", random },
    ];
    const others = 3; // Faults before these, which another replica plays.
    const instants = (faults: readonly NumberedFault[]) =>
      faults.flatMap(({ fault, index }) =>
        episodesOf(fault, "1", index, options.untilMs).flatMap((it) => [it.fromMs, it.toMs]),
      );
    const seen = play(written, 0, others).map((it) => Number.parseFloat(it));
    expect(seen).toEqual(instants(numbered(written, others)).toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(20);
  });

  it("started within a run, for a replica that comes back, takes up what goes on by then", () => {
    const faults = numbered([
      { on: "a", at: "1s", for: "4s" },
      { on: "b", at: "2s", for: "9s" },
      { on: "c", at: "12s", for: "1s" },
      { on: "d", at: "4s", for: "20s", ramp: "10s" },
    ]);
    const clock = new VirtualClock();
    const seen: string[] = [];
    const timeline: FaultTimeline = new FaultTimeline(clock, faults, options, () => {
      const active = faults.filter(({ fault }) => timeline.isActive(fault));
      seen.push(`${clock.nowMs()}: ${active.map(({ fault }) => fault.on).join(" ")}`);
    });
    const comeBack = { fire: () => timeline.start(1_000, 6_000) };
    clock.at(6_000, comeBack, 0);
    clock.run(Number.MAX_VALUE, 1_000);
    // What is over by then, and what goes on, is told at once and once.
    expect(seen.filter((it) => it.startsWith("6000:"))).toHaveLength(1);
    expect(seen.filter((it, i) => it.slice(-4) !== seen[i - 1]?.slice(-4))).toEqual([
      ...["6000: b d", "10000: d", "11000: c d", "12000: d", "23000: "],
    ]);
  });

  it("keeps one event pending where episodes follow each other, whatever their number", () => {
    const clock = new VirtualClock();
    const faults = numbered([{ on: "a", at: "0s", for: "5ms", every: "12ms", ramp: "4ms" }]);
    new FaultTimeline(clock, faults, options, () => undefined).start(0);
    expect(clock.queue.length).toBe(1);
  });
});
