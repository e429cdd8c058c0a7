import { describe, expect, it } from "vitest";
import { SlowLine, StallGate } from "../../src/fault/line.ts";

const endless = Number.POSITIVE_INFINITY;
const open = new StallGate([], 0);

describe("StallGate", () => {
  const gate = new StallGate(
    [
      { fromMs: 110, toMs: 120 },
      { fromMs: 150, toMs: 160 },
      { fromMs: 200, toMs: endless },
    ],
    100,
  );

  it.each([
    { why: "what passes before it shuts", fromMs: 5, workMs: 0, doneMs: 5 },
    { why: "what comes as it shuts waits", fromMs: 10, workMs: 0, doneMs: 20 },
    { why: "what comes while it is shut waits", fromMs: 15, workMs: 0, doneMs: 20 },
    { why: "what comes as it opens passes", fromMs: 20, workMs: 0, doneMs: 20 },
    { why: "work that ends before", fromMs: 1, workMs: 8, doneMs: 9 },
    { why: "work that would end as it shuts ends as it opens", fromMs: 5, workMs: 5, doneMs: 20 },
    { why: "work that is interrupted goes on", fromMs: 5, workMs: 8, doneMs: 23 },
    { why: "work that begins while it is shut begins later", fromMs: 12, workMs: 8, doneMs: 28 },
    { why: "work that is interrupted twice", fromMs: 5, workMs: 38, doneMs: 63 },
    { why: "work that never ends", fromMs: 70, workMs: 31, doneMs: endless },
    { why: "what comes when it is shut for good", fromMs: 100, workMs: 0, doneMs: endless },
  ])("$why", ({ fromMs, workMs, doneMs }) => {
    expect(gate.doneMs(fromMs, workMs)).toBe(doneMs);
  });

  it("knows whether it shuts, of what is not over yet", () => {
    const gate = new StallGate([{ fromMs: 10, toMs: 20 }], 0);
    const asked = [10, 11, 30];
    expect(asked.map((it) => gate.isShutBefore(it))).toEqual([false, true, true]);
    gate.advanceTo(19);
    expect(gate.isShutBefore(19)).toBe(true);
    gate.advanceTo(20);
    expect(gate.isShutBefore(30)).toBe(false);
  });
});

describe("SlowLine", () => {
  /** 8 kbit/s: a byte takes 1 ms. Limited from 100 to 1100 ms of a run from 1 s on. */
  const line = () => new SlowLine([{ fromMs: 1_100, toMs: 2_100 }], 1_000, 8_000);

  it("carries one message after the other: n of them take n times as long", () => {
    const slow = line();
    const passed = [100, 100, 100, 100].map((atMs) => slow.passedMs(atMs, 50, open));
    expect(passed).toEqual([150, 200, 250, 300]);
    expect(slow.passedMs(500, 50, open)).toBe(550); // It was free again.
  });

  it.each([
    { why: "before the limit", atMs: 99, passedMs: 99 },
    { why: "from its begin on", atMs: 100, passedMs: 150 },
    { why: "after it", atMs: 1_100, passedMs: 1_100 },
  ])("is as fast as it is asked to be $why", ({ atMs, passedMs }) => {
    expect(line().passedMs(atMs, 50, open)).toBe(passedMs);
  });

  it("lets all that still waits pass when the limit ends, in order", () => {
    const slow = line();
    const passed = [900, 900, 900, 1_050, 1_100].map((it) => slow.passedMs(it, 150, open));
    expect(passed).toEqual([1_050, 1_100, 1_100, 1_100, 1_100]);
  });

  it("stands still while the link stalls", () => {
    const gate = new StallGate([{ fromMs: 1_120, toMs: 1_320 }], 1_000);
    const slow = line();
    expect([slow.passedMs(100, 50, gate), slow.passedMs(110, 50, gate)]).toEqual([350, 400]);
  });
});
