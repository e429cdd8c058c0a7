import fc from "fast-check";
import { expect, it } from "vitest";
import { buildBalancer } from "../../src/policy/balancer.ts";

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "call" as const, which: 0 }) },
  { weight: 2, arbitrary: fc.nat(100).map((which) => ({ kind: "answer" as const, which })) },
);

// Goal: no request goes to a replica that has more in flight than another; among equals the one
// that comes first after the last pick is taken. Method: random calls and answers in any order,
// beside a plain list of what is in flight.
it("never asks a replica that has more in flight than another, and breaks ties in turn", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(step, { maxLength: 80 }),
      (replicaCount, steps) => {
        const balancer = buildBalancer("least-requests", replicaCount);
        const inFlight = new Array<number>(replicaCount).fill(0);
        const open: number[] = [];
        let last = replicaCount - 1;
        for (const { kind, which } of steps) {
          if (kind === "call") {
            const least = Math.min(...inFlight);
            const inTurn = inFlight.map((_, i) => (last + 1 + i) % replicaCount);
            const idle = inTurn.filter((replica) => inFlight[replica] === least);
            const picked = balancer.pick();
            expect(picked).toBe(idle[0]);
            reached.add(idle.length > 1 ? "tie" : "one least");
            balancer.started(picked);
            inFlight[picked] = (inFlight[picked] ?? 0) + 1;
            open.push(picked);
            last = picked;
          } else if (open.length > 0) {
            const [answered = 0] = open.splice(which % open.length, 1);
            balancer.ended(answered);
            inFlight[answered] = (inFlight[answered] ?? 0) - 1;
            reached.add("answer");
          }
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["tie", "one least", "answer"]));
});
