import { describe, expect, it } from "vitest";
import { Fault } from "../../src/fault/fault.ts";
import { Way } from "../../src/fault/link-effects.ts";
import { LinkFaults, linkFaultsOf, type MessageFate } from "../../src/fault/link-faults.ts";

const endless = Number.POSITIVE_INFINITY;

function faultsOf(...written: readonly object[]): Fault[] {
  return written.map((it) => Fault.parse({ at: "10s", for: "10s", on: "operator-bank", ...it }));
}

/** The faults of a run of a minute that starts with the scenario, unless told otherwise. */
function linkOf(
  written: readonly object[],
  options: { seed?: string; windowFromMs?: number } = {},
) {
  const faults = linkFaultsOf(faultsOf(...written), "operator", "bank");
  const given = { link: "operator-bank", seed: "1", untilMs: 60_000, windowFromMs: 0, ...options };
  return new LinkFaults({ faults, ...given });
}

/** What becomes of message `index` of a stream, as a value that stays. */
function fateOf(link: LinkFaults, way: Way, nowMs: number, index = 0, attempt = 0): MessageFate {
  return { ...link.decide(way, 7, index, attempt, nowMs, 100) };
}

const ask = Way.ask;
const answer = Way.answer;
const delivered = { kind: "delivered", delayMs: 0, isDoubled: false };
const lost = { ...delivered, kind: "lost" };

describe("linkFaultsOf", () => {
  const faults = [
    ...faultsOf({ on: "bank", slow: "2x" }, { loss: "5%" }, { on: "bank-operator", stall: true }),
    ...faultsOf({ on: "terminal-operator", loss: "5%" }, { on: "operator-bank", slow: "2x" }),
    ...faultsOf({ on: "traffic", surge: "2x" }),
  ];

  it.each([
    { a: "operator", b: "bank", indices: [1, 2] },
    { a: "bank", b: "operator", indices: [1, 2] },
    { a: "terminal", b: "operator", indices: [3] },
    { a: "terminal", b: "bank", indices: [] },
  ])("finds those between $a and $b, under either name, at their places", ({ a, b, indices }) => {
    const found = linkFaultsOf(faults, a, b);
    expect(found.map(({ index }) => index)).toEqual(indices);
    expect(found.map(({ fault }) => fault)).toEqual(indices.map((index) => faults[index]));
  });
});

describe("a link without faults, or between them", () => {
  it("delivers at once", () => {
    expect(fateOf(linkOf([]), ask, 0)).toEqual(delivered);
    const link = linkOf([{ loss: "100%" }]);
    expect([9_999.999, 20_000].map((nowMs) => fateOf(link, ask, nowMs))).toEqual([
      delivered,
      delivered,
    ]);
  });
});

