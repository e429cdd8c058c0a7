import { describe, expect, it } from "vitest";
import { SiteUnderTest } from "../support/site-under-test.ts";

/** Opens when half of the last two calls failed, for ten seconds. */
const breaker = { window: { calls: 2 }, least: 2, open: "10s", probes: 1 };

/** A site whose breaker has just opened at 0 ms: two calls were refused. */
function opened(policies: object = {}, more: object = {}): SiteUnderTest {
  const site = new SiteUnderTest({ policies: { breaker, ...policies }, ...more });
  for (const number of [0, 1]) {
    site.call(100 + number);
    site.bank.refuse(number);
    site.clock.runTo(0);
  }
  expect(stateOf(site)).toBe("open");
  return site;
}

function stateOf(site: SiteUnderTest): string | undefined {
  return site.breakers[0]?.state;
}

describe("an open breaker", () => {
  it("turns a call away at once, but not from within it, and says what the service suffers from", () => {
    const site = opened();
    const { owner, trail } = site.call();
    site.clock.runTo(0);
    expect(owner.told).toEqual([{ atMs: 0, end: "rejected", cause: "communication" }]);
    expect(site.bank.sent).toHaveLength(2);
    expect(site.counts).toMatchObject({ attempts: 2, breakerRejected: 1 });
    expect(trail.opened).toBe(0);
  });

  it("gives the slow bank as the cause where calls timed out", () => {
    const site = new SiteUnderTest({ policies: { breaker }, timeoutMs: 50 });
    for (const index of [0, 1]) site.call(index);
    site.clock.runTo(50);
    const { owner } = site.call(2);
    site.clock.runTo(60);
    expect(owner.told).toEqual([{ atMs: 50, end: "rejected", cause: "bank-delay" }]);
  });

  it("keeps a retry back, which is told of in the end", () => {
    const retry = { on: ["refused"], backoff: { constant: { wait: "1s" } } };
    const site = new SiteUnderTest({ policies: { breaker, retry } });
    const { owner } = site.call();
    site.bank.refuse(0);
    site.clock.runTo(500);
    site.call(1);
    site.bank.refuse(1);
    site.clock.runTo(5_000);
    expect(owner.heard).toEqual(["1000 rejected"]);
  });

  it("is not moved by answers to calls that it let out before", () => {
    const site = new SiteUnderTest({ policies: { breaker } });
    const late = [0, 1, 2, 3].map((index) => site.call(index).owner);
    for (const number of [0, 1]) site.bank.refuse(number);
    site.clock.runTo(1);
    site.bank.answer(2);
    site.clock.runTo(10_001);
    const probe = site.call(4);
    expect(stateOf(site)).toBe("half-open");
    site.bank.refuse(3);
    site.clock.runTo(10_002);
    expect(stateOf(site)).toBe("half-open");
    site.bank.answer(4);
    site.clock.runTo(10_003);
    expect([stateOf(site), probe.owner.heard]).toEqual(["closed", ["10002 answered 00"]]);
    expect(late.map(({ told }) => told.length)).toEqual([1, 1, 1, 1]);
  });
});

describe("a half-open breaker", () => {
  it("lets one probe out, and opens again when that times out", () => {
    const site = opened({}, { timeoutMs: 300 });
    site.clock.runTo(10_000);
    const [probe, other] = [site.call(0).owner, site.call(1).owner];
    site.clock.runTo(10_300);
    expect(probe.heard).toEqual(["10300 timeout"]);
    expect(other.heard).toEqual(["10000 rejected"]);
    expect(stateOf(site)).toBe("open");
  });

  it("opens again when nobody waits for the probe any more: the limit passed", () => {
    const site = opened({}, { limitMs: 300 });
    site.clock.runTo(10_000);
    const probe = site.call(0).owner;
    site.clock.runTo(10_300);
    expect([probe.heard, stateOf(site)]).toEqual([["10300 timeout"], "open"]);
  });

  it("has its probe back from an attempt that another one overtook", () => {
    const hedge = { after: "100ms" };
    const site = opened({ breaker: { ...breaker, probes: 2 }, hedge });
    site.clock.runTo(10_000);
    const { owner } = site.call(0);
    site.clock.runTo(10_150);
    site.bank.answer(3); // The hedge; the first attempt is given up.
    site.clock.runTo(10_160);
    expect([owner.heard, stateOf(site)]).toEqual([["10150 answered 00"], "half-open"]);
    site.bank.answer(2, "96");
    site.call(1);
    site.bank.answer(4);
    site.clock.runTo(10_200);
    expect(stateOf(site)).toBe("closed");
  });

  it("has its probe back from a hedge that found no place in the bulkhead", () => {
    const policies = { breaker: { ...breaker, probes: 2 }, hedge: { after: "100ms" } };
    const site = opened({ ...policies, bulkhead: { limit: 1 } });
    site.clock.runTo(10_000);
    site.call(0);
    site.clock.runTo(10_150);
    expect(site.counts).not.toHaveProperty("hedges");
    site.bank.answer(2);
    site.clock.runTo(10_160);
    site.call(1);
    site.bank.answer(3);
    site.clock.runTo(10_170);
    expect(stateOf(site)).toBe("closed");
  });
});
