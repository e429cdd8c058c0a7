import { describe, expect, it } from "vitest";
import { z } from "zod";
import { QueueSpec, type Waiter, WaitingLine } from "../../src/policy/waiting-line.ts";

class Guest implements Waiter {
  readonly name: string;
  nextWaiter: Waiter | null = null;
  previousWaiter: Waiter | null = null;
  lane: number;
  isWaiting = false;

  constructor(name: string, lane = 0) {
    this.name = name;
    this.lane = lane;
  }
}

/** Pushes guests such as `a` or `b1`, whose digit is their lane. */
function lineOf(names: readonly string[], line: WaitingLine<Guest>): Guest[] {
  const guests = names.map((name) => new Guest(name, Number(name[1] ?? 0)));
  for (const guest of guests) line.push(guest);
  return guests;
}

function takeAll(line: WaitingLine<Guest>): string[] {
  return Array.from({ length: line.length }, () => line.shift()?.name ?? "nobody");
}

describe("a line", () => {
  it.each([
    { why: "takes the oldest first", lanes: 1, above: Infinity, in: "a b c d", out: "a b c d" },
    { why: "takes the newest first", lanes: 1, above: 0, in: "a b c d", out: "d c b a" },
    {
      why: "takes the newest only while more than two wait",
      lanes: 1,
      above: 2,
      in: "a b c d",
      out: "d c a b",
    },
    {
      why: "takes the lower lane first, and in it the oldest",
      lanes: 3,
      above: Infinity,
      in: "a2 b0 c1 d0 e2",
      out: "b0 d0 c1 a2 e2",
    },
    {
      why: "counts all lanes before it takes the newest of the lowest",
      lanes: 2,
      above: 3,
      in: "a0 b0 c0 d1 e1",
      out: "c0 b0 a0 d1 e1",
    },
  ])("$why", ({ lanes, above, in: names, out }) => {
    const line = new WaitingLine<Guest>(lanes, above);
    lineOf(names.split(" "), line);
    expect(takeAll(line).join(" ")).toBe(out);
    expect(line.shift()).toBeUndefined();
  });

  it.each([
    { why: "the oldest", gone: 0, left: ["b", "c"] },
    { why: "one in the middle", gone: 1, left: ["a", "c"] },
    { why: "the newest", gone: 2, left: ["a", "b"] },
  ])("lets $why go, and keeps the order of the others", ({ gone, left }) => {
    const line = new WaitingLine<Guest>();
    const guests = lineOf(["a", "b", "c"], line);
    const leaving = guests[gone] as Guest;
    line.remove(leaving);
    expect(leaving).toEqual(new Guest(leaving.name));
    expect(line.length).toBe(2);
    expect(takeAll(line)).toEqual(left);
  });

  it("takes back one that left", () => {
    const line = new WaitingLine<Guest>();
    const [a] = lineOf(["a"], line);
    expect(line.shift()).toBe(a);
    line.push(a as Guest);
    expect(takeAll(line)).toEqual(["a"]);
  });

  it("does not let the same one in twice, nor out twice, nor into a lane that is not there", () => {
    const line = new WaitingLine<Guest>(2);
    const [a] = lineOf(["a"], line);
    expect(() => line.push(a as Guest)).toThrow("it waits already");
    line.remove(a as Guest);
    expect(() => line.remove(a as Guest)).toThrow("it does not wait");
    expect(() => line.push(new Guest("b", 2))).toThrow("there is no lane 2");
  });
});

describe("QueueSpec", () => {
  it.each([
    { why: "a count is the limit", from: 200, to: { limit: 200 } },
    { why: "an object may say nothing", from: {}, to: {} },
    {
      why: "each discipline can be had with its defaults",
      from: { lifo: {}, codel: {}, priority: { journeys: ["pay"] } },
      to: {
        lifo: { above: 0 },
        codel: { target: 5, interval: 100 },
        priority: { journeys: ["pay"] },
      },
    },
    {
      why: "what is given counts",
      from: { limit: 0, lifo: { above: 50 }, codel: { target: "20ms", interval: "1s" } },
      to: { limit: 0, lifo: { above: 50 }, codel: { target: 20, interval: 1_000 } },
    },
  ])("$why", ({ from, to }) => {
    expect(QueueSpec.parse(from)).toEqual(to);
  });

  const expected =
    "expected a whole number such as 200, or an object such as { limit: 200, codel: {} }";

  it.each([
    { value: "long", message: expected },
    { value: 1.5, message: expected },
    { value: null, message: expected },
    { value: undefined, message: expected },
    { value: -1, message: "expected a whole number from 0" },
    { value: { limitt: 200 }, message: 'Unrecognized key: "limitt"' },
    { value: { lifo: { above: -1 } }, message: "expected a whole number from 0" },
    {
      value: { codel: { target: "1s" } },
      message: "expected an interval of at least the target",
    },
  ])("refuses $value: $message", ({ value, message }) => {
    expect(QueueSpec.safeParse(value).error?.issues[0]?.message).toBe(message);
  });

  it("has a JSON Schema of what is written, which takes the short form and the long one", () => {
    const schema = z.toJSONSchema(z.strictObject({ queue: QueueSpec.optional() }), { io: "input" });
    const checker = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    for (const queue of [200, {}, { limit: 200, codel: { target: "5ms" }, lifo: { above: 9 } }]) {
      expect(checker.safeParse({ queue }).error, JSON.stringify(queue)).toBeUndefined();
    }
    for (const queue of ["200", -1, { codel: { target: 5 } }, { fifo: {} }]) {
      expect(checker.safeParse({ queue }).success, JSON.stringify(queue)).toBe(false);
    }
  });
});
