import { describe, expect, it } from "vitest";
import type { ScriptedTransport } from "../support/scripted.ts";
import { SiteUnderTest } from "../support/site-under-test.ts";

const constant = (wait: string) => ({ backoff: { constant: { wait } } });

describe("what is tried again", () => {
  type Case = {
    why: string;
    on?: string[];
    first: (it: ScriptedTransport) => void;
    again: boolean;
  };
  const cases: Case[] = [
    { why: "a refusal is", first: (it) => it.refuse(0), again: true },
    { why: "a broken connection is", first: (it) => it.break(0), again: true },
    { why: "96 is", first: (it) => it.answer(0, "96"), again: true },
    { why: "91 is", first: (it) => it.answer(0, "91"), again: true },
    { why: "68 is", first: (it) => it.answer(0, "68"), again: true },
    { why: "an approval is not", first: (it) => it.answer(0, "00"), again: false },
    { why: "94, a duplicate, is an approval", first: (it) => it.answer(0, "94"), again: false },
    { why: "a decline is not", first: (it) => it.answer(0, "51"), again: false },
    {
      why: "a refusal is not, if not listed",
      on: ["timeout"],
      first: (it) => it.refuse(0),
      again: false,
    },
    {
      why: "96 is not, if not listed",
      on: ["refused"],
      first: (it) => it.answer(0, "96"),
      again: false,
    },
  ];
  it.each(cases)("$why", ({ on, first, again }) => {
    const retry = { ...constant("100ms"), ...(on === undefined ? {} : { on }) };
    const site = withRetry(retry);
    const { clock, bank } = site;
    const { owner } = site.call();
    clock.runTo(5);
    first(bank);
    clock.runTo(1_000);
    expect(bank.sentMs).toEqual(again ? [0, 105] : [0]);
    expect(owner.told).toHaveLength(again ? 0 : 1);
  });

  it("a timeout is, and an answer to the first try that comes later counts for nothing", () => {
    const site = withRetry(constant("100ms"), { timeoutMs: 50 });
    const { clock, bank } = site;
    const { owner, trail } = site.call();
    clock.runTo(149);
    expect(bank.sentMs).toEqual([0]);
    clock.runTo(160);
    bank.answer(0);
    clock.runTo(170);
    expect([owner.heard, bank.sentMs]).toEqual([[], [0, 150]]);
    bank.answer(1, "51");
    clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([["170 answered 51"], 0]);
  });
});

