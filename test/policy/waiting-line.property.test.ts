import { expect, it } from "vitest";
import { type Waiter, WaitingLine } from "../../src/policy/waiting-line.ts";
import { fc } from "../support/property.ts";

class Guest implements Waiter {
  nextWaiter: Waiter | null = null;
  previousWaiter: Waiter | null = null;
  lane = 0;
  isWaiting = false;
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.nat(3).map((lane) => ({ kind: "push" as const, at: lane })) },
  { weight: 3, arbitrary: fc.constant({ kind: "shift" as const, at: 0 }) },
  { weight: 2, arbitrary: fc.nat(100).map((at) => ({ kind: "remove" as const, at })) },
);
const above = fc.constantFrom(0, 1, 4, Number.POSITIVE_INFINITY);

// Goal: it is a plain list of those who wait, from which the lowest lane's oldest, or newest under
// overload, is taken. Method: random pushes, shifts and removals beside such a list, with guests who
// come back, for the links of the last time must not show.
it("does what a list does that is searched each time", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      above,
      fc.array(step, { maxLength: 120 }),
      (laneCount, lifoAbove, steps) => {
        const line = new WaitingLine<Guest>(laneCount, lifoAbove);
        const waiting: Guest[] = [];
        const away: Guest[] = [];
        const next = (): Guest | undefined => {
          const lane = Math.min(...waiting.map((it) => it.lane));
          const first = waiting.filter((it) => it.lane === lane);
          if (first.length > 1) reached.add(waiting.length > lifoAbove ? "newest" : "oldest");
          if (waiting.some((it) => it.lane > lane)) reached.add("several lanes");
          return waiting.length > lifoAbove ? first.at(-1) : first[0];
        };
        const leaves = (guest: Guest): void => {
          waiting.splice(waiting.indexOf(guest), 1);
          away.push(guest);
          const { nextWaiter, previousWaiter, isWaiting } = guest;
          expect([nextWaiter, previousWaiter, isWaiting]).toEqual([null, null, false]);
        };
        for (const { kind, at } of steps) {
          if (kind === "push") {
            if (away.length > 0) reached.add("came back");
            const guest = away.shift() ?? new Guest();
            guest.lane = at % laneCount;
            line.push(guest);
            waiting.push(guest);
          } else if (kind === "shift") {
            const expected = next();
            const taken = line.shift();
            expect(taken).toBe(expected);
            if (taken === undefined) reached.add("nobody");
            else leaves(taken);
          } else if (waiting.length > 0) {
            const guest = waiting[at % waiting.length] as Guest;
            line.remove(guest);
            const lane = waiting.filter((it) => it.lane === guest.lane);
            const isInside = guest !== lane[0] && guest !== lane.at(-1);
            reached.add(isInside ? "left from inside" : "left from an end");
            leaves(guest);
          }
          expect(line.length).toBe(waiting.length);
          expect(waiting.every((it) => it.isWaiting)).toBe(true);
        }
        for (let left = waiting.length; left > 0; left -= 1) {
          const expected = next();
          expect(line.shift()).toBe(expected);
          leaves(expected as Guest);
        }
        expect(line.shift()).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
  const order = ["oldest", "newest", "several lanes", "nobody"];
  expect(reached).toEqual(new Set([...order, "came back", "left from inside", "left from an end"]));
});

// Goal: without any discipline the line is the plain queue that it replaces. Method: random runs of
// arrivals and departures, beside a list that is pushed at one end and shifted at the other.
it("is first in, first out when nothing else is said", () => {
  const runs = fc.array(fc.tuple(fc.nat(25), fc.nat(25)), { maxLength: 20 });
  let longest = 0;
  fc.assert(
    fc.property(runs, (steps) => {
      const line = new WaitingLine<Guest>();
      const list: Guest[] = [];
      for (const [pushCount, shiftCount] of steps) {
        for (let i = 0; i < pushCount; i += 1) {
          const guest = new Guest();
          line.push(guest);
          list.push(guest);
        }
        longest = Math.max(longest, list.length);
        for (let i = 0; i < shiftCount; i += 1) expect(line.shift()).toBe(list.shift());
        expect(line.length).toBe(list.length);
      }
    }),
    { numRuns: 200 },
  );
  expect(longest).toBeGreaterThan(30);
});
