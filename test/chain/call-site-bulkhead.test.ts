import { describe, expect, it } from "vitest";
import { SiteUnderTest } from "../support/site-under-test.ts";

const line = { limit: 1, queue: 2, wait: "100ms" };

describe("a bulkhead", () => {
  it("turns away what finds no place and may not wait, but not from within the call", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: { limit: 2 } } });
    const [, , third] = [0, 1, 2].map((index) => site.call(index).owner);
    expect(third?.heard).toEqual([]);
    site.clock.runTo(0);
    expect(third?.heard).toEqual(["0 rejected"]);
    expect(site.counts).toEqual({ attempts: 2, bulkheadRejected: 1 });
  });

  it.each([
    { why: "an answer", ends: (it: SiteUnderTest) => it.bank.answer(0) },
    { why: "a refusal", ends: (it: SiteUnderTest) => it.bank.refuse(0) },
    { why: "a timeout", ends: (it: SiteUnderTest) => it.clock.runTo(50) },
  ])("has a place again after $why", ({ ends }) => {
    const site = new SiteUnderTest({ policies: { bulkhead: { limit: 1 } }, timeoutMs: 50 });
    site.call(0);
    ends(site);
    site.clock.runTo(60);
    site.call(1);
    expect(site.bank.sent).toHaveLength(2);
  });

  it("counts each attempt: a hedge needs a place of its own, and both give theirs back", () => {
    const policies = { bulkhead: { limit: 2 }, hedge: { after: "10ms" } };
    const site = new SiteUnderTest({ policies });
    site.call(0);
    site.clock.runTo(20);
    expect(site.bank.sent).toHaveLength(2);
    const { owner } = site.call(1);
    site.clock.runTo(21);
    expect(owner.heard).toEqual(["20 rejected"]);
    site.bank.answer(1);
    site.clock.runTo(22);
    for (const index of [2, 3]) site.call(index);
    expect(site.bank.sent).toHaveLength(4);
  });
});

describe("the line for a place", () => {
  it("is served in its order, and more than may wait are turned away", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: line } });
    const owners = [0, 1, 2, 3].map((index) => site.call(index).owner);
    site.clock.runTo(30);
    expect(owners[3]?.heard).toEqual(["0 rejected"]);
    site.bank.answer(0);
    site.clock.runTo(50);
    site.bank.answer(1);
    site.clock.runTo(60);
    expect(site.bank.sent.map(({ index, atMs }) => [index, atMs])).toEqual([
      [0, 0],
      [1, 30],
      [2, 50],
    ]);
  });

  it("is left after the wait, and who left it gets no place any more", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: line } });
    const [, second] = [0, 1].map((index) => site.call(index).owner);
    site.clock.runTo(100);
    expect(second?.heard).toEqual(["100 rejected"]);
    site.bank.answer(0);
    site.clock.runTo(110);
    expect(site.bank.sent).toHaveLength(1);
    site.call(2);
    expect(site.bank.sent).toHaveLength(2);
  });

  it("is left when the deadline passes: that is no rejection, for time was up", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: line } });
    site.call(0);
    const { owner } = site.call(1, { deadlineMs: 40 });
    site.clock.runTo(200);
    expect(owner.heard).toEqual(["40 timeout"]);
    expect(site.counts).toEqual({ attempts: 1, tooLate: 1 });
    site.bank.answer(0);
    site.clock.runTo(210);
    expect(site.bank.sent).toHaveLength(1);
  });

  it("sends nobody whose deadline is this very instant, and serves the next instead", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: line }, linkMs: 0 });
    site.call(0);
    site.clock.at(40, { fire: () => site.bank.answer(0) }, 0);
    const late = site.call(1, { deadlineMs: 40 }).owner;
    const next = site.call(2).owner;
    site.clock.runTo(40);
    expect(late.heard).toEqual(["40 timeout"]);
    expect(site.bank.sent.map(({ index }) => index)).toEqual([0, 2]);
    expect([site.counts.attempts, next.heard]).toEqual([2, []]);
  });

  it("is left when the limit passes", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: line }, limitMs: 30 });
    const first = site.call(0).owner;
    site.clock.runTo(10);
    const second = site.call(1).owner;
    site.clock.runTo(30);
    // The first gave its place back when its own limit passed.
    expect([first.heard, second.heard]).toEqual([["30 timeout"], []]);
    expect(site.bank.sentMs).toEqual([0, 30]);
    const third = site.call(2).owner;
    site.clock.runTo(39);
    site.bank.answer(0);
    site.clock.runTo(40);
    expect([second.heard, site.bank.sentMs]).toEqual([["40 timeout"], [0, 30, 40]]);
    site.clock.runTo(60);
    expect(third.heard).toEqual(["60 timeout"]);
  });

  it("is left by a retry whose limit passes while others hold the places", () => {
    const retry = { backoff: { constant: { wait: "15ms" } } };
    const site = new SiteUnderTest({ policies: { bulkhead: line, retry }, limitMs: 30 });
    const early = site.call(0).owner;
    site.clock.runTo(5);
    site.bank.refuse(0);
    site.clock.runTo(10);
    site.call(1);
    site.clock.runTo(32);
    expect(early.heard).toEqual(["30 timeout"]);
    site.bank.answer(1);
    site.clock.runTo(33);
    expect(site.bank.sent).toHaveLength(2);
    site.call(2);
    expect(site.bank.sent, "the place is free").toHaveLength(3);
  });

  it("is passed by whom the breaker does not let out, and the place stays free", () => {
    const breaker = { window: { calls: 1 }, least: 1, open: "1s", probes: 1 };
    const site = new SiteUnderTest({ policies: { bulkhead: line, breaker } });
    const owners = [0, 1, 2].map((index) => site.call(index).owner);
    site.clock.runTo(10);
    site.bank.refuse(0);
    site.clock.runTo(11);
    expect(owners.map(({ heard }) => heard)).toEqual([
      ["10 refused"],
      ["10 rejected"],
      ["10 rejected"],
    ]);
    expect(site.counts).toEqual({ attempts: 1, breakerRejected: 2 });
    site.clock.runTo(1_010);
    site.call(3);
    expect(site.bank.sent).toHaveLength(2);
  });
});

describe("the throttle", () => {
  const policies = { throttle: { k: "1x", window: "10s" } };

  it("lets everything out while everything is accepted", () => {
    const site = new SiteUnderTest({ policies });
    for (let index = 0; index < 100; index += 1) {
      site.call(index);
      site.bank.answer(index, index % 2 === 0 ? "00" : "51");
      site.clock.runFor(1);
    }
    expect(site.counts).toEqual({ attempts: 100 });
  });

  it("holds back more and more while nothing is, and each hears of it as an event of its own", () => {
    const site = new SiteUnderTest({ policies });
    site.bank.onSend = (number) => site.bank.answer(number, "96");
    const owners = Array.from({ length: 100 }, (_, index) => {
      const { owner } = site.call(index);
      site.clock.runFor(1);
      return owner;
    });
    const { attempts = 0, throttled = 0 } = site.counts;
    expect(attempts + throttled).toBe(100);
    // The sum of 1 / (n + 1) for n from 0 to 99 is 5.2.
    expect(attempts).toBeGreaterThan(1);
    expect(attempts).toBeLessThan(12);
    expect(owners.filter(({ told }) => told[0]?.end === "rejected")).toHaveLength(throttled);
    expect(owners.every(({ told }) => told.length === 1)).toBe(true);
  });
});
