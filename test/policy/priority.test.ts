import { describe, expect, it } from "vitest";
import { PriorityRule, PrioritySpec } from "../../src/policy/priority.ts";

const operations = ["activate", "pay", "status"];

describe("by journeys", () => {
  const rule = new PriorityRule({ journeys: ["pay", "activate"] }, operations);

  it.each([
    { operation: "pay", lane: 0 },
    { operation: "activate", lane: 1 },
    { operation: "status", lane: 2 },
    { operation: "", lane: 2 },
  ])("$operation waits in lane $lane, whatever the amount", ({ operation, lane }) => {
    expect(rule.laneOf(operation, 1)).toBe(lane);
    expect(rule.laneOf(operation, 1_000_000)).toBe(lane);
  });

  it("has a lane for each that is listed, and one for the rest", () => {
    expect(rule.laneCount).toBe(3);
  });

  it("has no lane for an operation that the service has not", () => {
    const other = new PriorityRule({ journeys: ["refund", "pay"] }, operations);
    expect(other.laneCount).toBe(2);
    expect([other.laneOf("pay", 1), other.laneOf("status", 1)]).toEqual([0, 1]);
  });
});

describe("by amounts", () => {
  const rule = new PriorityRule({ amounts: [1_000, 100, 0.5] }, operations);

  it.each([
    { amountMinor: 250_000, lane: 0 },
    { amountMinor: 100_000, lane: 0 },
    { amountMinor: 99_999, lane: 1 },
    { amountMinor: 10_000, lane: 1 },
    { amountMinor: 9_999, lane: 2 },
    { amountMinor: 50, lane: 2 },
    { amountMinor: 49, lane: 3 },
    { amountMinor: 1, lane: 3 },
  ])("$amountMinor cents wait in lane $lane, whatever is asked", ({ amountMinor, lane }) => {
    expect(operations.map((it) => rule.laneOf(it, amountMinor))).toEqual([lane, lane, lane]);
  });

  it("has a lane for each threshold, and one for the rest", () => {
    expect(rule.laneCount).toBe(4);
  });
});

describe("PrioritySpec", () => {
  const one = "expected exactly one of journeys, amounts";

  it.each([
    { value: {}, message: one },
    { value: { journeys: ["pay"], amounts: [10] }, message: one },
    { value: { journeys: [] }, message: "expected at least one operation" },
    { value: { journeys: ["pay", "pay"] }, message: "expected each operation once" },
    {
      value: { journeys: "pay" },
      message: "expected a list of operations such as [pay, activate]",
    },
    { value: { amounts: [] }, message: "expected at least one amount" },
    { value: { amounts: [10, 10] }, message: "expected falling amounts such as [1000, 100]" },
    { value: { amounts: [10, 100] }, message: "expected falling amounts such as [1000, 100]" },
    { value: { amounts: [10, 0] }, message: "expected an amount above 0" },
    { value: { amounts: ["10"] }, message: "expected an amount such as 1000" },
    {
      value: { amounts: Array.from({ length: 17 }, (_, i) => 100 - i) },
      message: "expected at most 16 of them",
    },
  ])("refuses $value: $message", ({ value, message }) => {
    expect(PrioritySpec.safeParse(value).error?.issues[0]?.message).toBe(message);
  });
});
