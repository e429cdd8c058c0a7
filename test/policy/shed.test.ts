import { describe, expect, it } from "vitest";
import { Shedder, ShedSpec } from "../../src/policy/shed.ts";

/** A shedder by deadline that has seen services of these lengths. */
function mindful(servicesMs: readonly number[]): Shedder {
  const shedder = new Shedder({ deadline: true });
  for (const serviceMs of servicesMs) shedder.observed(serviceMs);
  return shedder;
}

describe("by the number that waits", () => {
  const shedder = new Shedder({ queue: 100 });

  it.each([
    { waiting: 99, shed: false },
    { waiting: 100, shed: true },
    { waiting: 101, shed: true },
  ])("$waiting that wait: turned away? $shed", ({ waiting, shed }) => {
    expect(shedder.sheds(0, Number.POSITIVE_INFINITY, waiting, 8)).toBe(shed);
  });

  it("does not look at deadlines", () => {
    shedder.observed(1_000);
    expect(shedder.sheds(500, 400, 99, 1)).toBe(false);
  });
});

describe("by the deadline", () => {
  it.each([
    { why: "a wait of 250 ms is too long for 249.9 ms", leftMs: 249.9, shed: true },
    { why: "a wait of 250 ms is not too long for 250 ms", leftMs: 250, shed: false },
    { why: "a deadline that has passed is beyond all waits", leftMs: -1, shed: true },
    { why: "who waits for ever is let in", leftMs: Number.POSITIVE_INFINITY, shed: false },
  ])("$why", ({ leftMs, shed }) => {
    // (19 + 1) x 100 ms / 8 workers = 250 ms.
    expect(mindful([100]).sheds(500, 500 + leftMs, 19, 8)).toBe(shed);
  });

  it("sheds nothing before the first service was seen", () => {
    expect(mindful([]).sheds(500, 400, 1_000_000, 1)).toBe(false);
  });

  it("does not look at how many wait", () => {
    expect(mindful([0]).sheds(0, 1, 1_000_000, 1)).toBe(false);
  });

  // By hand: 160; then 160 + (320 - 160) / 16 = 170; then 170 + (10 - 170) / 16 = 160.
  it.each([
    { servicesMs: [160], meanMs: 160 },
    { servicesMs: [160, 320], meanMs: 170 },
    { servicesMs: [160, 320, 10], meanMs: 160 },
  ])("takes services of $servicesMs ms for $meanMs ms each", ({ servicesMs, meanMs }) => {
    const shedder = mindful(servicesMs);
    expect(shedder.sheds(0, meanMs, 0, 1)).toBe(false);
    expect(shedder.sheds(0, meanMs - 0.001, 0, 1)).toBe(true);
  });
});

it("sheds by whichever is reached first", () => {
  const shedder = new Shedder({ queue: 10, deadline: true });
  shedder.observed(100);
  expect(shedder.sheds(0, 1_000, 9, 1)).toBe(false);
  expect(shedder.sheds(0, 999, 9, 1)).toBe(true);
  expect(shedder.sheds(0, Number.POSITIVE_INFINITY, 10, 1)).toBe(true);
});

describe("ShedSpec", () => {
  it.each([
    { value: {}, message: "expected at least one of queue, deadline" },
    { value: { deadline: false }, message: "expected true, or no such key" },
    { value: { queue: 0 }, message: "expected a whole number from 1" },
  ])("refuses $value: $message", ({ value, message }) => {
    expect(ShedSpec.safeParse(value).error?.issues[0]?.message).toBe(message);
  });

  it("takes either and both", () => {
    for (const value of [{ queue: 100 }, { deadline: true }, { queue: 100, deadline: true }]) {
      expect(ShedSpec.parse(value)).toEqual(value);
    }
  });
});
