import { describe, expect, it } from "vitest";
import { Caller } from "../../src/chain/caller.ts";
import type { Life } from "../../src/chain/life.ts";
import { Link } from "../../src/chain/link.ts";
import { Payment } from "../../src/chain/payment.ts";
import { ReplicaChoice } from "../../src/chain/replica-choice.ts";
import { OutlierEjectionSpec } from "../../src/policy/outlier-ejection.ts";
import { CountingTrail, HandClock, Owner, ScriptedTransport } from "../support/scripted.ts";

type Options = { timeoutMs?: number; linkMs?: number; loss?: number; replicas?: number };

/** A caller of one service, with least-requests and an ejection after one failure. */
function callerUnderTest({ timeoutMs = Infinity, linkMs, loss = 0, replicas = 2 }: Options = {}) {
  const clock = new HandClock();
  const transport = new ScriptedTransport(clock);
  const life: Life = { isOver: false };
  const choice = new ReplicaChoice({
    balancer: { kind: "least-requests" },
    ejection: OutlierEjectionSpec.parse({ consecutive: 1, base: "1h", max: "1h", most: "100%" }),
    replicaCount: replicas,
    healthy: null,
    seed: "caller",
    site: "a.b",
  });
  const link = linkMs === undefined ? null : new Link({ latency: linkMs, loss }, "caller", "a-b");
  const caller = new Caller({ clock, transport, link, choice, timeoutMs, isTerminal: false, life });
  const call = (index = 0, deadlineMs = Infinity) => {
    const [owner, trail] = [new Owner(clock), new CountingTrail()];
    owner.isCalling = true;
    const payment = new Payment(1, index, 0, 100, trail);
    const made = caller.call(owner, payment, 0, 0, deadlineMs, null, null);
    owner.isCalling = false;
    return { owner, trail, made };
  };
  return { clock, transport, life, choice, caller, call };
}

describe("a call", () => {
  it("takes its link there and back, and tells what the answer said", () => {
    const { clock, transport, call } = callerUnderTest({ linkMs: 5 });
    const { owner, trail } = call();
    clock.runTo(5);
    expect(transport.sentMs).toEqual([5]);
    clock.runTo(25);
    transport.answer(0, "51", 20, "bank-delay");
    clock.runOut();
    expect(owner.told).toEqual([{ atMs: 30, end: "answered 51", cause: "bank-delay" }]);
    expect(owner.last).toMatchObject({ ownMs: 20, sentMs: 0, isLost: false });
    expect(trail).toMatchObject({ opened: 1, closed: 1 });
  });

  it.each([
    { why: "a refusal", end: "refused" as const },
    { why: "a break", end: "broken" as const },
  ])("learns of $why when the news has travelled back", ({ end }) => {
    const { clock, transport, call } = callerUnderTest({ linkMs: 5 });
    const { owner } = call();
    clock.runTo(6);
    if (end === "refused") transport.refuse(0);
    else transport.break(0);
    clock.runOut();
    expect(owner.heard).toEqual([`11 ${end}`]);
  });

  it("that timed out is told of once; it is under way until its late answer is back", () => {
    const { clock, transport, call } = callerUnderTest({ linkMs: 5, timeoutMs: 50 });
    const { owner, trail } = call();
    clock.runTo(60);
    expect([owner.heard, trail.underWay, transport.abandoned]).toEqual([["50 timeout"], 1, [0]]);
    transport.answer(0);
    clock.runTo(64);
    expect(trail.underWay).toBe(1);
    clock.runTo(65);
    expect([trail.underWay, owner.told.length]).toEqual([0, 1]);
  });

  it("whose answer travels when time is up has timed out", () => {
    const { clock, transport, call } = callerUnderTest({ linkMs: 5, timeoutMs: 50 });
    const { owner } = call();
    clock.runTo(46);
    transport.answer(0, "00");
    clock.runOut();
    expect(owner.heard).toEqual(["50 timeout"]);
  });

  it("that was lost on the way waits until its time is up, and says so", () => {
    const { clock, transport, call } = callerUnderTest({ linkMs: 5, loss: 1, timeoutMs: 50 });
    const { owner, trail } = call();
    clock.runTo(49);
    expect([owner.heard, trail.underWay]).toEqual([[], 1]);
    clock.runOut();
    expect([owner.heard, owner.last?.isLost, trail.underWay]).toEqual([["50 timeout"], true, 0]);
    expect(transport.sent).toEqual([]);
  });

  it("is not sent when its deadline has passed, and no replica is blamed for that", () => {
    const { clock, transport, choice, call } = callerUnderTest();
    clock.runTo(10);
    const { owner, trail } = call(0, 10);
    expect([transport.sent, trail.underWay]).toEqual([[], 1]);
    clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([["10 timeout"], 0]);
    expect(choice.ejection?.ejectedCount).toBe(0);
    call(1);
    call(2);
    expect(transport.sent.map(({ replica }) => replica).sort()).toEqual([0, 1]);
  });

  it("leaves nothing of itself in the next one that uses its object", () => {
    const { clock, transport, call } = callerUnderTest({ timeoutMs: 50 });
    const first = call(0);
    transport.answer(0, "51", 20, "link");
    clock.runTo(10);
    const second = call(1);
    expect(second.made).toBe(first.made);
    expect(second.made).toMatchObject({ cause: null, hasAnswer: false, isLost: false, sentMs: 10 });
    clock.runTo(59);
    expect(second.owner.heard, "the first one's timeout at 50 is void").toEqual([]);
    transport.refuse(1);
    clock.runOut();
    expect([first.owner.heard, second.owner.heard]).toEqual([["0 answered 51"], ["59 refused"]]);
  });
});

