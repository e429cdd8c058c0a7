import { describe, expect, it } from "vitest";
import type { MemoryStore } from "../../src/chain/forward-store.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";
import { CountingTrail, type HandClock } from "../support/scripted.ts";

type Process = { readonly clock?: HandClock; readonly store?: MemoryStore };

/** An operator whose only stage hands on to the bank, and stores by the keys of `store`. */
function operator(store: string, process: Process = {}, call = ""): ReplicaUnderTest {
  const services = `  operator: { stages: { forward: { workers: 50, call: { to: bank${call}, store: ${store} } } }, operations: { ask: [forward] } }
  bank: { stages: { core: { workers: 1 } }, operations: { ask: [core] } }`;
  return new ReplicaUnderTest(services, "[]", { service: "operator", ...process });
}

/** Which activations the bank was asked for, and when. */
const asked = (it: ReplicaUnderTest) =>
  it.way("bank").sent.map((sent) => `${sent.atMs} #${sent.index}`);

const always = (more = "") => `{ when: always, every: 100ms${more} }`;

describe("what is stored", () => {
  it.each([
    { why: "a refusal is", end: "refused" as const, stored: 1, answer: "5 00" },
    { why: "96 is", end: "96" as const, stored: 1, answer: "5 00" },
    {
      why: "a decline is not: the bank has said its word",
      end: "51" as const,
      stored: 0,
      answer: "5 51",
    },
    { why: "an approval is not", end: "00" as const, stored: 0, answer: "5 00" },
  ])("after a call, where that comes to nothing: $why", ({ end, stored, answer }) => {
    const it = operator("{ when: failure }");
    const customer = it.ask();
    it.clock.runTo(5);
    if (end === "refused") it.way("bank").refuse(0);
    else it.way("bank").answer(0, end);
    it.clock.runTo(6);
    expect(customer.heard).toEqual([answer]);
    expect(it.replica.storedCount).toBe(stored);
  });

  it("is everything, where it says so, and nobody waits for the bank", () => {
    const it = operator(always());
    const customer = it.ask();
    it.clock.runTo(0);
    expect([customer.heard, it.replica.storedCount]).toEqual([["0 00"], 1]);
  });

  it("is no more than there is room for: what comes then is called, and fails", () => {
    const it = operator(always(", limit: 2, parallel: 1"));
    const customers = it.askAll(3);
    it.clock.runTo(0);
    expect(asked(it)).toEqual(["0 #0", "0 #2"]);
    it.way("bank").refuse(1);
    it.clock.runTo(1);
    expect(customers.map((it) => it.heard)).toEqual([["0 00"], ["0 00"], ["0 91 communication"]]);
    it.way("bank").answer(0);
    it.clock.runTo(2);
    expect([it.replica.storedCount, it.counts.stored]).toEqual([1, 2]);
  });
});