describe("a fault of a link", () => {
  it.each([
    { why: "loses", effect: { loss: "100%" }, asked: lost, answered: lost },
    { why: "drops", effect: { drop: "100%" }, asked: lost, answered: lost },
    { why: "cuts", effect: { partition: "both" }, asked: lost, answered: lost },
    { why: "cuts one way", effect: { partition: "asks" }, asked: lost, answered: delivered },
    { why: "cuts the other", effect: { partition: "answers" }, asked: delivered, answered: lost },
    {
      why: "loses one way",
      effect: { loss: "100%", way: "asks" },
      asked: lost,
      answered: delivered,
    },
    {
      why: "resets",
      effect: { reset: "100%" },
      asked: { ...delivered, kind: "reset" },
      answered: { ...delivered, kind: "reset" },
    },
    {
      why: "damages",
      effect: { corrupt: "100%" },
      asked: { ...delivered, kind: "corrupted" },
      answered: { ...delivered, kind: "corrupted" },
    },
    {
      why: "doubles requests alone",
      effect: { duplicate: "100%" },
      asked: { ...delivered, isDoubled: true },
      answered: delivered,
    },
    {
      why: "delays",
      effect: { latency: "20ms" },
      asked: { ...delivered, delayMs: 20 },
      answered: { ...delivered, delayMs: 20 },
    },
    {
      why: "delays one way",
      effect: { latency: "20ms", way: "answers" },
      asked: delivered,
      answered: { ...delivered, delayMs: 20 },
    },
    {
      why: "holds back",
      effect: { reorder: { share: "100%", by: "50ms" } },
      asked: { ...delivered, delayMs: 50 },
      answered: { ...delivered, delayMs: 50 },
    },
    {
      why: "stalls to its end",
      effect: { stall: true },
      asked: { ...delivered, delayMs: 5_000 },
      answered: { ...delivered, delayMs: 5_000 },
    },
    {
      why: "stalls for good",
      effect: { stall: true, for: undefined },
      asked: lost,
      answered: lost,
    },
    {
      why: "stalls one way",
      effect: { stall: true, way: "asks" },
      asked: { ...delivered, delayMs: 5_000 },
      answered: delivered,
    },
    {
      why: "does not hold back what a stall held: it keeps its order",
      effect: { stall: true, reorder: { share: "100%", by: "50ms" } },
      asked: { ...delivered, delayMs: 5_000 },
      answered: { ...delivered, delayMs: 5_000 },
    },
    {
      why: "lets 100 bytes pass at 8 kbit/s",
      effect: { bandwidth: "8kbit/s" },
      asked: { ...delivered, delayMs: 100 },
      answered: { ...delivered, delayMs: 100 },
    },
    {
      why: "is slow one way",
      effect: { bandwidth: "8kbit/s", way: "asks" },
      asked: { ...delivered, delayMs: 100 },
      answered: delivered,
    },
    {
      why: "delays what it damages, for it arrives",
      effect: { latency: "20ms", corrupt: "100%" },
      asked: { kind: "corrupted", delayMs: 20, isDoubled: false },
      answered: { kind: "corrupted", delayMs: 20, isDoubled: false },
    },
    {
      why: "does not double what it damages",
      effect: { duplicate: "100%", corrupt: "100%" },
      asked: { ...delivered, kind: "corrupted" },
      answered: { ...delivered, kind: "corrupted" },
    },
    {
      why: "tells of a reset when the stall is over: nothing passes before",
      effect: { stall: true, reset: "100%" },
      asked: { kind: "reset", delayMs: 5_000, isDoubled: false },
      answered: { kind: "reset", delayMs: 5_000, isDoubled: false },
    },
  ])("$why", ({ effect, asked, answered }) => {
    const link = linkOf([effect]);
    expect(fateOf(link, ask, 15_000)).toEqual(asked);
    expect(fateOf(link, answer, 15_000)).toEqual(answered);
  });

  it("acts in the time of a run that starts inside the scenario", () => {
    const link = linkOf([{ stall: true }], { windowFromMs: 12_000 });
    expect(fateOf(link, ask, 0).delayMs).toBe(8_000);
    expect(fateOf(link, ask, 8_000).delayMs).toBe(0);
  });

  it("adds up with others: latencies, and two stalls that overlap", () => {
    const latencies = linkOf([{ latency: "20ms" }, { latency: "30ms" }]);
    expect(fateOf(latencies, ask, 15_000).delayMs).toBe(50);
    const stalls = linkOf([{ stall: true }, { stall: true, at: "18s", for: "7s" }]);
    expect(fateOf(stalls, ask, 15_000).delayMs).toBe(10_000);
  });

  it("does not let arrive in a stall what was on its way when it began", () => {
    const link = linkOf([{ stall: true }, { latency: "2s", at: "0s", for: "1m" }]);
    expect(fateOf(link, ask, 7_000).delayMs).toBe(2_000);
    expect(fateOf(link, ask, 9_000).delayMs).toBe(11_000);
  });
});

