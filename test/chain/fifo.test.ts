import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "../../src/chain/fifo.ts";

describe("Fifo", () => {
  it("gives back in the order in which it was given, beyond its first size", () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 1_000; i += 1) fifo.push(i);
    expect(fifo.length).toBe(1_000);
    expect(Array.from({ length: 1_000 }, () => fifo.shift())).toEqual([...Array(1_000).keys()]);
  });

  it("has nothing to give when it is empty, and is none the worse for being asked", () => {
    const fifo = new Fifo<string>();
    expect(fifo.shift()).toBeUndefined();
    expect(fifo.length).toBe(0);
    fifo.push("a");
    expect(fifo.shift()).toBe("a");
    expect(fifo.shift()).toBeUndefined();
  });

  // Goal: it is a plain list that is pushed at one end and shifted at the other. Method: random
  // runs of pushes and shifts, long enough that the ring turns over and grows while turned.
  it("does what a list does", () => {
    const reached = new Set<string>();
    const runs = fc.array(fc.tuple(fc.nat(25), fc.nat(25)), { maxLength: 20 });
    fc.assert(
      fc.property(runs, (steps) => {
        const fifo = new Fifo<number>();
        const list: number[] = [];
        let next = 0;
        let shifted = 0;
        for (const [pushCount, shiftCount] of steps) {
          for (let i = 0; i < pushCount; i += 1) {
            fifo.push(next);
            list.push(next);
            next += 1;
          }
          if (list.length > 16 && shifted > 0) reached.add("grown while turned");
          for (let i = 0; i < shiftCount; i += 1) {
            if (list.length === 0) reached.add("empty");
            else shifted += 1;
            expect(fifo.shift()).toBe(list.shift());
          }
          expect(fifo.length).toBe(list.length);
        }
      }),
      { numRuns: 200 },
    );
    expect(reached).toEqual(new Set(["grown while turned", "empty"]));
  });
});
