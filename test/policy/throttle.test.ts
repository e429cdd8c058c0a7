import { describe, expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import { AdaptiveThrottle, ThrottleSpec } from "../../src/policy/throttle.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

function read(written: unknown): AdaptiveThrottle {
  return new AdaptiveThrottle(ThrottleSpec.parse(written));
}

/** A throttle that has seen so much at instant 0. */
function having(written: unknown, requests: number, accepts: number): AdaptiveThrottle {
  const throttle = read(written);
  for (let i = 0; i < requests; i += 1) throttle.admits(0, 0.5);
  for (let i = 0; i < accepts; i += 1) throttle.accepted(0);
  return throttle;
}

if (!hasShared) console.warn(whyNotShared);

describe.skipIf(!hasShared)("rejectShare", () => {
  it.each([
    { figure: "req=100,acc=20", k: "2x", requests: 100, accepts: 20 },
    { figure: "req=100,acc=60", k: "2x", requests: 100, accepts: 60 },
    { figure: "req=1000,acc=100,K=1.1", k: "1.1x", requests: 1_000, accepts: 100 },
  ])("is as in the book: $figure", ({ figure, k, requests, accepts }) => {
    const share = having({ k }, requests, accepts).rejectShare(0);
    expect(share).toBeCloseTo(oracle("sre-throttle", figure), 12);
  });
});

describe("rejectShare", () => {
  it.each([
    { why: "nothing is known yet", requests: 0, accepts: 0, share: 0 },
    { why: "all were accepted", requests: 9, accepts: 9, share: 0 },
    { why: "exactly half were accepted", requests: 8, accepts: 4, share: 0 },
    { why: "none was accepted", requests: 9, accepts: 0, share: 0.9 },
    { why: "answers outlived their requests", requests: 0, accepts: 5, share: 0 },
  ])("where $why: $share", ({ requests, accepts, share }) => {
    expect(having({}, requests, accepts).rejectShare(0)).toBe(share);
  });

  it("forgets after two minutes", () => {
    const throttle = having({}, 9, 0);
    expect(throttle.rejectShare(119_999)).toBe(0.9);
    expect(throttle.rejectShare(120_000)).toBe(0);
  });
});

describe("admits", () => {
  it("lets the first request out, whatever the luck", () => {
    expect(read({}).admits(0, 2 ** -53)).toBe(true);
  });

  it("holds back exactly the share of the draws below it", () => {
    expect(having({}, 9, 0).admits(0, 0.8999)).toBe(false);
    expect(having({}, 9, 0).admits(0, 0.9001)).toBe(true);
  });

  it("counts a request that it holds back", () => {
    const throttle = having({}, 9, 0);
    throttle.admits(0, 0.1);
    expect(throttle.rejectShare(0)).toBeCloseTo(10 / 11, 12);
  });
});

describe("a service that can take 100/s and is asked for 1000/s", () => {
  const throttle = read({ window: "10s" });
  let sent = 0;
  let accepted = 0;
  for (let ms = 0; ms < 60_000; ms += 1) {
    const isLetOut = throttle.admits(ms, draw(1, 1, ms, 0));
    if (isLetOut && ms >= 30_000) sent += 1;
    if (!isLetOut || accepted >= (ms + 1) / 10) continue;
    accepted += 1;
    throttle.accepted(ms);
  }

  it("gets twice what it takes, in the long run", () => {
    expect(sent / 30).toBeGreaterThan(190);
    expect(sent / 30).toBeLessThan(210);
  });

  it("gets everything again soon after it has recovered", () => {
    let heldBack = 0;
    for (let ms = 60_000; ms < 80_000; ms += 1) {
      if (throttle.admits(ms, draw(1, 1, ms, 0))) throttle.accepted(ms);
      else if (ms >= 75_000) heldBack += 1;
    }
    expect(heldBack).toBe(0);
  });
});

describe("ThrottleSpec", () => {
  it("has the defaults of the book", () => {
    expect(ThrottleSpec.parse({})).toEqual({ k: 2, window: 120_000 });
  });

  it("does not hold back what is all accepted", () => {
    const { error } = ThrottleSpec.safeParse({ k: "0.9x" });
    expect(error?.issues[0]?.message).toBe("expected a factor of at least 1x");
  });
});
