import { describe, expect, it } from "vitest";
import type { ScriptedTransport } from "../support/scripted.ts";
import { SiteUnderTest } from "../support/site-under-test.ts";

const hedge = { after: "100ms" };

function hedged(more: object = {}, policies: object = {}, options: object = {}): SiteUnderTest {
  return new SiteUnderTest({
    policies: { hedge: { ...hedge, ...more }, ...policies },
    replicas: 2,
    ...options,
  });
}

describe("a hedge", () => {
  it("goes to another replica when no answer came in time", () => {
    const site = hedged();
    site.call();
    site.clock.runTo(99);
    expect(site.bank.sent).toHaveLength(1);
    site.clock.runTo(100);
    const [first, second] = site.bank.sent;
    expect(site.bank.sentMs).toEqual([0, 100]);
    expect(first?.replica).not.toBe(second?.replica);
    expect(first?.attempt).not.toBe(second?.attempt);
  });

  it("does not go where the answer came", () => {
    const site = hedged();
    const { owner } = site.call();
    site.clock.runTo(99);
    site.bank.answer(0);
    site.clock.runOut();
    expect([owner.heard, site.counts]).toEqual([["99 answered 00"], { attempts: 1 }]);
  });

  it.each([
    { why: "the first", winner: 0, won: undefined },
    { why: "the hedge", winner: 1, won: 1 },
  ])("is over with one answer, that of $why, and the other changes nothing", ({ winner, won }) => {
    const site = hedged();
    const { owner, trail } = site.call();
    site.clock.runTo(150);
    site.bank.answer(winner, "51", 7);
    site.clock.runTo(160);
    expect(site.bank.abandoned).toEqual([1 - winner]);
    expect(trail.underWay).toBe(1);
    site.bank.answer(1 - winner, "00", 90);
    site.clock.runOut();
    expect(owner.heard).toEqual(["150 answered 51"]);
    expect(owner.last?.ownMs).toBe(7);
    expect(trail).toMatchObject({ opened: 2, closed: 2 });
    expect(site.counts.hedgesWon).toBe(won);
  });

  it.each<{ why: string; fails: (it: ScriptedTransport, number: number) => void }>([
    { why: "refused", fails: (it, number) => it.refuse(number) },
    { why: "answered 96", fails: (it, number) => it.answer(number, "96") },
  ])("goes on when one of the two is $why, and then counts", ({ fails }) => {
    for (const failed of [0, 1]) {
      const site = hedged();
      const { owner } = site.call();
      site.clock.runTo(120);
      fails(site.bank, failed);
      site.clock.runTo(130);
      expect(owner.heard).toEqual([]);
      site.bank.answer(1 - failed);
      site.clock.runOut();
      expect(owner.heard).toEqual(["130 answered 00"]);
    }
  });

  it("fails with the last of its attempts", () => {
    const site = hedged();
    const { owner, trail } = site.call();
    site.clock.runTo(120);
    site.bank.answer(1, "91");
    site.clock.runTo(140);
    site.bank.break(0);
    site.clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([["140 broken"], 0]);
  });

  it("is followed by more, each after the same wait, as many as are allowed", () => {
    const site = hedged({ extra: 3 });
    const { owner, trail } = site.call();
    site.clock.runTo(1_000);
    expect(site.bank.sentMs).toEqual([0, 100, 200, 300]);
    expect(site.counts).toEqual({ attempts: 4, hedges: 3 });
    site.bank.answer(2);
    for (const number of [0, 1, 3]) site.bank.answer(number, "51");
    site.clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([["1000 answered 00"], 0]);
  });

  it("is paid for by the budget", () => {
    const site = hedged({ budget: { share: "0%", burst: 1 } });
    for (const index of [0, 1]) site.call(index);
    site.clock.runTo(500);
    expect(site.counts).toEqual({ attempts: 3, hedges: 1 });
  });

  it("waits anew after a retry, and is never one too many", () => {
    const retry = { backoff: { constant: { wait: "30ms" } } };
    const site = hedged({}, { retry });
    site.call();
    site.bank.refuse(0);
    site.clock.runTo(1_000);
    expect(site.bank.sentMs).toEqual([0, 30, 130]);
  });

  it("is not sent for the call before that had the same place", () => {
    const retry = { backoff: { constant: { wait: "30ms" } } };
    const site = hedged({}, { retry });
    site.call(0);
    site.bank.refuse(0);
    site.clock.runTo(40);
    site.bank.answer(1);
    site.clock.runTo(50);
    site.call(1); // It reuses the object of the first.
    site.clock.runTo(149);
    expect(site.bank.sentMs).toEqual([0, 30, 50]);
    site.clock.runTo(150);
    expect(site.bank.sentMs).toEqual([0, 30, 50, 150]);
  });

  it("waits for a quantile of how long calls take, first attempts and hedges together", () => {
    const site = hedged({ after: "p60" });
    const answerAfter = (ms: number, number: number) =>
      site.clock.after(ms, { fire: () => site.bank.answer(number) }, 0);
    // Of 50 calls 30 take 10 ms, and 20 take 20 ms: from now on it waits for 10 ms.
    site.bank.onSend = (number) => answerAfter(number < 30 ? 10 : 20, number);
    for (let index = 0; index < 50; index += 1) {
      site.call(index);
      site.clock.runFor(100);
    }
    expect(site.counts).toEqual({ attempts: 50 });
    // Every first attempt takes long, and its hedge 1 ms: these calls take 11 ms.
    site.bank.onSend = (number) => answerAfter(number % 2 === 0 ? 80 : 1, number);
    for (let index = 0; index < 100; index += 1) {
      site.call(index);
      site.clock.runFor(100);
    }
    expect(site.counts).toEqual({ attempts: 250, hedges: 100, hedgesWon: 100 });
    site.bank.onSend = () => {};
    site.call(0);
    const sentMs = site.clock.nowMs();
    site.clock.runFor(100);
    expect(site.bank.sentMs.slice(-2)).toEqual([sentMs, sentMs + 11]);
  });
});
