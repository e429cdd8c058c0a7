import { describe, expect, it } from "vitest";
import { Caller } from "../../src/chain/caller.ts";
import { forEver, Payment } from "../../src/chain/payment.ts";
import { ReplicaChoice } from "../../src/chain/replica-choice.ts";
import { StrayMessages } from "../../src/chain/stray-messages.ts";
import { Fault } from "../../src/fault/fault.ts";
import { LinkFaults } from "../../src/fault/link-faults.ts";
import { DirectTransport } from "../../src/sim/direct-transport.ts";
import { FaultyLink } from "../../src/sim/faulty-link.ts";
import { ReplicaHost } from "../../src/sim/replica-host.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";
import { CountingTrail, Owner } from "../support/scripted.ts";

/** A bank that serves in 10 ms and posts, behind a link on which these effects act for ever. */
function linkUnderTest(effects: object, { canDie = false, timeoutMs = 1_000 } = {}) {
  const bank = new ReplicaUnderTest(
    `  bank: { stages: { post: { workers: 9, time: 10ms, posts: true } }, operations: { ask: [post] } }`,
    canDie ? "[{ at: 59m, on: bank, down: crash }]" : "[]",
  );
  const { clock } = bank;
  const host = new ReplicaHost(
    clock,
    () => bank.replica,
    () => {},
  );
  host.start([]);
  const way = new DirectTransport();
  way.connect(host);
  const fault = Fault.parse({ at: "0s", on: "operator-bank", ...effects });
  const faults = new LinkFaults({
    link: "operator-bank",
    faults: [{ fault, index: 0 }],
    seed: "link",
    untilMs: 3_600_000,
    windowFromMs: 0,
  });
  const blame = { cause: "communication", patienceMs: 500 } as const;
  const strays = new StrayMessages();
  const choice = new ReplicaChoice({
    balancer: { kind: "round-robin" },
    ejection: undefined,
    replicaCount: 1,
    healthy: null,
    seed: "link",
    site: "operator.forward",
  });
  const transport = new FaultyLink(clock, faults, way, ["ask"], blame, strays);
  const life = { isOver: false };
  const parts = { clock, transport, link: null, choice, timeoutMs, isTerminal: false, life };
  const caller = new Caller(parts);
  const call = (index = 0) => {
    const [owner, trail] = [new Owner(clock), new CountingTrail()];
    owner.isCalling = true;
    caller.call(owner, new Payment(7, index, 0, 100, trail), 0, 0, forEver, null, null);
    owner.isCalling = false;
    return { owner, trail };
  };
  return { bank, clock, host, call, strays };
}

describe("a message", () => {
  const cases = [
    // What the caller hears, and how many requests reach the bank.
    { effects: {}, way: "asks", hears: "10 answered 00", arrive: 1, extra: { latency: "0ms" } },
    { effects: { loss: "100%" }, way: "asks", hears: "1000 timeout", arrive: 0 },
    { effects: { loss: "100%" }, way: "answers", hears: "1000 timeout", arrive: 1 },
    { effects: { drop: "100%" }, way: "asks", hears: "1000 timeout", arrive: 0 },
    { effects: { drop: "100%" }, way: "answers", hears: "1000 timeout", arrive: 1 },
    { effects: { reset: "100%" }, way: "asks", hears: "0 broken", arrive: 0 },
    { effects: { reset: "100%" }, way: "answers", hears: "10 broken", arrive: 1 },
    { effects: { corrupt: "100%" }, way: "asks", hears: "0 broken", arrive: 0 },
    { effects: { corrupt: "100%" }, way: "answers", hears: "10 broken", arrive: 1 },
    { effects: { latency: "7ms" }, way: "asks", hears: "17 answered 00", arrive: 1 },
    { effects: { latency: "7ms" }, way: "answers", hears: "17 answered 00", arrive: 1 },
    { effects: { latency: "7ms" }, way: "both", hears: "24 answered 00", arrive: 1 },
    { effects: { latency: "7ms", corrupt: "100%" }, way: "asks", hears: "7 broken", arrive: 0 },
    { effects: { latency: "7ms", corrupt: "100%" }, way: "answers", hears: "17 broken", arrive: 1 },
  ];
  it.each(cases)(
    "$effects of $way: the caller hears $hears",
    ({ effects, way, hears, arrive, extra }) => {
      const { bank, clock, call, strays } = linkUnderTest({ ...effects, ...extra, way });
      const { owner, trail } = call(5);
      clock.runOut();
      expect(owner.heard).toEqual([hears]);
      expect(bank.meter("post").counts.arrived).toBe(arrive);
      expect(bank.ledger.has(7, 5)).toBe(arrive === 1);
      // Who waits in vain cannot know; the link does.
      expect(owner.last?.isLost).toBe(false);
      expect(strays.take(7, 5)).toBe(hears.endsWith("timeout") ? "communication" : undefined);
      expect(trail.underWay).toBe(0);
    },
  );

  it.each([
    { partition: "asks", hears: "1000 timeout", arrive: 0 },
    { partition: "answers", hears: "1000 timeout", arrive: 1 },
    { partition: "both", hears: "1000 timeout", arrive: 0 },
  ])("cut off, $partition: the caller hears nothing", ({ partition, hears, arrive }) => {
    const { bank, clock, call } = linkUnderTest({ partition });
    const { owner } = call();
    clock.runOut();
    expect(owner.heard).toEqual([hears]);
    expect(bank.meter("post").counts.arrived).toBe(arrive);
  });

  it("held by a stall arrives at its end, in the order in which it was sent", () => {
    const { bank, clock, call } = linkUnderTest({ stall: true, for: "100ms", way: "asks" });
    const made = [0, 1, 2].map((index) => {
      clock.runTo(10 * index);
      return call(index).owner;
    });
    clock.runTo(99);
    expect(bank.meter("post").counts.arrived).toBe(0);
    clock.runOut();
    expect(made.map(({ heard }) => heard)).toEqual(Array(3).fill(["110 answered 00"]));
  });

  it("says of its time only what the bank took: the rest is between", () => {
    const { clock, call } = linkUnderTest({ latency: "20ms" });
    const { owner } = call();
    clock.runOut();
    expect(owner.last).toMatchObject({ ownMs: 10, downstreamMs: 0, betweenMs: 0, sentMs: 0 });
    expect(owner.heard).toEqual(["50 answered 00"]);
  });
});

