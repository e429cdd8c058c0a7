import { describe, expect, it } from "vitest";
import { RetryBudget, RetryBudgetSpec } from "../../src/policy/retry-budget.ts";

function read(written: unknown): RetryBudget {
  return new RetryBudget(RetryBudgetSpec.parse(written));
}

function deposit(budget: RetryBudget, count: number, nowMs: number): void {
  for (let i = 0; i < count; i += 1) budget.deposit(nowMs);
}

/** How many retries are paid for until one is not. */
function withdrawAll(budget: RetryBudget, nowMs: number): number {
  let count = 0;
  while (budget.withdraw(nowMs)) count += 1;
  return count;
}

describe("withdraw", () => {
  it.each([
    { why: "the floor of 10/s for 10s, before any request", written: {}, firsts: 0, paid: 100 },
    { why: "a fifth of the requests besides", written: {}, firsts: 500, paid: 200 },
    { why: "no floor, no request: none", written: { floor: "0/s" }, firsts: 0, paid: 0 },
    { why: "five requests pay for one", written: { floor: "0/s" }, firsts: 5, paid: 1 },
    { why: "four do not", written: { floor: "0/s" }, firsts: 4, paid: 0 },
    {
      why: "a share whose product falls a hair short counts in full",
      written: { floor: "0/s", share: "29%" },
      firsts: 100,
      paid: 29,
    },
    {
      why: "no share: the floor alone",
      written: { share: "0%", window: "1s" },
      firsts: 500,
      paid: 10,
    },
  ])("$why", ({ written, firsts, paid }) => {
    const budget = read(written);
    deposit(budget, firsts, 0);
    expect(withdrawAll(budget, 0)).toBe(paid);
  });

  it("forgets what was saved once the window has passed", () => {
    const budget = read({ floor: "0/s" });
    deposit(budget, 50, 0);
    expect(withdrawAll(budget, 10_000)).toBe(0);
  });

  it("forgets what was spent once the window has passed", () => {
    const budget = read({});
    expect(withdrawAll(budget, 500)).toBe(100);
    expect(withdrawAll(budget, 9_999)).toBe(0);
    expect(withdrawAll(budget, 10_000)).toBe(100);
  });

  it("forgets in tenths of the window", () => {
    const budget = read({});
    expect(withdrawAll(budget, 1_100)).toBe(100);
    expect(withdrawAll(budget, 10_999)).toBe(0);
    expect(withdrawAll(budget, 11_000)).toBe(100);
  });

  it("pays a fifth of the requests in the long run, however many want to retry", () => {
    const budget = read({ floor: "0/s" });
    let paid = 0;
    for (let ms = 0; ms < 100_000; ms += 10) {
      budget.deposit(ms);
      if (budget.withdraw(ms)) paid += 1;
    }
    expect(paid).toBe(2_000);
  });
});

describe("RetryBudgetSpec", () => {
  it("has the defaults of Finagle", () => {
    expect(RetryBudgetSpec.parse({})).toEqual({ share: 0.2, floor: 10, window: 10_000 });
  });
});
