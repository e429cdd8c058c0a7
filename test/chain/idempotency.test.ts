import { describe, expect, it } from "vitest";
import { type Asked, ReplicaUnderTest } from "../support/replica-under-test.ts";

const [pay, status] = [0, 1];

/** A bank that takes 10 ms to post. */
function bank(idempotency: string, { faults = "[]", more = "" } = {}): ReplicaUnderTest {
  const services = `  bank:
    stages: { core: { workers: 4, time: 10ms, posts: true }, look: { workers: 4, reads: true } }
    operations: { ask: [core], status: [look] }
    idempotency: ${idempotency}
${more}`;
  return new ReplicaUnderTest(services, faults);
}

/** Asks one after the other. @returns The codes. */
function heard(it: ReplicaUnderTest, ...asked: readonly Asked[]): readonly string[] {
  return asked.map((one) => {
    const customer = it.ask({ index: 1, ...one });
    it.clock.runFor(100);
    return customer.heard.join().replace(/^\d+ (..).*/, "$1");
  });
}

const postedCount = (it: ReplicaUnderTest) => it.ledger.take(7, 1)?.postedCount ?? 0;

describe("a request that was seen before", () => {
  it.each([
    { keeps: "effect", credits: 1 },
    { keeps: "answers", credits: 1 },
    { keeps: "successes", credits: 1 },
    { keeps: "nothing", credits: 3 },
  ])("posts $credits credits in all where $keeps is kept", ({ keeps, credits }) => {
    const it = bank(`{ keeps: ${keeps} }`);
    expect(heard(it, {}, {}, {})).toEqual(["00", "00", "00"]);
    expect(postedCount(it)).toBe(credits);
  });

  it.each([
    { keeps: "effect", answeredMs: 110 },
    { keeps: "answers", answeredMs: 100 },
    { keeps: "successes", answeredMs: 100 },
    { keeps: "nothing", answeredMs: 110 },
  ])("is answered at $answeredMs ms where $keeps is kept", ({ keeps, answeredMs }) => {
    const it = bank(`{ keeps: ${keeps} }`);
    it.ask({ index: 1 });
    it.clock.runTo(100);
    const again = it.ask({ index: 1 });
    it.clock.runTo(200);
    expect(again.heard).toEqual([`${answeredMs} 00`]);
  });

  it.each([
    { keeps: "effect", again: "00", why: "is worked through anew" },
    { keeps: "successes", again: "00", why: "is worked through anew" },
    { keeps: "answers", again: "96", why: "fails again, though the fault is over" },
  ])("and failed $why where $keeps is kept", ({ keeps, again }) => {
    const faults = "[{ at: 0s, for: 50ms, on: bank.core, errors: { rate: 100% } }]";
    const it = bank(`{ keeps: ${keeps} }`, { faults });
    expect(heard(it, {}, {})).toEqual(["96", again]);
  });

  it.each([
    { why: "is refused", checks: "", keeps: "effect", again: "12" },
    { why: "is refused", checks: "", keeps: "answers", again: "12" },
    { why: "is a repeat", checks: ", checksBody: false", keeps: "effect", again: "00" },
    { why: "is a repeat", checks: ", checksBody: false", keeps: "answers", again: "00" },
  ])("of another amount $why: $keeps$checks", ({ checks, keeps, again }) => {
    const it = bank(`{ keeps: ${keeps}${checks} }`);
    expect(heard(it, { amountMinor: 100 }, { amountMinor: 101 })).toEqual(["00", again]);
    expect(it.ledger.take(7, 1)).toMatchObject({ postedCount: 1, amountMinor: 100 });
  });

  it("of another amount is one more credit where nothing is kept", () => {
    const it = bank("{ keeps: nothing }");
    expect(heard(it, { amountMinor: 100 }, { amountMinor: 101 })).toEqual(["00", "00"]);
    expect(postedCount(it)).toBe(2);
  });

  it("is answered from memory only where it posts: a question is looked up each time", () => {
    const it = bank("{ keeps: answers }");
    const asked = [{ operation: status }, { operation: pay }, { operation: status }];
    expect(heard(it, ...asked)).toEqual(["25", "00", "00"]);
  });

  it("and whose answer was forgotten still posts nothing twice", () => {
    const it = bank("{ keeps: answers, for: 50ms }");
    const late = it.ask({ index: 1 });
    it.clock.runTo(200);
    const again = it.ask({ index: 1 });
    it.clock.runTo(300);
    expect([late.heard, again.heard]).toEqual([["10 00"], ["210 00"]]);
    expect(postedCount(it)).toBe(1);
  });

  it("and is still being worked on is worked on twice, and posted once", () => {
    const it = bank("{ keeps: answers }");
    const both = [it.ask({ index: 1 }), it.ask({ index: 1, attempt: 1 })];
    it.clock.runTo(100);
    expect(both.map((customer) => customer.heard)).toEqual([["10 00"], ["10 00"]]);
    expect(postedCount(it)).toBe(1);
  });
});

describe("amounts whose cents are a code", () => {
  it.each([
    { amountMinor: 1_051, code: "51", why: "a decline" },
    { amountMinor: 1_091, code: "91", why: "a failure" },
    { amountMinor: 5, code: "05", why: "cents alone" },
    { amountMinor: 1_000, code: "00", why: "an approval asks for nothing" },
    { amountMinor: 1_094, code: "00", why: "nor does a duplicate" },
    { amountMinor: 1_050, code: "00", why: "50 is no code" },
  ])("are answered with it: $amountMinor, $why", ({ amountMinor, code }) => {
    const it = bank("{}", { more: "    triggers: cents" });
    expect(heard(it, { amountMinor })).toEqual([code]);
    expect(it.ledger.has(7, 1), "a credit").toBe(code === "00");
  });

  it("mean nothing unless the scenario says so", () => {
    expect(heard(bank("{}"), { amountMinor: 1_051 })).toEqual(["00"]);
  });

  it("are answered so where nothing is posted, too", () => {
    const it = bank("{}", { more: "    triggers: cents" });
    const asked = [{ amountMinor: 1_000 }, { amountMinor: 1_096, operation: status }];
    expect(heard(it, ...asked)).toEqual(["00", "96"]);
  });

  it("go before the shares that a bank declines", () => {
    const it = bank("{}", { more: '    triggers: cents\n    rejects: { "05": 100% }' });
    expect(heard(it, { amountMinor: 1_051 }, { amountMinor: 1_000 })).toEqual(["51", "05"]);
  });
});
