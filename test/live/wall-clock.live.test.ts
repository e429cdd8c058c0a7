import { afterEach, describe, expect, it } from "vitest";
import { monotonicMs, type Pacing, WallClock } from "../../src/live/wall-clock.ts";

const clocks: WallClock[] = [];

function startedClock(pacing: Pacing): WallClock {
  const clock = new WallClock(pacing);
  clocks.push(clock);
  clock.start(monotonicMs());
  return clock;
}

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** Notes what fired, the instant that it saw, and how late that was; done after `count` events. */
function notes(clock: WallClock, count: number) {
  const seen: { kind: number; atMs: number; lateMs: number }[] = [];
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const fire = (kind: number): void => {
    const atMs = clock.nowMs();
    seen.push({ kind, atMs, lateMs: clock.wallMs() - atMs });
    if (seen.length === count) finish();
  };
  return { seen, done, target: { fire } };
}

describe.each(["timer", "precise"] as const)("WallClock, %s pacing", (pacing) => {
  it("fires in the order of what is due, and shows each event the instant at which it was due", async () => {
    const clock = startedClock(pacing);
    const { seen, done, target } = notes(clock, 6);
    const dueMs = [40, 10, 25.5, 10, 40.25, 80];
    dueMs.forEach((timeMs, kind) => void clock.at(timeMs, target, kind));
    await done;
    expect(seen.map(({ kind }) => kind)).toEqual([1, 3, 2, 0, 4, 5]);
    expect(seen.map(({ atMs }) => atMs)).toEqual([10, 10, 25.5, 40, 40.25, 80]);
    // A timer may wake half a millisecond early, never more; how late depends on the machine.
    const earliestMs = pacing === "timer" ? -0.5 : 0;
    expect(Math.min(...seen.map(({ lateMs }) => lateMs))).toBeGreaterThanOrEqual(earliestMs - 0.01);
    expect(clock.lateness.count).toBe(6);
  });

  it("adds up no lateness over a chain of delays", async () => {
    const clock = startedClock(pacing);
    const { seen, done, target } = notes(clock, 20);
    const chain = {
      fire(kind: number): void {
        target.fire(kind);
        if (kind < 19) clock.after(2.5, chain, kind + 1);
      },
    };
    clock.at(10, chain, 0);
    await done;
    expect(seen.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 20 }, (_, i) => 10 + 2.5 * i),
    );
  });

  it("does not fire what was cancelled, and fires what becomes due sooner than planned", async () => {
    const clock = startedClock(pacing);
    const { seen, done, target } = notes(clock, 2);
    const ticket = clock.timer(15, target, 1);
    clock.at(30, target, 2);
    clock.at(5, target, 3);
    clock.cancel(ticket);
    await done;
    expect(seen.map(({ kind }) => kind)).toEqual([3, 2]);
  });
});

describe("WallClock", () => {
  it("fires within 2 ms at the median when it is precise", async () => {
    const clock = startedClock("precise");
    const count = 100;
    const { seen, done, target } = notes(clock, count);
    for (let i = 0; i < count; i += 1) clock.at(20 + 3.7 * i, target, i);
    await done;
    const lateMs = seen.map((it) => it.lateMs).sort((a, b) => a - b);
    expect(lateMs[count / 2]).toBeLessThan(2);
    expect(clock.lateness.quantileMs(0.5)).toBeLessThan(2);
  });

  it("catches up with all that is due before it goes on", () => {
    const clock = startedClock("timer");
    const { seen, target } = notes(clock, 3);
    clock.at(1, target, 1);
    clock.at(3, target, 2);
    clock.at(60_000, target, 3);
    while (clock.wallMs() < 5); // Busy, as a process is that reads a long answer.
    expect(seen).toEqual([]);
    clock.catchUp();
    expect(seen.map(({ kind, atMs }) => ({ kind, atMs }))).toEqual([
      { kind: 1, atMs: 1 },
      { kind: 2, atMs: 3 },
    ]);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(5);
    expect(clock.lateness.maxMs).toBeGreaterThanOrEqual(4);
  });

  it("keeps what was scheduled before it was started, and fires nothing once stopped", async () => {
    const clock = new WallClock("timer");
    clocks.push(clock);
    const { seen, done, target } = notes(clock, 1);
    clock.at(5, target, 1);
    clock.catchUp();
    expect(seen).toEqual([]);
    expect(clock.isRunning).toBe(false);
    clock.start(monotonicMs());
    await done;
    clock.at(clock.nowMs() + 1, target, 2);
    clock.stop();
    const other = startedClock("timer");
    const after = notes(other, 1);
    other.at(20, after.target, 1);
    await after.done;
    clock.catchUp();
    expect(seen.length).toBe(1);
  });

  it("takes an instant that has passed as now", async () => {
    const clock = startedClock("timer");
    const { seen, done, target } = notes(clock, 1);
    while (clock.wallMs() < 3);
    clock.catchUp();
    clock.at(1, target, 1);
    await done;
    expect(seen[0]?.atMs).toBeGreaterThanOrEqual(3);
  });
});