describe("a request that arrives twice", () => {
  it("is worked on twice, posted once and answered once", () => {
    const { bank, clock, call } = linkUnderTest({ duplicate: "100%" });
    const { owner, trail } = call(5);
    clock.runTo(0);
    expect(trail.heldCount).toBe(1);
    clock.runOut();
    expect(owner.heard).toEqual(["10 answered 00"]);
    expect(bank.meter("post").heldMs).toEqual([10, 10]);
    expect(bank.ledger.has(7, 5)).toBe(true);
    expect(trail).toMatchObject({ opened: 1, closed: 1, heldCount: 1, releasedCount: 1 });
  });

  it("keeps its activation open until the copy is worked off too", () => {
    const { bank, clock, call } = linkUnderTest({ duplicate: "100%" });
    bank.askAll(8, { operation: 0 }); // One worker is left, until 10 ms.
    const { owner, trail } = call(5);
    clock.runTo(15);
    expect([owner.heard, trail.underWay]).toEqual([[], 1]);
    clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([["20 answered 00"], 0]);
  });

  it.each(["refuse", "maintenance"])(
    "at a bank that is down (%s) leaves nothing behind",
    (down) => {
      const { bank, clock, call } = linkUnderTest({ duplicate: "100%" });
      const faults = [Fault.parse({ at: "0s", on: "bank", down })];
      const time = { seed: "s", windowFromMs: 0, untilMs: 1_000, nowMs: 0 };
      bank.replica.start(faults, time);
      const { owner, trail } = call();
      clock.runOut();
      expect(owner.heard).toEqual([down === "refuse" ? "0 refused" : "0 answered 91"]);
      expect(trail.underWay).toBe(0);
    },
  );
});

describe("a bank that dies behind the link", () => {
  it("breaks what is inside at once, twins too, and refuses what comes", () => {
    const { clock, host, call } = linkUnderTest(
      { duplicate: "100%", latency: "3ms" },
      { canDie: true },
    );
    const inside = call(0);
    clock.runTo(5);
    host.fire(-1); // The crash.
    clock.runTo(6);
    const coming = call(1);
    clock.runOut();
    expect(inside.owner.heard).toEqual(["5 broken"]);
    expect(coming.owner.heard).toEqual(["9 refused"]);
    expect([inside.trail.underWay, coming.trail.underWay]).toEqual([0, 0]);
  });

  it("has answered what is on its way back already", () => {
    const { clock, host, call } = linkUnderTest({ latency: "3ms" }, { canDie: true });
    const { owner } = call();
    clock.runTo(14);
    host.fire(-1);
    clock.runOut();
    expect(owner.heard).toEqual(["16 answered 00"]);
  });
});

it("carries many at once, each to its own caller", () => {
  const { clock, call } = linkUnderTest({
    jitter: "40ms",
    loss: "30%",
    corrupt: "10%",
    duplicate: "20%",
  });
  const made = Array.from({ length: 300 }, (_, index) => {
    clock.runTo(index);
    return call(index);
  });
  clock.runOut();
  const ends = made.map(({ owner }) => owner.told[0]?.end);
  expect(new Set(ends)).toEqual(new Set(["answered 00", "broken", "timeout"]));
  for (const [index, { owner, trail }] of made.entries()) {
    expect(owner.told).toHaveLength(1);
    expect(owner.last?.sentMs).toBe(index);
    expect(trail.underWay).toBe(0);
  }
});