describe("shares", () => {
  const messageCount = 20_000;
  // A binomial count lies within 4 standard deviations but for 1 in 16,000.
  const isNear = (count: number, share: number) =>
    Math.abs(count - messageCount * share) < 4 * Math.sqrt(messageCount * share * (1 - share));

  it.each([
    { effect: { loss: "5%" }, share: 0.05, hit: (it: MessageFate) => it.kind === "lost" },
    { effect: { drop: "1%" }, share: 0.01, hit: (it: MessageFate) => it.kind === "lost" },
    { effect: { reset: "2%" }, share: 0.02, hit: (it: MessageFate) => it.kind === "reset" },
    {
      effect: { corrupt: "0.5%" },
      share: 0.005,
      hit: (it: MessageFate) => it.kind === "corrupted",
    },
    { effect: { duplicate: "3%" }, share: 0.03, hit: (it: MessageFate) => it.isDoubled },
    {
      effect: { reorder: { share: "5%", by: "50ms" } },
      share: 0.05,
      hit: (it: MessageFate) => it.delayMs === 50,
    },
    {
      effect: { loss: "5%", at: "0s", for: "1m", ramp: "20s" },
      share: 0.05 * 0.775,
      hit: (it: MessageFate) => it.kind === "lost",
    },
    {
      effect: { jitter: "20ms" },
      share: 0.25,
      hit: (it: MessageFate) => it.delayMs < 5,
    },
    {
      effect: { latency: { exponential: { mean: "10ms" } } },
      share: Math.exp(-1),
      hit: (it: MessageFate) => it.delayMs >= 10,
    },
  ])("hit as many as they say, both ways: $effect", ({ effect, share, hit }) => {
    const link = linkOf([effect]);
    for (const way of effect && "duplicate" in effect ? [ask] : [ask, answer]) {
      let count = 0;
      for (let index = 0; index < messageCount; index += 1) {
        if (hit(link.decide(way, 7, index, 0, 15_000, 100))) count += 1;
      }
      expect(isNear(count, share), `${count} of ${messageCount}`).toBe(true);
    }
  });

  it("strike each way, stream, message, attempt and fault by itself", () => {
    const hits = (written: readonly object[], way: Way, stream: number, attempt: number) => {
      const link = linkOf(written);
      return Array.from({ length: 300 }, (_, index) =>
        link.decide(way, stream, index, attempt, 15_000, 100).kind === "lost" ? "x" : ".",
      ).join("");
    };
    const half = { loss: "50%" };
    const seen = [
      hits([half], ask, 7, 0),
      hits([half], answer, 7, 0),
      hits([half], ask, 8, 0),
      hits([half], ask, 7, 1),
      hits([{ jitter: "1ms" }, half], ask, 7, 0),
    ];
    expect(new Set(seen).size).toBe(seen.length);
    expect(hits([half, { jitter: "1ms" }], ask, 7, 0)).toBe(seen[0]);
  });
});

describe("bandwidth", () => {
  it("carries n messages in n · size / bandwidth, each way by itself", () => {
    const link = linkOf([{ bandwidth: "64kbit/s" }]);
    const delays = Array.from({ length: 40 }, (_, index) => {
      return fateOf(link, ask, 10_000, index).delayMs;
    });
    expect(delays).toEqual(delays.map((_, n) => (n + 1) * 12.5));
    expect(fateOf(link, answer, 10_000).delayMs).toBe(12.5);
  });

  it("passes the rest at once when the limit ends", () => {
    const link = linkOf([{ bandwidth: "800bit/s" }]);
    const delays = [0, 1, 2, 3].map((index) => fateOf(link, ask, 18_500, index).delayMs);
    expect(delays).toEqual([1_000, 1_500, 1_500, 1_500]);
  });

  it("is used by what is dropped at its end, not by what is lost before", () => {
    const waits = (effect: object) => {
      const link = linkOf([{ bandwidth: "64kbit/s" }, { ...effect, for: "1s" }]);
      for (let index = 0; index < 100; index += 1) fateOf(link, ask, 10_999, index);
      return fateOf(link, ask, 11_000).delayMs;
    };
    expect([waits({ drop: "100%" }), waits({ loss: "100%" })]).toEqual([1_261.5, 12.5]);
  });

  it("stays as it is without an end", () => {
    const link = linkOf([{ bandwidth: "64kbit/s", for: undefined }]);
    expect(fateOf(link, ask, 50_000).delayMs).toBe(12.5);
  });
});

describe("order", () => {
  it("is kept by what a stall held, whatever else delays it", () => {
    const link = linkOf([{ stall: true }, { jitter: "900ms" }]);
    const arrivals = Array.from({ length: 200 }, (_, index) => {
      const nowMs = 15_000 + index;
      return nowMs + fateOf(link, ask, nowMs, index).delayMs;
    });
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    expect(arrivals[0]).toBeGreaterThanOrEqual(20_000);
    expect(new Set(arrivals).size).toBeGreaterThan(1);
  });

  it("is lost by what is held back: those behind it overtake", () => {
    const link = linkOf([{ reorder: { share: "20%", by: "50ms" } }]);
    const arrivals = Array.from({ length: 200 }, (_, index) => {
      const nowMs = 15_000 + 10 * index;
      return nowMs + fateOf(link, ask, nowMs, index).delayMs;
    });
    expect(arrivals).not.toEqual(arrivals.toSorted((a, b) => a - b));
    expect(Math.max(...arrivals)).toBeLessThan(endless);
  });
});