describe("a call that its owner abandons", () => {
  it("is never told of, and is closed when its answer is back", () => {
    const { clock, transport, caller, call, choice } = callerUnderTest({ timeoutMs: 50 });
    const { owner, trail, made } = call();
    clock.runTo(10);
    caller.abandon(made, false);
    expect([transport.abandoned, trail.underWay]).toEqual([[0], 1]);
    clock.runTo(100);
    transport.answer(0);
    clock.runOut();
    expect([owner.heard, trail.underWay]).toEqual([[], 0]);
    expect(choice.ejection?.ejectedCount, "nobody is blamed").toBe(0);
  });

  it("is closed at once when nothing of it is under way", () => {
    const { transport, caller, call } = callerUnderTest({ timeoutMs: 50 });
    const { trail, made } = call();
    transport.lose(0);
    caller.abandon(made, false);
    expect(trail.underWay).toBe(0);
  });

  it("is held against its replica if it waited in vain", () => {
    const { caller, call, choice } = callerUnderTest();
    const { made } = call();
    caller.abandon(made, true);
    expect(choice.ejection?.ejectedCount).toBe(1);
  });

  it("frees its place at the replica for the balancer", () => {
    const { clock, transport, caller, call } = callerUnderTest({ replicas: 2 });
    const busy = call(0);
    call(1);
    call(2);
    caller.abandon(busy.made, false);
    clock.runTo(1);
    call(3);
    call(4);
    const replicas = transport.sent.map(({ replica }) => replica);
    expect(replicas.slice(0, 3)).toEqual([0, 1, 0]);
    expect(replicas.slice(3).sort()).toEqual([0, 1]);
  });
});

describe("a health check", () => {
  it("goes to the replica that is meant, and says nothing to the balancer", () => {
    const { clock, transport, caller, choice } = callerUnderTest({ linkMs: 5 });
    const owner = new Owner(clock);
    caller.probe(owner, 99, 3, 1, 50);
    clock.runTo(5);
    expect(transport.sent).toMatchObject([{ replica: 1, operation: -1, index: 3, deadlineMs: 50 }]);
    transport.refuse(0);
    clock.runOut();
    expect(owner.heard).toEqual(["10 refused"]);
    expect(choice.ejection?.ejectedCount).toBe(0);
  });

  it("fails when its own time is up, however long others may take", () => {
    const { clock, transport, caller, choice } = callerUnderTest({ timeoutMs: 1_000 });
    const owner = new Owner(clock);
    caller.probe(owner, 99, 0, 0, 50);
    clock.runTo(60);
    transport.answer(0);
    clock.runOut();
    expect(owner.heard).toEqual(["50 timeout"]);
    expect(choice.ejection?.ejectedCount).toBe(0);
  });
});

describe("a process that was killed", () => {
  it.each<{ why: string; ends: (it: ScriptedTransport) => void }>([
    { why: "answered", ends: (it) => it.answer(0) },
    { why: "broken", ends: (it) => it.break(0) },
    { why: "lost", ends: (it) => it.lose(0) },
  ])("hears of no call any more; one that is $why is closed", ({ ends }) => {
    const { clock, transport, life, call } = callerUnderTest({ timeoutMs: 50 });
    const { owner, trail } = call();
    clock.runTo(10);
    life.isOver = true;
    ends(transport);
    clock.runOut();
    expect(owner.heard).toEqual([]);
    expect(trail).toMatchObject({ opened: 1, closed: 1 });
  });
});
