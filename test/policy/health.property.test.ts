import { expect, it } from "vitest";
import { HealthBoard, HealthSpec } from "../../src/policy/health.ts";
import { fc } from "../support/property.ts";

const check = fc.record({ replica: fc.nat(2), ok: fc.boolean() });

// Goal: a replica changes sides exactly when as many of its own checks in a row speak against it as
// the scenario says. Method: random checks of three replicas, beside the list of each one's checks
// since its last change.
it("changes its mind after so many checks in a row, and at no other time", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(check, { maxLength: 80 }),
      (unhealthy, healthy, checks) => {
        const board = new HealthBoard(HealthSpec.parse({ unhealthy, healthy }), 3);
        const sides = [true, true, true];
        const since: boolean[][] = [[], [], []];
        let changeCount = 0;
        for (const { replica, ok } of checks) {
          const side = sides[replica] === true;
          const last = [...(since[replica] ?? []), ok].slice(side ? -unhealthy : -healthy);
          const enough = last.length === (side ? unhealthy : healthy);
          const changes = enough && last.every((it) => it !== side);
          since[replica] = changes ? [] : [...(since[replica] ?? []), ok];
          if (changes) {
            sides[replica] = !side;
            changeCount += 1;
            reached.add(side ? "falls ill" : "recovers");
          } else if (ok !== side) {
            reached.add(side ? "is doubted" : "is hoped for");
          }
          board.record(replica, ok);
          expect([...board.healthy]).toEqual(sides.map(Number));
          expect(board.changeCount).toBe(changeCount);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["falls ill", "recovers", "is doubted", "is hoped for"]));
});
