import { describe, expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import type { Balancer } from "../../src/policy/balancer.ts";
import { P2c } from "../../src/policy/p2c.ts";
import { PeakEwma } from "../../src/policy/peak-ewma.ts";

const first = 0.1; // Luck that samples replica 0 of two first, so that a tie is seen.
const second = 0.9;

/** Two replicas, 10 s of decay; each call: replica, when it started and ended, whether well. */
function having(...calls: readonly (readonly [number, number, number, boolean])[]): PeakEwma {
  const balancer = new PeakEwma({ decay: 10_000 }, 2);
  for (const [replica, startedMs, endedMs, succeeded] of calls) {
    balancer.started(replica, startedMs);
    balancer.ended(replica, endedMs, endedMs - startedMs, succeeded);
  }
  return balancer;
}

function picks(balancer: Balancer, nowMs: number): number[] {
  return [first, second].map((u) => balancer.pick(nowMs, u, 0, null, -1));
}

/**
 * The average of replica 0, read off by how many requests it takes for replica 1, whose average is
 * 1 ms and fresh, to cost more: as a balancer shows it, without looking inside. [ms, rounded down]
 */
function averageOf(balancer: PeakEwma, nowMs: number): number {
  balancer.started(1, nowMs - 1);
  balancer.ended(1, nowMs, 1, true);
  for (let inFlight = 0; ; inFlight += 1) {
    if (balancer.pick(nowMs, second, 0, null, -1) === 0) return inFlight;
    balancer.started(1, nowMs);
  }
}

describe("peak-ewma", () => {
  it("asks the one that answers sooner", () => {
    expect(picks(having([0, 0, 20, true], [1, 0, 5, true]), 30)).toEqual([1, 1]);
    expect(picks(having([0, 0, 5, true], [1, 0, 20, true]), 30)).toEqual([0, 0]);
  });

  it("takes the first sampled of equals", () => {
    expect(picks(having([0, 0, 5, true], [1, 0, 5, true]), 30)).toEqual([0, 1]);
  });

  it("weighs answer times against requests in flight", () => {
    const balancer = having([0, 0, 10, true], [1, 0, 25, true]);
    balancer.started(0, 30);
    expect(picks(balancer, 30)).toEqual([0, 0]); // 10 ms * 2 against 25 ms.
    balancer.started(0, 30);
    expect(picks(balancer, 30)).toEqual([1, 1]); // 10 ms * 3.
  });

  describe("on a replica that was never measured", () => {
    it("tries it first", () => {
      expect(picks(having([0, 0, 5, true]), 30)).toEqual([1, 1]);
    });

    it("waits for what its one request comes to", () => {
      const balancer = having([0, 0, 5_000, true]);
      balancer.started(1, 5_000);
      expect(picks(balancer, 5_001)).toEqual([0, 0]);
      balancer.ended(1, 5_010, 10, true);
      expect(picks(balancer, 5_010)).toEqual([1, 1]);
    });

    it("asks the less loaded one while none was measured", () => {
      const balancer = having();
      expect(picks(balancer, 0)).toEqual([0, 1]);
      for (const replica of [0, 0, 1]) balancer.started(replica, 0);
      expect(picks(balancer, 0)).toEqual([1, 1]);
    });
  });

  describe("keeps an average that", () => {
    it.each([
      { why: "is the first answer's time", calls: [[0, 0, 200, true]], at: 200, averageMs: 200 },
      {
        why: "jumps up at once",
        calls: [
          [0, 0, 100, true],
          [0, 100, 400, true],
        ],
        at: 400,
        averageMs: 300,
      },
      {
        why: "comes down as time allows: 1000/e + 100 (1 - 1/e)",
        calls: [
          [0, 0, 1_000, true],
          [0, 10_900, 11_000, true],
        ],
        at: 11_000,
        averageMs: 431,
      },
      {
        why: "hardly moves by an answer right after",
        calls: [
          [0, 0, 1_000, true],
          [0, 1_000, 1_001, true],
        ],
        at: 1_001,
        averageMs: 999,
      },
      {
        why: "fades while no answer comes: 1000/e",
        calls: [[0, 0, 1_000, true]],
        at: 11_000,
        averageMs: 367,
      },
      {
        why: "is the time of a first failure, if it took that long",
        calls: [[0, 0, 300, false]],
        at: 300,
        averageMs: 300,
      },
      {
        why: "rises by failures that come at once, with the time for which it fails: 10 s (1 - e^-0.05)",
        calls: [
          [0, 0, 1, false],
          [0, 200, 200, false],
          [0, 500, 500, false],
        ],
        at: 500,
        averageMs: 487,
      },
      {
        why: "does not fall by a failure that comes at once",
        calls: [
          [0, 0, 12_000, true],
          [0, 22_000, 22_001, false],
        ],
        at: 22_001,
        averageMs: 12_000,
      },
      {
        why: "takes a failure after a long pause for all it knows: 10 s (1 - e^-5)",
        calls: [
          [0, 0, 0, true],
          [0, 50_000, 50_000, false],
        ],
        at: 50_000,
        averageMs: 9_932,
      },
    ] satisfies {
      why: string;
      calls: (readonly [number, number, number, boolean])[];
      at: number;
      averageMs: number;
    }[])("$why", ({ calls, at, averageMs }) => {
      expect(averageOf(having(...calls), at)).toBe(averageMs);
    });

    it("is the same however often it was looked at", () => {
      const calls = [
        [0, 0, 1_000, true],
        [0, 5_000, 5_100, true],
      ] as const;
      const watched = having(calls[0]);
      for (let nowMs = 1_000; nowMs < 5_000; nowMs += 1) picks(watched, nowMs);
      watched.started(0, 5_000);
      watched.ended(0, 5_100, 100, true);
      expect(averageOf(watched, 5_100)).toBe(averageOf(having(...calls), 5_100));
    });
  });

  it("asks only the other one where one was just tried or is ejected", () => {
    const balancer = having([0, 0, 20, true], [1, 0, 5, true]);
    expect(balancer.pick(30, first, 0, null, 1)).toBe(0);
    expect(balancer.pick(30, first, 0, Uint8Array.from([1, 0]), -1)).toBe(0);
    expect(balancer.pick(30, first, 0, Uint8Array.from([1, 0]), 0)).toBe(0);
  });

  it("takes a request for ended only once", () => {
    expect(() => having([0, 0, 5, true]).ended(0, 6, 1, true)).toThrow("never started");
  });
});

/** What replica 0 does with a request: how long it takes, and whether it succeeds. */
type Behaviour = (nowMs: number) => readonly [elapsedMs: number, succeeded: boolean];

/** A request each 2 ms for a minute; four replicas, of which the last three take 20 ms. */
function shareOfFirst(
  balancer: Balancer,
  behaviour: Behaviour,
  fromMs: number,
  toMs = 60_000,
): number {
  const ends: (readonly [replica: number, elapsedMs: number, succeeded: boolean])[][] = [];
  let all = 0;
  let toFirst = 0;
  for (let nowMs = 0; nowMs < toMs; nowMs += 2) {
    for (const [replica, elapsedMs, succeeded] of ends[nowMs] ?? []) {
      balancer.ended(replica, nowMs, elapsedMs, succeeded);
    }
    const replica = balancer.pick(nowMs, draw(1, 2, nowMs, 0), 0, null, -1);
    balancer.started(replica, nowMs);
    const [elapsedMs, succeeded] = replica === 0 ? behaviour(nowMs) : ([20, true] as const);
    const endMs = nowMs + Math.max(2, elapsedMs);
    ends[endMs] ??= [];
    ends[endMs].push([replica, endMs - nowMs, succeeded]);
    if (nowMs < fromMs) continue;
    all += 1;
    if (replica === 0) toFirst += 1;
  }
  return toFirst / all;
}

describe("among four replicas of which one is different", () => {
  const peakEwma = () => new PeakEwma({ decay: 10_000 }, 4);
  const p2c = () => new P2c({ choices: 2 }, 4);

  it("gives each about a quarter where none is", () => {
    const share = shareOfFirst(peakEwma(), () => [20, true], 0);
    expect(share).toBeGreaterThan(0.23);
    expect(share).toBeLessThan(0.27);
  });

  it("asks the slow one seldom, and half as often as p2c does", () => {
    const slow: Behaviour = () => [400, true];
    const share = shareOfFirst(peakEwma(), slow, 10_000);
    expect(share).toBeLessThan(0.01);
    expect(share).toBeLessThan(0.5 * shareOfFirst(p2c(), slow, 10_000));
  });

  it("does not run to one that refuses at once, as p2c does", () => {
    const refusing: Behaviour = () => [0, false];
    expect(shareOfFirst(p2c(), refusing, 0)).toBeGreaterThan(0.4);
    expect(shareOfFirst(peakEwma(), refusing, 0)).toBeLessThan(0.01);
  });

  it("comes back to one that was slow for a while", () => {
    const once: Behaviour = (nowMs) => [nowMs > 5_000 && nowMs < 6_000 ? 2_000 : 20, true];
    expect(shareOfFirst(peakEwma(), once, 8_000, 18_000)).toBeLessThan(0.01);
    expect(shareOfFirst(peakEwma(), once, 58_000)).toBeGreaterThan(0.1);
  });

  it("does not shun one for a few errors in a thousand", () => {
    const shaky: Behaviour = (nowMs) => [20, draw(3, 4, nowMs, 0) > 0.001];
    expect(shareOfFirst(peakEwma(), shaky, 0)).toBeGreaterThan(0.15);
  });
});

it("learns nothing from a request whose caller left before its end", () => {
  const picks = (elapsedMs: number) => {
    const balancer = having([0, 0, 100, true], [1, 0, 100, true]);
    balancer.started(1, 100);
    balancer.ended(1, 2_100, elapsedMs, true);
    return [first, second].map((u) => balancer.pick(2_100, u, 0, null, -1));
  };
  expect(picks(2_000)).toEqual([0, 0]); // An answer after two seconds would have taught it something.
  expect(picks(Number.NaN)).toEqual([0, 1]); // A tie goes to whom luck sampled first.
});
