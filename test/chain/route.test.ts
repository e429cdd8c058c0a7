import { describe, expect, it } from "vitest";
import type { ScriptedTransport } from "../support/scripted.ts";
import { type SiteOptions, SiteUnderTest } from "../support/site-under-test.ts";

const constant = (wait: string) => ({ backoff: { constant: { wait } } });

/** Two banks that post; the second is asked where the first surely did nothing. */
function failover(
  policies: Readonly<Record<string, unknown>> = {},
  more: SiteOptions = {},
): SiteUnderTest {
  return new SiteUnderTest({
    services: ["bank", "second-bank"],
    mode: "failover",
    posts: true,
    timeoutMs: 100,
    policies,
    ...more,
  });
}

/** How often each bank was asked. */
function asked(site: SiteUnderTest): readonly number[] {
  return site.banks.map(({ sent }) => sent.length);
}

describe("the second bank", () => {
  it.each<{ why: string; ends: (it: ScriptedTransport) => void; moves: boolean }>([
    { why: "is asked at once after a refusal", ends: (it) => it.refuse(0), moves: true },
    { why: "is asked at once after 91", ends: (it) => it.answer(0, "91"), moves: true },
    { why: "is not asked after 96", ends: (it) => it.answer(0, "96"), moves: false },
    { why: "is not asked after 68", ends: (it) => it.answer(0, "68"), moves: false },
    { why: "is not asked after a break", ends: (it) => it.break(0), moves: false },
    { why: "is not asked after a decline", ends: (it) => it.answer(0, "51"), moves: false },
    { why: "is not asked after a timeout", ends: () => {}, moves: false },
  ])("$why", ({ ends, moves }) => {
    const site = failover();
    const { owner } = site.call();
    site.clock.runTo(10);
    ends(site.bank);
    site.clock.runTo(105);
    expect(site.bankAt(1).sentMs).toEqual(moves ? [10] : []);
    expect(site.counts.failovers).toBe(moves ? 1 : undefined);
    expect(owner.told).toHaveLength(moves ? 0 : 1);
  });

  it("has the last word where the first had none", () => {
    const site = failover();
    const { owner, trail } = site.call();
    site.bank.refuse(0);
    site.clock.runTo(20);
    site.bankAt(1).answer(0, "91");
    site.clock.runOut();
    expect(owner.heard).toEqual(["20 answered 91"]);
    expect(trail).toMatchObject({ opened: 2, closed: 2 });
  });

  it("is asked where no breaker lets out to the first", () => {
    const site = failover({ breaker: { window: { calls: 1 }, least: 1 } });
    site.call(0);
    site.bank.answer(0, "96");
    site.clock.runTo(1);
    site.call(1);
    expect(asked(site)).toEqual([1, 1]);
    site.bankAt(1).answer(0, "96");
    site.clock.runTo(2);
    const { owner } = site.call(2);
    site.clock.runTo(3);
    expect(owner.heard).toEqual(["2 rejected"]);
  });

  it("is asked while every replica of the first is thought ill", () => {
    const site = failover(
      { ejection: { consecutive: 1, base: "10s", most: "100%" } },
      { replicas: 2 },
    );
    site.call(0);
    site.bank.answer(0, "96");
    site.clock.runTo(1);
    site.call(1);
    expect(asked(site), "one replica of the first is left").toEqual([2, 0]);
  });

  it("balances its own replicas: the number just tried was one of the first bank's", () => {
    const site = failover({}, { replicas: 2 });
    for (let index = 0; index < 10; index += 1) {
      site.call(index);
      site.bank.refuse(index);
      site.clock.runFor(1);
    }
    const replicas = site.bankAt(1).sent.map(({ replica }) => replica);
    expect(replicas).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });
});

describe("a retry under failover", () => {
  const retry = { attempts: 4, ...constant("10ms") };

  it("begins with the first again when all have said no", () => {
    const site = failover({ retry });
    for (const bank of site.banks) bank.onSend = (number) => bank.refuse(number);
    const { owner } = site.call();
    site.clock.runOut();
    expect(site.banks.map(({ sentMs }) => sentMs)).toEqual([
      [0, 10],
      [0, 10],
    ]);
    expect(owner.heard).toEqual(["10 refused"]);
  });

  it("begins with the first again when the second's breaker let nothing out", () => {
    const breaker = { window: { calls: 2 }, least: 2, failures: "100%", open: "1h" };
    const site = failover({ breaker, retry: { ...retry, on: ["rejected"] } });
    // The first refuses every other call; the second fails twice, and its breaker opens.
    site.bank.onSend = (number) =>
      number % 2 === 0 ? site.bank.refuse(number) : site.bank.answer(number);
    site.bankAt(1).onSend = (number) => site.bankAt(1).answer(number, "96");
    for (let index = 0; index < 4; index += 1) {
      site.call(index);
      site.clock.runFor(1);
    }
    expect(asked(site)).toEqual([4, 2]);
    const { owner } = site.call(4);
    site.clock.runTo(100);
    expect(owner.heard).toEqual(["14 answered 00"]);
    expect(site.bank.sentMs.slice(4)).toEqual([4, 14]);
  });

  it("stays with the bank that may have posted, and so does every later call of the activation", () => {
    const site = failover({ retry: { ...retry, attempts: 2 } });
    site.call(0);
    site.clock.runTo(110);
    expect(site.bank.sentMs, "a retry after the timeout").toEqual([0, 110]);
    site.bank.refuse(1);
    site.clock.runTo(300);
    expect(asked(site)).toEqual([2, 0]);
    const again = site.call(0, { attempt: 1 }).owner;
    site.bank.refuse(2);
    site.clock.runTo(310);
    site.bank.refuse(3);
    site.clock.runTo(320);
    expect([asked(site), again.heard]).toEqual([[4, 0], ["310 refused"]]);
    site.call(1);
    site.bank.refuse(4);
    site.clock.runTo(330);
    expect(asked(site), "another activation is free").toEqual([5, 1]);
  });
});

