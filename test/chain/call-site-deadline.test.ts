import { describe, expect, it } from "vitest";
import { SiteUnderTest } from "../support/site-under-test.ts";

const retry = { attempts: 5, backoff: { constant: { wait: "30ms" } } };

describe("a deadline", () => {
  it.each([
    { why: "its own, if nothing was inherited", own: "200ms", inherited: Infinity, sent: 250 },
    { why: "its own, if that is earlier", own: "200ms", inherited: 900, sent: 250 },
    { why: "the inherited one, if that is earlier", own: "200ms", inherited: 120, sent: 120 },
    { why: "the inherited one, if it has none", own: undefined, inherited: 120, sent: 120 },
    { why: "none", own: undefined, inherited: Infinity, sent: Infinity },
  ])("travels with the request: $why", ({ own, inherited, sent }) => {
    const site = new SiteUnderTest({
      policies: { retry, ...(own === undefined ? {} : { deadline: own }) },
    });
    site.clock.runTo(50);
    const { owner } = site.call(0, { deadlineMs: inherited });
    expect(site.bank.sent[0]?.deadlineMs).toBe(sent);
    site.clock.runTo(2_000);
    expect(owner.heard).toEqual(sent === Infinity ? [] : [`${sent} timeout`]);
  });

  it("is drawn for each request", () => {
    const deadline = { uniform: { min: "100ms", max: "200ms" } };
    const site = new SiteUnderTest({ policies: { deadline } });
    for (let index = 0; index < 20; index += 1) site.call(index);
    const deadlines = site.bank.sent.map(({ deadlineMs }) => deadlineMs);
    expect(new Set(deadlines).size).toBe(20);
    expect(deadlines.every((it) => it >= 100 && it <= 200)).toBe(true);
  });

  it("cuts an attempt short that had more time by itself", () => {
    const site = new SiteUnderTest({ policies: { deadline: "80ms" }, timeoutMs: 500 });
    const { owner, trail } = site.call();
    site.clock.runTo(90);
    expect(owner.heard).toEqual(["80 timeout"]);
    site.bank.answer(0);
    site.clock.runOut();
    expect([owner.told.length, trail.underWay]).toEqual([1, 0]);
  });

  it("lets nothing out that is late already, and is told of as an event of its own", () => {
    const site = new SiteUnderTest({ policies: { retry } });
    site.clock.runTo(50);
    const { owner, trail } = site.call(0, { deadlineMs: 50 });
    expect(owner.heard).toEqual([]);
    site.clock.runOut();
    expect([owner.heard, site.counts, trail.opened]).toEqual([["50 timeout"], { tooLate: 1 }, 0]);
    expect(site.bank.sent).toEqual([]);
  });

  it("lets no back-off begin that would end beyond it, and charges no budget for that", () => {
    const budget = { share: "0%", floor: "1/s", window: "1s" };
    const policies = { retry: { ...retry, budget } };
    const site = new SiteUnderTest({ policies });
    const hurried = site.call(0, { deadlineMs: 30 }).owner;
    site.bank.answer(0, "96");
    site.clock.runTo(0);
    expect(hurried.heard).toEqual(["0 answered 96"]);
    site.call(1);
    site.bank.answer(1, "96");
    site.clock.runTo(40);
    expect(site.counts).toEqual({ attempts: 3, retries: 1 });
  });

  it("holds for what the retries send too", () => {
    const site = new SiteUnderTest({ policies: { retry, deadline: "100ms" }, timeoutMs: 25 });
    const { owner } = site.call();
    site.clock.runTo(500);
    // 25 + 30 = 55, and 55 + 25 + 30 = 110 is beyond.
    expect(site.bank.sent.map(({ atMs, deadlineMs }) => [atMs, deadlineMs])).toEqual([
      [0, 100],
      [55, 100],
    ]);
    expect(owner.heard).toEqual(["80 timeout"]);
  });
});

describe("the limit of all attempts together", () => {
  it("ends the wait for an attempt under way, whose answer then changes nothing", () => {
    const site = new SiteUnderTest({ policies: { retry }, limitMs: 100 });
    const { owner, trail } = site.call();
    expect(site.bank.sent[0]?.deadlineMs, "it does not travel").toBe(Infinity);
    site.clock.runTo(120);
    expect([owner.heard, trail.underWay]).toEqual([["100 timeout"], 1]);
    expect(site.bank.abandoned).toEqual([0]);
    site.bank.answer(0, "51", 90);
    site.clock.runOut();
    expect([owner.told.length, trail.underWay]).toEqual([1, 0]);
  });

  it("ends a back-off, and nothing is sent any more", () => {
    const site = new SiteUnderTest({ policies: { retry }, limitMs: 20 });
    const { owner } = site.call();
    site.clock.runTo(5);
    site.bank.refuse(0);
    site.clock.runOut();
    expect([owner.heard, site.bank.sentMs]).toEqual([["20 timeout"], [0]]);
  });

  it("ends the first attempt and its hedges together", () => {
    const policies = { hedge: { after: "10ms", extra: 2 } };
    const site = new SiteUnderTest({ policies, limitMs: 100, replicas: 3 });
    const { owner, trail } = site.call();
    site.clock.runTo(100);
    expect([owner.heard, trail.underWay]).toEqual([["100 timeout"], 3]);
    for (const number of [0, 1, 2]) site.bank.answer(number);
    site.clock.runOut();
    expect([owner.told.length, trail.underWay]).toEqual([1, 0]);
  });

  it("that passes after the end does nothing, to this call or to the next one", () => {
    const site = new SiteUnderTest({ policies: { retry }, limitMs: 100 });
    const first = site.call(0).owner;
    site.bank.answer(0);
    site.clock.runTo(60);
    const second = site.call(1).owner;
    site.clock.runTo(150);
    expect([first.heard, second.heard]).toEqual([["0 answered 00"], []]);
    site.clock.runTo(160);
    expect(second.heard).toEqual(["160 timeout"]);
  });

  it("says whether the request was lost on the way", () => {
    const site = new SiteUnderTest({ policies: { retry }, limitMs: 100 });
    const { owner, trail } = site.call();
    site.bank.lose(0);
    site.clock.runOut();
    expect([owner.heard, owner.last?.isLost, trail.underWay]).toEqual([["100 timeout"], true, 0]);
  });
});

describe("a process that was killed", () => {
  it("hears of nothing and sends nothing, and what it sent is seen to its end", () => {
    const policies = {
      retry,
      hedge: { after: "40ms" },
      bulkhead: { limit: 2, queue: 5, wait: "1s" },
    };
    const site = new SiteUnderTest({ policies, timeoutMs: 300, limitMs: 400 });
    const made = [0, 1, 2].map((index) => site.call(index));
    site.bank.refuse(0);
    site.clock.runTo(10);
    const sentCount = site.bank.sent.length;
    site.life.isOver = true;
    site.bank.answer(1);
    site.clock.runTo(1_000);
    expect(made.map(({ owner }) => owner.heard)).toEqual([[], [], []]);
    expect(site.bank.sent).toHaveLength(sentCount);
    for (let number = 2; number < sentCount; number += 1) site.bank.answer(number);
    site.clock.runOut();
    expect(made.map(({ trail }) => trail.underWay)).toEqual([0, 0, 0]);
  });
});
