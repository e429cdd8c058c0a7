import { describe, expect, it } from "vitest";
import { TerminalsUnderTest } from "../support/terminals-under-test.ts";

/** Terminals that wait a second, and then ask whether the money is there. */
const terminals = (poll: string, more = "") =>
  new TerminalsUnderTest(`patience: { wait: 1s, poll: ${poll} }${more}`);

describe("a merchant who was not told", () => {
  it("asks after 90 s, three times in all and 30 s apart, as NPCI has it", () => {
    const it = terminals("{}");
    it.onAsked({ status: (number) => it.bank.answer(number, "25") });
    it.start();
    it.clock.runTo(500_000);
    expect(it.asked).toEqual(["0 pay", "91000 status", "121000 status", "151000 status"]);
    expect(it.counts).toEqual({ polls: 3 });
  });

  it("asks as the scenario says, after the wait for each answer", () => {
    const it = terminals("{ first: 2s, every: 500ms, times: 4 }");
    it.onAsked({ pay: (number) => it.bank.lose(number), status: (n) => it.bank.lose(n) });
    it.start();
    it.clock.runOut();
    expect(it.asked.slice(1)).toEqual(["3000 status", "4500 status", "6000 status", "7500 status"]);
    expect(it.end).toMatchObject({ ending: "timedOut", endedMs: 8_500, toldApproved: false });
  });

  it("is told by an answer that approves: the activation is answered, and asked for no more", () => {
    const it = terminals("{ first: 2s, every: 500ms, times: 4 }", ", reversal: {}");
    it.onAsked({
      pay: (number) => it.bank.lose(number),
      status: (number) => it.bank.answer(number, number === 2 ? "00" : "25"),
    });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay", "3000 status", "3500 status"]);
    const told = { ending: "answered", toldApproved: true, endedMs: 3_500, attempts: 1 };
    expect(it.end).toMatchObject({ ...told, reversal: "none" });
  });

  it("has the payment taken back if no question found it, and not before", () => {
    const it = terminals("{ first: 2s, every: 500ms, times: 2 }", ", reversal: {}");
    it.onAsked({
      pay: (number) => it.bank.break(number),
      status: (number) => it.bank.answer(number, "25"),
      reverse: (number) => it.bank.answer(number, "25"),
    });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay", "2000 status", "2500 status", "2500 reverse"]);
    expect(it.end).toMatchObject({ ending: "failed", reversal: "acknowledged" });
  });

  it("asks after the last tap", () => {
    const it = new TerminalsUnderTest(
      "patience: { wait: 1s, retries: 1, poll: { first: 0s, times: 1 } }",
    );
    it.onAsked({ status: (number) => it.bank.answer(number) });
    it.start();
    it.clock.runTo(10_000);
    expect(it.asked).toEqual(["0 pay", "1000 pay", "2000 status"]);
  });

  it.each([
    { why: "of what surely stands nowhere", code: "91" as const },
    { why: "of what was declined", code: "51" as const },
    { why: "of what was approved", code: "00" as const },
  ])("asks nothing $why", ({ code }) => {
    const it = terminals("{ first: 0s }");
    it.onAsked({ pay: (number) => it.bank.answer(number, code) });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay"]);
    expect(it.counts).toEqual({});
  });

  it("who asked before asks as often again for the next activation", () => {
    const it = terminals("{ first: 1s, every: 1s, times: 2 }");
    it.onAsked({ pay: (n) => it.bank.lose(n), status: (n) => it.bank.answer(n, "25") });
    it.start(0);
    it.clock.runTo(10_000);
    it.start(1);
    it.clock.runOut();
    expect(it.bank.sent.filter(({ operation }) => operation === 2)).toHaveLength(4);
    expect(it.handedIn.map(({ ending }) => ending)).toEqual(["timedOut", "timedOut"]);
  });

  it("asks with a number of its own each time", () => {
    const it = terminals("{ first: 0s, every: 1ms, times: 50 }");
    it.onAsked({ status: (number) => it.bank.answer(number, "25") });
    it.start();
    it.clock.runTo(60_000);
    expect(new Set(it.bank.sent.map(({ attempt }) => attempt)).size).toBe(51);
  });

  it("and still waits for a question's answer when the run ends is unfinished", () => {
    const it = terminals("{ first: 0s }");
    it.start();
    it.clock.runTo(1_500);
    it.terminals.handInOpen();
    expect(it.end).toMatchObject({ ending: "unfinished", toldApproved: false });
  });
});