describe("deliveries", () => {
  it("go out oldest first, so many at once", () => {
    const it = operator(always(", parallel: 2"));
    it.askAll(5);
    it.clock.runTo(10);
    expect(asked(it)).toEqual(["0 #0", "0 #1"]);
    it.way("bank").answer(1);
    it.clock.runTo(20);
    it.way("bank").answer(0, "51");
    it.clock.runTo(30);
    expect(asked(it).slice(2)).toEqual(["10 #2", "20 #3"]);
    expect(it.counts).toMatchObject({ stored: 5, delivered: 1, refusedLater: 1 });
    expect(it.replica.storedCount).toBe(3);
  });

  it("pause after a failure, once, however many fail meanwhile", () => {
    const it = operator(always(", parallel: 2"));
    it.askAll(3);
    it.clock.runTo(10);
    it.way("bank").refuse(0);
    it.clock.runTo(50);
    it.way("bank").answer(1, "96");
    it.clock.runTo(109);
    expect(asked(it)).toHaveLength(2);
    it.clock.runTo(110);
    expect(asked(it).slice(2), "who failed stands behind the others").toEqual(["110 #2", "110 #0"]);
    it.way("bank").answer(2);
    it.way("bank").answer(3);
    it.clock.runTo(120);
    expect(asked(it).slice(4)).toEqual(["110 #1"]);
    it.way("bank").refuse(4);
    it.clock.runTo(219);
    expect(asked(it), "no second pause ends before it").toHaveLength(5);
    it.clock.runTo(220);
    expect(asked(it).slice(5)).toEqual(["220 #1"]);
  });

  it("of one request end with the last that is allowed: the rest is left for people", () => {
    const it = operator(always(", attempts: 3"));
    it.way("bank").onSend = (number) => it.way("bank").refuse(number);
    const trail = new CountingTrail();
    it.ask({ trail });
    it.clock.runTo(1_000);
    expect(asked(it)).toEqual(["0 #0", "100 #0", "200 #0"]);
    expect(it.counts).toMatchObject({ stored: 1, leftForPeople: 1 });
    expect([it.replica.storedCount, trail.underWay]).toEqual([0, 0]);
  });

  it("have numbers of their own, each time and after the call that failed", () => {
    const it = operator("{ when: failure, every: 10ms, attempts: 5 }", {}, ", retry: {}");
    it.way("bank").onSend = (number) => it.way("bank").refuse(number);
    it.ask({ attempt: 1 });
    it.clock.runOut();
    const attempts = it.way("bank").sent.map(({ attempt }) => attempt);
    expect(attempts).toHaveLength(3 + 5 * 3);
    expect(attempts[0]).toBe(16);
    expect(new Set(attempts).size).toBe(attempts.length);
  });

  it("are no activation's end: it is open until the last is settled", () => {
    const it = operator(always());
    const trail = new CountingTrail();
    const customer = it.ask({ trail });
    it.clock.runTo(5);
    expect(customer.heard).toEqual(["0 00"]);
    expect(trail).toMatchObject({ heldCount: 1, releasedCount: 0, underWay: 2 });
    it.way("bank").answer(0);
    it.clock.runOut();
    expect(trail).toMatchObject({ heldCount: 1, releasedCount: 1, underWay: 0 });
  });
});

describe("a process that comes after one that was killed", () => {
  it("delivers what was stored, oldest first, what was under way too", () => {
    const before = operator(always(", parallel: 2"));
    const trail = new CountingTrail();
    before.askAll(4, { trail });
    before.clock.runTo(10);
    before.way("bank").answer(0);
    before.clock.runTo(20);
    expect(asked(before)).toEqual(["0 #0", "0 #1", "10 #2"]);
    before.replica.die();
    before.way("bank").answer(1); // The bank has it, but nobody was there to hear so.
    before.clock.runTo(30);
    const { clock, store } = before;
    const after = operator(always(", parallel: 2"), { clock, store });
    expect([asked(after), after.replica.storedCount]).toEqual([["30 #1", "30 #2"], 3]);
    after.way("bank").onSend = (number) => after.way("bank").answer(number);
    for (const number of [0, 1]) after.way("bank").answer(number);
    before.way("bank").answer(2);
    clock.runOut();
    expect(asked(after)).toEqual(["30 #1", "30 #2", "30 #3"]);
    expect(asked(before), "the dead one sends nothing more").toHaveLength(3);
    expect(after.counts).toMatchObject({ delivered: 3 });
    expect(trail.underWay).toBe(0);
  });

  it("does not go on with the pause of the dead one", () => {
    const before = operator(always());
    before.ask();
    before.clock.runTo(10);
    before.way("bank").refuse(0);
    before.clock.runTo(20);
    before.replica.die();
    const { clock, store } = before;
    const after = operator(always(), { clock, store });
    after.clock.runTo(500);
    expect([asked(before), asked(after)]).toEqual([["0 #0"], ["20 #0"]]);
  });
});