describe("tries", () => {
  it("wait longer each time, and end with what the last came to", () => {
    const exponential = { base: "100ms", factor: "2x", jitter: "none" };
    const site = withRetry({ attempts: 4, backoff: { exponential } });
    const { clock, bank } = site;
    const { owner } = site.call();
    bank.onSend = (number) => (number === 3 ? bank.answer(number, "91") : bank.refuse(number));
    bank.refuse(0);
    clock.runOut();
    expect(bank.sentMs).toEqual([0, 100, 300, 700]);
    expect(owner.heard).toEqual(["700 answered 91"]);
    expect(site.counts).toEqual({ attempts: 4, retries: 3 });
  });

  it("that were never sent count as well: three in all, each after its wait", () => {
    const bulkhead = { limit: 1 };
    const exponential = { base: "100ms", factor: "2x", jitter: "none" };
    const retry = { attempts: 3, on: ["rejected"], backoff: { exponential } };
    const site = new SiteUnderTest({ policies: { bulkhead, retry } });
    const { clock, bank } = site;
    site.call(0);
    const { owner } = site.call(1);
    clock.runTo(1_000);
    expect(owner.heard).toEqual(["300 rejected"]);
    expect(site.counts).toEqual({ attempts: 1, retries: 2, bulkheadRejected: 3 });
    expect(bank.sentMs).toEqual([0]);
  });

  it("after one that was never sent have luck of their own", () => {
    const retry = { attempts: 12, on: ["rejected"], ...constant("10ms") };
    // Nothing was accepted lately: of n requests the next is held back with n in n + 1.
    const policies = { retry, throttle: { k: "1x" } };
    let sentLaterCount = 0;
    for (let index = 1; index <= 40; index += 1) {
      const site = new SiteUnderTest({ policies });
      const { clock, bank } = site;
      site.call(0);
      site.call(index);
      clock.runTo(1_000);
      if ((bank.sentMs[1] ?? 0) > 0) sentLaterCount += 1;
    }
    expect(sentLaterCount).toBeGreaterThan(5);
  });

  it("keep the number of the call at first, and have numbers of their own then", () => {
    const site = withRetry({ attempts: 4, ...constant("1ms") });
    const { clock, bank } = site;
    bank.onSend = (number) => bank.refuse(number);
    site.call(0, { attempt: 32 });
    clock.runOut();
    const attempts = bank.sent.map(({ attempt }) => attempt);
    expect(attempts[0]).toBe(32);
    expect(new Set(attempts).size).toBe(4);
  });

  it("go to another replica than the one that was just tried", () => {
    const site = withRetry({ attempts: 4, ...constant("1ms") }, { replicas: 3 });
    const { clock, bank } = site;
    bank.onSend = (number) => bank.refuse(number);
    for (let index = 0; index < 5; index += 1) site.call(index);
    clock.runOut();
    for (let index = 0; index < 5; index += 1) {
      const replicas = bank.sent.filter((it) => it.index === index).map(({ replica }) => replica);
      expect(replicas).toHaveLength(4);
      expect(replicas.every((it, i) => it !== replicas[i - 1])).toBe(true);
    }
  });

  it("add up their times in the service, and the first says when it was sent", () => {
    const site = withRetry(constant("100ms"), { timeoutMs: 1_000 });
    const { clock, bank } = site;
    clock.runTo(20);
    const { owner } = site.call();
    clock.runTo(30);
    bank.answer(0, "96", 10);
    clock.runTo(145);
    bank.answer(1, "00", 15);
    clock.runOut();
    expect(owner.last).toEqual({
      isLost: false,
      sentMs: 20,
      ownMs: 25,
      downstreamMs: 0,
      betweenMs: 0,
    });
  });

  it("say whether the last of them was lost on the way", () => {
    const site = withRetry({ attempts: 2, ...constant("10ms") }, { timeoutMs: 50 });
    const { clock, bank } = site;
    const { owner, trail } = site.call();
    bank.refuse(0);
    clock.runTo(20);
    bank.lose(1);
    clock.runOut();
    expect([owner.heard, owner.last?.isLost]).toEqual([["60 timeout"], true]);
    expect(trail).toMatchObject({ opened: 2, closed: 2 });
  });
});

describe("the budget", () => {
  // Two retries in ten seconds, however many first attempts.
  const budget = { share: "0%", floor: "0.2/s", window: "10s" };

  it("is charged when a back-off begins: waiting retries are paid for", () => {
    const site = withRetry({ budget, ...constant("3s") });
    const { clock, bank } = site;
    const made = [0, 1, 2].map((index) => site.call(index).owner);
    for (const number of [0, 1, 2]) bank.refuse(number);
    clock.runTo(1);
    expect(made.map(({ heard }) => heard)).toEqual([[], [], ["0 refused"]]);
    expect(site.counts).toEqual({ attempts: 3, retries: 2, budgetSpent: 1 });
    clock.runTo(3_000);
    expect(bank.sentMs).toEqual([0, 0, 0, 3_000, 3_000]);
  });

  it("is filled by first attempts alone", () => {
    const filled = { share: "50%", floor: "0/s", window: "10s" };
    const site = withRetry({ budget: filled, attempts: 9, ...constant("1ms") });
    const { clock, bank } = site;
    bank.onSend = (number) => bank.refuse(number);
    for (let index = 0; index < 4; index += 1) site.call(index);
    clock.runOut();
    expect(site.counts).toEqual({ attempts: 6, retries: 2, budgetSpent: 4 });
  });
});

function withRetry(
  retry: object,
  more: { timeoutMs?: number; replicas?: number } = {},
): SiteUnderTest {
  return new SiteUnderTest({ policies: { retry }, ...more });
}
