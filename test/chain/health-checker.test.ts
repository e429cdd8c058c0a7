import { describe, expect, it } from "vitest";
import { Caller } from "../../src/chain/caller.ts";
import { HealthChecker } from "../../src/chain/health-checker.ts";
import type { Life } from "../../src/chain/life.ts";
import { Payment } from "../../src/chain/payment.ts";
import { ReplicaChoice } from "../../src/chain/replica-choice.ts";
import { HealthBoard, HealthSpec } from "../../src/policy/health.ts";
import { HandClock, ScriptedTransport } from "../support/scripted.ts";

/** A checker of three replicas, every 100 ms. */
function checkerUnderTest() {
  const clock = new HandClock();
  const transport = new ScriptedTransport(clock);
  const life: Life = { isOver: false };
  const spec = HealthSpec.parse({ every: "100ms", timeout: "40ms", unhealthy: 2, healthy: 1 });
  const board = new HealthBoard(spec, 3);
  const choice = new ReplicaChoice({
    balancer: { kind: "round-robin" },
    ejection: undefined,
    replicaCount: 3,
    healthy: board.healthy,
    seed: "health",
    site: "a",
  });
  const parts = { clock, transport, link: null, choice, timeoutMs: 5, isTerminal: false, life };
  const caller = new Caller(parts);
  new HealthChecker(clock, spec, caller, board, "health", "a>b", life).start();
  const picks = () =>
    Array.from({ length: 6 }, (_, it) => choice.pick(0, new Payment(1, it, 0, 0), 0, -1));
  return { clock, transport, board, life, picks };
}

describe("health checks", () => {
  it("ask every replica, each time, beginning after the first pause", () => {
    const { clock, transport } = checkerUnderTest();
    clock.runTo(99);
    expect(transport.sent).toEqual([]);
    clock.runTo(350);
    expect(transport.sentMs).toEqual([100, 100, 100, 200, 200, 200, 300, 300, 300]);
    expect(transport.sent.slice(0, 3).map(({ replica }) => replica)).toEqual([0, 1, 2]);
    expect(transport.sent.every(({ atMs, deadlineMs }) => deadlineMs === atMs + 40)).toBe(true);
    expect(new Set(transport.sent.map(({ index }) => index)).size, "luck anew each time").toBe(3);
  });

  it.each<{ why: string; ends: (it: ScriptedTransport, number: number) => void }>([
    { why: "no answer in its own time", ends: () => {} },
    { why: "a refusal", ends: (it, number) => it.refuse(number) },
    { why: "a break", ends: (it, number) => it.break(number) },
    { why: "91", ends: (it, number) => it.answer(number, "91") },
  ])("leave a replica out after as many failures in a row: $why", ({ ends }) => {
    const { clock, transport, board, picks } = checkerUnderTest();
    transport.onSend = (number) => {
      if (transport.sent[number]?.replica === 1) ends(transport, number);
      else transport.answer(number);
    };
    clock.runTo(199);
    expect(board.healthy).toEqual(Uint8Array.of(1, 1, 1));
    clock.runTo(240);
    expect(board.healthy).toEqual(Uint8Array.of(1, 0, 1));
    expect(picks()).not.toContain(1);
    transport.onSend = (number) => transport.answer(number);
    clock.runTo(300);
    expect(board.healthy).toEqual(Uint8Array.of(1, 1, 1));
    expect(picks()).toContain(1);
    expect(board.changeCount).toBe(2);
  });

  it("take an answer that comes too late for none", () => {
    const { clock, transport, board } = checkerUnderTest();
    transport.onSend = (number) => {
      clock.after(50, { fire: () => transport.answer(number) }, 0);
    };
    clock.runTo(260);
    expect(board.healthy).toEqual(Uint8Array.of(0, 0, 0));
  });

  it("end with the process", () => {
    const { clock, transport, board, life } = checkerUnderTest();
    clock.runTo(110);
    life.isOver = true;
    clock.runOut();
    expect(transport.sent).toHaveLength(3);
    expect(board.healthy).toEqual(Uint8Array.of(1, 1, 1));
  });
});
