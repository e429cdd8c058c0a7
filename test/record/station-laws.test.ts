import { afterEach, describe, expect, it, vi } from "vitest";
import { brokenLaws } from "../../src/record/station-laws.ts";
import { StationRecord } from "../../src/record/station-record.ts";
import { simulateText } from "../support/simulated.ts";

/** A stage where everything happens that can: queues, drops, deadlines, errors, delays, kills. */
const troubled = `
name: troubled
seed: laws
duration: 60s
drain: 100ms
traffic:
  asks:
    calls: bank.serve
    deadline: 300ms
    arrivals: { poisson: { rate: 200/s } }
services:
  bank:
    replicas: 2
    stages: { serve: { workers: 2, queue: 20, time: { exponential: { mean: 25ms } } } }
    operations: { serve: [serve] }
faults:
  - { at: 10s, for: 5s, on: bank.serve, errors: { rate: 20%, code: "96" } }
  - { at: 20s, for: 5s, on: bank.serve, delay: 150ms }
  - { at: 30s, for: 5s, on: "bank#1", down: crash }
  - { at: 40s, for: 3s, on: "bank#2", down: freeze }
`;

/** A queue of one worker, told by hand: two came, the second waited 10 ms and is still served. */
function record(): StationRecord {
  const it = new StationRecord({ bucketMs: 1_000, count: 1 }, 1_000);
  it.arrived(0);
  it.started(0, 0);
  it.levels(0, 1, 0, 0);
  it.arrived(20);
  it.levels(20, 1, 0, 1);
  it.completed(30, 30);
  it.started(30, 10);
  it.levels(30, 1, 0, 0);
  it.close(100);
  return it;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("brokenLaws", () => {
  it("finds nothing in a record that adds up, with one still there", () => {
    const it = record();
    expect(it.stillThere(100)).toEqual({
      atMs: 100,
      delayedCount: 0,
      queuedCount: 0,
      busyCount: 1,
      waitMs: 0,
      heldMs: 70,
    });
    expect(brokenLaws(it, it.stillThere(100))).toEqual([]);
  });

  it.each([
    {
      law: "flow",
      falsify: (it: StationRecord) => {
        it.arrivals += 1;
      },
    },
    {
      law: "queue",
      falsify: (it: StationRecord) => {
        it.queueDrainMs += 0.1;
      },
    },
    {
      law: "queue",
      falsify: (it: StationRecord) => {
        it.lostWaitMs = Number.NaN;
      },
    },
    {
      law: "utilisation",
      falsify: (it: StationRecord) => {
        it.heldSumMs -= 0.1;
      },
    },
  ])("catches a record whose $law was falsified", ({ law, falsify }) => {
    const falsified = record();
    falsify(falsified);
    expect(brokenLaws(falsified, falsified.stillThere(100)).map((it) => it.law)).toEqual([law]);
  });
});

describe("a simulated run", () => {
  it("reaches every way to leave a station, and keeps the laws", async () => {
    const { summary } = await simulateText(troubled);
    const [bank] = summary.stations;
    for (const way of ["completions", "dropped", "failed", "expired", "killed"] as const) {
      expect(bank?.[way], way).toBeGreaterThan(0);
    }
    // Ends in the middle of its work: the laws must count who is still there.
    expect(summary.accounting.unfinished).toBeGreaterThan(0);
  });

  it.each([
    { tells: "completed", law: "utilisation" },
    { tells: "started", law: "queue" },
    { tells: "dropped", law: "queue" },
  ] as const)("ends so too when one time that `$tells` tells is wrong", async ({ tells, law }) => {
    const heard = StationRecord.prototype[tells];
    let count = 0;
    vi.spyOn(StationRecord.prototype, tells).mockImplementation(function (
      this: StationRecord,
      nowMs: number,
      ms: number,
    ) {
      count += 1;
      heard.call(this, nowMs, count === 9 ? ms + 1 : ms);
    });
    // This one ends with nobody there, so that nothing can hide among those still there.
    const quiet = troubled.replace("drain: 100ms", "drain: 60s").replace(/^ .*down: crash.*$/m, "");
    await expect(simulateText(quiet)).rejects.toThrow(`breaks the law of ${law}: `);
  });

  it.each([
    { deaf: "completed", breaks: "flow" },
    { deaf: "expired", breaks: "flow" },
    { deaf: "failed", breaks: "flow" },
    { deaf: "delayed", breaks: "queue" },
    { deaf: "started", breaks: "utilisation" },
    { deaf: "levels", breaks: "utilisation" },
  ] as const)("ends as a bug of ours when its record misses one `$deaf`", async (it) => {
    const heard = StationRecord.prototype[it.deaf] as (...what: number[]) => void;
    let count = 0;
    vi.spyOn(StationRecord.prototype, it.deaf).mockImplementation(function (
      this: StationRecord,
      ...what: number[]
    ) {
      count += 1;
      if (count !== 9) heard.apply(this, what);
    });
    const message = `station bank.serve breaks the law of ${it.breaks}: `;
    await expect(simulateText(troubled)).rejects.toThrow(message);
  });
});
