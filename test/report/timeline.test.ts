import { describe, expect, it } from "vitest";
import { traceEvents } from "../../src/domain/trace-event.ts";
import type { Timeline, TimelineNote } from "../../src/record/timeline.ts";
import { renderTimeline } from "../../src/report/timeline.ts";

function note(atMs: number, hop: number, place: string, rest: Partial<TimelineNote>): TimelineNote {
  return {
    atMs,
    hop,
    place,
    attempt: 0,
    event: "due",
    value: Number.NaN,
    word: "",
    peer: "",
    ...rest,
  };
}

const timeline: Timeline = {
  activation: "activations#4711",
  seed: null,
  outcome: "lost",
  cause: "bank-delay",
  plannedMs: 480_000,
  latencyMs: 5_000,
  creditMs: Number.NaN,
  amountMinor: 123_456,
  notes: [
    note(480_000, 0, "terminal", { event: "due", value: 17, word: "genuine" }),
    note(480_000, 0, "terminal", { event: "taps", value: 1 }),
    note(480_061.5, 1, "operator#1", { event: "arrived", word: "activate" }),
    note(480_062, 1, "operator#1.forward", { event: "started", value: 0 }),
    note(480_062, 1, "operator#1.forward", { event: "served", value: 0 }),
    note(480_412, 2, "bank#2.risk", { event: "queued", value: 14 }),
    note(485_000, 0, "terminal", { event: "timedOut", value: 5_000, peer: "operator#1" }),
    note(485_000, 0, "terminal", { event: "givesUp", word: "timedOut" }),
  ],
  records:
    "planned at 480.000 s; terminal: timedOut at 485.000 s; operator: unknown; ledger: nothing",
};

describe("a timeline for the terminal", () => {
  it("says what happened when, hop by hop, from the planned instant on", () => {
    expect(renderTimeline(timeline, null, 100).join("\n")).toMatchInlineSnapshot(`
      "activations#4711: lost, bank delay; planned at 480.000 s, latency 5 s, amount 1,234.56
        +0.000 s  terminal              due: merchant 17
        +0.000 s  terminal              taps
        +0.061 s    operator#1          arrives: activate
        +0.062 s    operator#1.forward  taken up at once
        +0.412 s      bank#2.risk       queued behind 14
        +5.000 s  terminal              hears nothing from operator#1 for 5 s: times out
        +5.000 s  terminal              gives up: timed out
        in the end: planned at 480.000 s; terminal: timedOut at 485.000 s; operator: unknown; ledger:
          nothing"
    `);
  });

  it("says what was measured beside what it predicts", () => {
    const measured = { outcome: "credited", latencyMs: 4_980 } as const;
    expect(renderTimeline(timeline, measured, 100)[1]).toBe(
      "  measured live: credited, latency 4.98 s; predicted, as below: lost, latency 5 s",
    );
  });

  it("says when a late one was credited, and of which seed it is", () => {
    const late: Timeline = { ...timeline, outcome: "late", creditMs: 31_000, seed: "peak#2" };
    const head = renderTimeline(late, null, 200)[0];
    expect(head).toContain("latency 5 s, credited after 31 s, amount 1,234.56, seed peak#2");
  });

  it("fits into 100 columns and 60 lines, and says how many lines it left out", () => {
    const place = "a-bank-with-a-long-name#2.a-stage-with-a-long-name";
    const long = (index: number) =>
      note(480_000 + index, 4, place, {
        event: "askLost",
        peer: "another-bank-with-a-long-name#1",
      });
    const notes = Array.from({ length: 500 }, (_, index) => long(index));
    const lines = renderTimeline({ ...timeline, notes }, { outcome: "lost", latencyMs: 1 }, 100);
    expect(lines).toHaveLength(60);
    expect(Math.max(...lines.map((it) => it.length))).toBe(100);
    const left = lines.findIndex((it) => it.includes("lines left out"));
    expect(lines[left]).toBe("  … 445 lines left out …");
    expect(lines[left - 1]).toContain("+0.027 s");
    expect(lines[left + 1]).toContain("+0.473 s");
  });

  it.each(traceEvents)("has words for %s", (event) => {
    const notes = [note(480_000, 0, "bank#1", { event, value: 3, word: "51", peer: "bank#2" })];
    const row = renderTimeline({ ...timeline, notes }, null, 100)[1] ?? "";
    expect(row).toMatch(/^ {2}\+0\.000 s {2}bank#1 {2}\S.*[a-z]/);
    expect(row).not.toMatch(/undefined|NaN|–/);
  });

  it("lets no name of a scenario steer the terminal", () => {
    const notes = [note(480_000, 0, "bank", { event: "booked", word: "\u001b[2J" })];
    expect(renderTimeline({ ...timeline, notes }, null, 100).join("")).not.toContain("\u001b");
  });
});
