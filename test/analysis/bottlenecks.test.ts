import { describe, expect, it } from "vitest";
import { findBottlenecks } from "../../src/analysis/bottlenecks.ts";
import { stationOf } from "./variant-result.ts";

type Sketch = {
  readonly name: string;
  /** Busy share, a character a bucket: 0 idle, 5 half, 8 80 %, # all. */
  readonly busy: string;
  readonly queue?: readonly number[];
  readonly dropped?: readonly number[];
  /** Of its busy time, how much its workers were held by a call. */
  readonly held?: number;
};

function find(sketches: readonly Sketch[], bucketMs = 10_000) {
  const count = sketches[0]?.busy.length ?? 0;
  const none = Array.from({ length: count }, () => 0);
  const timesMs = none.map((_, bucket) => bucket * bucketMs);
  const stations = sketches.map(({ name, busy, queue = none, dropped = none }) => ({
    name,
    arrivals: none.map(() => 1_000),
    dropped: [...dropped],
    utilisationRatio: [...busy].map((it) => (it === "#" ? 1 : Number(it) / 10)),
    queueMean: [...queue],
  }));
  const totals = sketches.map(({ name, held = 0 }, index) => {
    const busy = stations[index]?.utilisationRatio ?? [];
    const utilisationRatio = busy.reduce((sum, it) => sum + it, 0) / Math.max(1, count);
    return stationOf(name, { utilisationRatio, blockedRatio: held * utilisationRatio });
  });
  return findBottlenecks({ series: { bucketMs, timesMs, stations }, stations: totals });
}

/** `bank.risk 2-5`: from the start of bucket 2 to the start of bucket 5. */
function brief(sketches: readonly Sketch[], bucketMs = 10_000): string[] {
  return find(sketches, bucketMs).map(
    (it) => `${it.station} ${it.fromMs / bucketMs}-${it.toMs / bucketMs}`,
  );
}

describe("findBottlenecks", () => {
  it.each<{ why: string; stations: readonly Sketch[]; found: readonly string[] }>([
    { why: "no stations, no bottleneck", stations: [], found: [] },
    {
      why: "no station at its limit, no bottleneck",
      stations: [{ name: "a.x", busy: "59859985" }],
      found: [],
    },
    {
      why: "one station, from when to when",
      stations: [{ name: "a.x", busy: "05###500" }],
      found: ["a.x 2-5"],
    },
    {
      why: "one bucket alone may be luck",
      stations: [{ name: "a.x", busy: "05#50000" }],
      found: [],
    },
    {
      why: "a dip does not end a period",
      stations: [{ name: "a.x", busy: "05##8##0" }],
      found: ["a.x 2-7"],
    },
    {
      why: "a pause does",
      stations: [{ name: "a.x", busy: "0##5##00" }],
      found: ["a.x 1-3", "a.x 4-6"],
    },
    {
      why: "a queue as long as the workers are many is a limit, however busy they are",
      stations: [{ name: "a.x", busy: "5555", queue: [0, 4, 4, 3.9] }],
      found: ["a.x 1-3"],
    },
    {
      why: "turning away is a limit, but not of one in ten thousand",
      stations: [{ name: "a.x", busy: "5555", dropped: [0.1, 1, 30, 0] }],
      found: ["a.x 1-3"],
    },
    {
      why: "the longest period wins where two overlap",
      stations: [
        { name: "a.x", busy: "0###0000" },
        { name: "b.y", busy: "00#####0" },
      ],
      found: ["b.y 2-7"], // What is left of a.x is one bucket.
    },
    {
      why: "the bottleneck moves",
      stations: [
        { name: "a.x", busy: "####0000" },
        { name: "b.y", busy: "00######" },
      ],
      found: ["a.x 0-2", "b.y 2-8"],
    },
    {
      why: "the culprit, not the victim that waits for it, though the victim's period is longer",
      stations: [
        { name: "operator.forward", busy: "0######0", held: 0.98 },
        { name: "bank.risk", busy: "00####00" },
      ],
      found: ["bank.risk 2-6"], // What is left of the victim is two single buckets.
    },
    {
      why: "the end of a chain of victims",
      stations: [
        { name: "operator.forward", busy: "0####0", held: 0.99 },
        { name: "bank.core", busy: "0####0", held: 0.8 },
        { name: "core.ledger", busy: "0####0" },
      ],
      found: ["core.ledger 1-5"],
    },
    {
      why: "the victim that is held least, where no culprit is in sight",
      stations: [
        { name: "operator.forward", busy: "0####0", held: 0.99 },
        { name: "bank.core", busy: "0####0", held: 0.8 },
      ],
      found: ["bank.core 1-5"],
    },
    {
      why: "a station that waits for calls, if it alone is at its limit",
      stations: [
        { name: "operator.forward", busy: "0####0", held: 0.98 },
        { name: "bank.risk", busy: "000000" },
      ],
      found: ["operator.forward 1-5"],
    },
    {
      why: "a station that works more than it waits is no victim",
      stations: [
        { name: "operator.forward", busy: "0####0", held: 0.4 },
        { name: "bank.risk", busy: "00##00" },
      ],
      found: ["operator.forward 1-5"],
    },
    {
      why: "a spell too short does not split the one around it",
      stations: [
        { name: "a.x", busy: "########", held: 0.9 },
        { name: "b.y", busy: "000#0000" },
      ],
      found: ["a.x 0-8"],
    },
    {
      why: "a tie goes to the station that the scenario names first",
      stations: [
        { name: "b.y", busy: "####" },
        { name: "a.x", busy: "####" },
      ],
      found: ["b.y 0-4"],
    },
  ])("$why", ({ stations, found }) => {
    expect(brief(stations)).toEqual(found);
  });

  it("counts one bucket if it is half a minute or longer", () => {
    expect(brief([{ name: "a.x", busy: "0#0" }], 30_000)).toEqual(["a.x 1-2"]);
    expect(brief([{ name: "a.x", busy: "0#0" }], 29_000)).toEqual([]);
  });

  it("says why in one sentence", () => {
    const forward = { name: "operator.forward", busy: "0##0", held: 0.98 };
    const risk = {
      name: "bank.risk",
      busy: "0##0",
      queue: [0, 60, 200, 3],
      dropped: [0, 4, 30, 0],
    };
    expect(find([risk])[0]?.why).toBe(
      "bank.risk: busy 100 %, queue up to 200, 34 requests turned away",
    );
    expect(find([forward, risk])[0]?.why).toBe(
      "bank.risk: busy 100 %, queue up to 200, 34 requests turned away; meanwhile held calls fill operator.forward",
    );
    expect(find([forward])[0]?.why).toBe(
      "operator.forward: busy 100 %, its workers mostly held by calls that wait for an answer",
    );
  });

  it.each([
    { dropped: [1, 0], says: "1 request turned away" },
    { dropped: [1.25, 1.25], says: "2.5 requests turned away" },
    { dropped: [100.4, 0], says: "100 requests turned away" },
  ])("counts $says, a mean over seeds", ({ dropped, says }) => {
    expect(find([{ name: "a.x", busy: "##", dropped }])[0]?.why).toContain(says);
  });
});
