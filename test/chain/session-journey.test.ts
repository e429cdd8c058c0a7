import { describe, expect, it } from "vitest";
import { TerminalsUnderTest } from "../support/terminals-under-test.ts";

/** Terminals that open a page, look, and pay; they tap twice at most. */
const journey = (more = "") =>
  new TerminalsUnderTest(
    `patience: { wait: 1s, retries: 1, pause: 100ms }${more}`,
    "journey: [open, status, pay]",
  );

describe("a journey of several steps", () => {
  it("asks for each step when the one before is approved, and is approved with the last", () => {
    const it = journey();
    it.start();
    for (const [number, atMs] of [10, 30, 60].entries()) {
      it.clock.runTo(atMs);
      it.bank.answer(number);
    }
    it.clock.runOut();
    expect(it.asked).toEqual(["0 open", "10 status", "30 pay"]);
    expect(it.end).toMatchObject({ ending: "answered", toldApproved: true, endedMs: 60 });
  });

  it.each([
    { why: "in its first step", step: 0, asks: 1 },
    { why: "in its second step", step: 1, asks: 2 },
  ])("that is declined $why is over", ({ step, asks }) => {
    const it = journey();
    it.bank.onSend = (number) => it.bank.answer(number, number === step ? "51" : "00");
    it.start();
    it.clock.runOut();
    expect(it.asked).toHaveLength(asks);
    expect(it.end).toMatchObject({ ending: "answered", toldApproved: false });
  });

  it("that fails in one step, however often it taps, is over", () => {
    const it = journey();
    it.onAsked({ open: (n) => it.bank.answer(n), status: (n) => it.bank.refuse(n) });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 open", "0 status", "100 status"]);
    expect(it.end).toMatchObject({ ending: "failed", toldApproved: false, attempts: 3 });
  });

  it("has its taps anew in each step, and counts them all", () => {
    const it = journey();
    const failing = new Set([0, 2, 4]);
    it.bank.onSend = (number) => {
      if (failing.has(number)) it.bank.refuse(number);
      else it.bank.answer(number);
    };
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual([
      ...["0 open", "100 open", "100 status", "200 status", "200 pay", "300 pay"],
    ]);
    expect(it.end).toMatchObject({ toldApproved: true, attempts: 6 });
    const numbers = it.bank.sent.map(({ attempt }) => attempt);
    expect(numbers, "no two requests have one number").toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("begins at its first step for the next activation", () => {
    const it = journey();
    it.bank.onSend = (number) => it.bank.answer(number, number === 1 ? "51" : "00");
    it.start(0);
    it.clock.runTo(50);
    it.start(1);
    it.clock.runOut();
    expect(it.asked).toEqual(["0 open", "0 status", "50 open", "50 status", "50 pay"]);
  });

  it("is taken back once if its last step is in doubt", () => {
    const it = journey(", reversal: {}");
    it.bank.onSend = (number) => {
      if (number < 2 || number === 4) it.bank.answer(number);
      else it.bank.break(number);
    };
    it.start();
    it.clock.runOut();
    expect(it.asked.slice(2)).toEqual(["0 pay", "100 pay", "100 reverse"]);
    expect(it.end.reversal).toBe("acknowledged");
  });

  it("of one step may be written as its name", () => {
    const it = new TerminalsUnderTest("patience: { wait: 1s }", "journey: open");
    it.bank.onSend = (number) => it.bank.answer(number);
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 open"]);
  });
});
