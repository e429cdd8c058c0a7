import { describe, expect, it } from "vitest";
import { findBottlenecks } from "../../src/analysis/bottlenecks.ts";
import type { CallGraph } from "../../src/scenario/call-graph.ts";
import { stationOf } from "./variant-result.ts";

type Sketch = {
  readonly name: string;
  /** Busy share, a character a bucket: 0 idle, 5 half, 8 80 %, # all. */
  readonly busy: string;
  readonly queue?: readonly number[];
  readonly dropped?: readonly number[];
  /** Of its busy time, how much its workers were held by a call. */
  readonly held?: number;
  /** The same bucket by bucket, as `busy`. */
  readonly heldBy?: string;
  /** Waiting as each bucket ends. */
  readonly queueEnd?: readonly number[];
  readonly arrivals?: readonly number[];
};

const shareOf = (it: string) => (it === "#" ? 1 : Number(it) / 10);

function find(sketches: readonly Sketch[], bucketMs = 10_000, calls?: CallGraph) {
  return findAll(sketches, bucketMs, calls).bottlenecks;
}

function findAll(sketches: readonly Sketch[], bucketMs = 10_000, calls?: CallGraph) {
  const count = sketches[0]?.busy.length ?? 0;
  const none = Array.from({ length: count }, () => 0);
  const timesMs = none.map((_, bucket) => bucket * bucketMs);
  const stations = sketches.map(({ name, busy, queue = none, dropped = none, ...it }) => ({
    name,
    arrivals: [...(it.arrivals ?? none.map(() => 1_000))],
    dropped: [...dropped],
    utilisationRatio: [...busy].map(shareOf),
    queueMean: [...queue],
    ...(it.heldBy !== undefined && {
      blockedRatio: [...it.heldBy].map(
        (held, bucket) => shareOf(held) * shareOf(busy[bucket] ?? "0"),
      ),
    }),
    ...(it.queueEnd !== undefined && { queueEnd: [...it.queueEnd] }),
  }));
  const totals = sketches.map(({ name, held = 0 }, index) => {
    const busy = stations[index]?.utilisationRatio ?? [];
    const utilisationRatio = busy.reduce((sum, it) => sum + it, 0) / Math.max(1, count);
    return stationOf(name, { utilisationRatio, blockedRatio: held * utilisationRatio });
  });
  const series = { bucketMs, timesMs, stations };
  return findBottlenecks({ series, stations: totals }, calls === undefined ? {} : { calls });
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
    { dropped: [28_749, 0], says: "28,749 requests turned away" },
  ])("counts $says, a mean over seeds", ({ dropped, says }) => {
    expect(find([{ name: "a.x", busy: "##", dropped }])[0]?.why).toContain(says);
  });

  it("knows bucket by bucket whether a station works or waits", () => {
    const risk = { name: "bank.risk", busy: "0000####" };
    const forward = { name: "operator.forward", busy: "########", heldBy: "0000####" };
    const found = find([forward, risk]);
    expect(found.map(({ station, fromMs, toMs }) => [station, fromMs, toMs])).toEqual([
      ["operator.forward", 0, 40_000],
      ["bank.risk", 40_000, 80_000],
    ]);
    expect(found.map(({ victims }) => victims)).toEqual([undefined, ["operator.forward"]]);
  });

  it("takes no station for the victim of one that it does not call", () => {
    const waits = { name: "operator.forward", busy: "0####0", held: 0.98 };
    const works = { name: "other.work", busy: "0####0" };
    const [spell] = find([waits, works], 10_000, { "operator.forward": ["bank"] });
    expect(spell).toMatchObject({ station: "other.work" });
    expect(spell?.victims).toBeUndefined();
    const calls = { "operator.forward": ["bank"], "bank.core": ["other"] };
    const core = { name: "bank.core", busy: "000000", held: 1 };
    const [behindTwo] = find([waits, core, works], 10_000, calls);
    expect(behindTwo).toMatchObject({ station: "other.work", victims: ["operator.forward"] });
  });

  it("names whom a station waits for, where nobody there is at its limit", () => {
    const waits = { name: "operator.forward", busy: "0####0", held: 0.98 };
    const [spell] = find([waits], 10_000, { "operator.forward": ["bank", "second-bank"] });
    expect(spell?.heldBy).toEqual(["bank", "second-bank"]);
    expect(spell?.why).toContain("held by calls to bank or second-bank that wait for an answer");
  });

  it("balances the queue of each spell, and tells its turns", () => {
    // 4 workers, 10 s a bucket: 1,000 come, then 1,500 of which 300 wait and 100 are turned away.
    const it = {
      ...{ name: "a.x", busy: "55##55", dropped: [0, 0, 100, 100, 0, 0] },
      ...{ arrivals: [1_000, 1_000, 1_500, 1_500, 600, 600], queueEnd: [0, 0, 300, 600, 600, 600] },
    };
    const [spell] = find([it]);
    expect(spell).toMatchObject({ arrivalsPerSecond: 150, droppedPerSecond: 10 });
    expect(spell).toMatchObject({ queueGrowthPerSecond: 30, drainedPerSecond: 110 });
    // A worker takes 40 s x 0.5 / 2,000 = 20 ms before, 80 s / 2,200 = 36 ms during.
    expect(spell?.why).toContain("150/s came and 110/s left its queue");
    expect(spell?.why).toContain("began as each took 1.8 times as long and 1.5 times as many came");
    expect(spell?.why).toContain("ended as 0.4 times as many came");
  });

  it("tells how long a station was it alone, and how long it shifted", () => {
    const { bottlenecks, bottleneckShares } = findAll([
      { name: "a.x", busy: "#####00000" },
      { name: "b.y", busy: "0000######" },
    ]);
    expect(bottlenecks.map((it) => [it.station, it.fromMs, it.soleRatio])).toEqual([
      ["a.x", 0, 1],
      ["b.y", 40_000, 5 / 6],
    ]);
    expect(bottleneckShares).toEqual([
      { station: "b.y", soleRatio: 0.5, shiftingRatio: 0.1 },
      { station: "a.x", soleRatio: 0.4, shiftingRatio: 0.1 },
    ]);
  });
});