describe("an activation that posts stays with its bank", () => {
  // The first bank turns away whoever comes anew: a second call of activation 0 would go elsewhere.
  const cases: { why: string; ends: (it: SiteUnderTest) => void; stays: boolean }[] = [
    { why: "while an attempt is under way", ends: () => {}, stays: true },
    { why: "after a timeout", ends: (it) => it.clock.runTo(100), stays: true },
    { why: "after a break", ends: (it) => it.bank.break(0), stays: true },
    { why: "after 68", ends: (it) => it.bank.answer(0, "68"), stays: true },
    { why: "after its approval", ends: (it) => it.bank.answer(0, "00"), stays: true },
    { why: "after 96", ends: (it) => it.bank.answer(0, "96"), stays: true },
    { why: "not after a decline", ends: (it) => it.bank.answer(0, "51"), stays: false },
  ];
  it.each(cases)("$why", ({ ends, stays }) => {
    const site = failover();
    site.call(0);
    site.clock.runTo(10);
    ends(site);
    site.clock.runFor(10);
    site.call(0, { attempt: 1 });
    site.bank.refuse(1);
    site.clock.runFor(1);
    expect(asked(site)).toEqual(stays ? [2, 0] : [2, 1]);
  });

  it("and not where nothing is posted", () => {
    const site = failover({}, { posts: false });
    site.call(0);
    site.clock.runTo(100);
    site.call(0, { attempt: 1 });
    site.bank.refuse(1);
    site.clock.runTo(110);
    expect(asked(site)).toEqual([2, 1]);
  });

  it("also with the second, though the first is well again", () => {
    const site = failover();
    site.call(0);
    site.bank.refuse(0);
    site.clock.runTo(150);
    expect(asked(site), "asked the second, and heard nothing").toEqual([1, 1]);
    site.call(0, { attempt: 1 });
    expect(asked(site)).toEqual([1, 2]);
  });

  it("until the last attempt under way has surely done nothing", () => {
    const site = failover({}, { timeoutMs: 10_000 });
    site.call(0);
    site.call(0, { attempt: 1 });
    site.clock.runTo(1);
    site.bank.refuse(0);
    site.clock.runTo(2);
    expect(asked(site), "the other attempt may still post").toEqual([2, 0]);
    site.bank.refuse(1);
    site.clock.runTo(3);
    expect(asked(site)).toEqual([2, 1]);
  });

  it("but not because of a call that was never sent", () => {
    const site = failover();
    site.clock.runTo(50);
    const { owner } = site.call(0, { deadlineMs: 50 });
    site.clock.runTo(60);
    expect(owner.heard).toEqual(["50 timeout"]);
    site.call(0, { attempt: 1 });
    site.bank.refuse(0);
    site.clock.runTo(70);
    expect(asked(site)).toEqual([1, 1]);
  });
});

describe("banks with weights", () => {
  const weighted = () =>
    new SiteUnderTest({
      services: ["bank", "second-bank", "third-bank"],
      weights: [6, 3, 1],
      posts: true,
      timeoutMs: 100,
      policies: { retry: constant("10ms") },
    });

  it("get their shares of the activations", () => {
    const site = weighted();
    for (let index = 0; index < 2_000; index += 1) site.call(index);
    const [first = 0, second = 0, third = 0] = asked(site);
    // Within four standard deviations of 1200, 600 and 200.
    expect(Math.abs(first - 1_200)).toBeLessThan(88);
    expect(Math.abs(second - 600)).toBeLessThan(82);
    expect(Math.abs(third - 200)).toBeLessThan(54);
  });

  it("keep each activation, through its retries and its later calls", () => {
    const site = weighted();
    for (const bank of site.banks) bank.onSend = (number) => bank.refuse(number);
    for (const attempt of [0, 1]) {
      for (let index = 0; index < 30; index += 1) site.call(index, { attempt });
      site.clock.runOut();
    }
    const indices = site.banks.map(({ sent }) => new Set(sent.map(({ index }) => index)));
    expect(asked(site).reduce((sum, count) => sum + count, 0)).toBe(30 * 2 * 3);
    expect(indices.reduce((sum, { size }) => sum + size, 0)).toBe(30);
    expect(indices.every(({ size }) => size > 0)).toBe(true);
    expect(site.counts.failovers).toBeUndefined();
  });
});
