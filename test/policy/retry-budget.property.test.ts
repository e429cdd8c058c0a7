import { expect, it } from "vitest";
import { RetryBudget } from "../../src/policy/retry-budget.ts";
import { fc } from "../support/property.ts";

const step = fc.tuple(
  fc.oneof(fc.constant(0), fc.nat(300), fc.nat(2_500)),
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 8 }),
);

// Goal: in any nine tenths of a window no more retries are paid than the whole window before them
// allows: share × first attempts + floor × window; and none is refused that these nine tenths
// would allow. Method: random bursts of requests and of wishes to retry, beside plain lists.
it("never pays for more than the share and the floor of a window, nor refuses what they allow", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(0, 0.1, 0.2, 1),
      fc.constantFrom(0, 1, 3),
      fc.constantFrom(1_000, 3_000),
      fc.array(step, { maxLength: 60 }),
      (share, floor, window, steps) => {
        const budget = new RetryBudget({ share, floor, window });
        const firstsMs: number[] = [];
        const paidMs: number[] = [];
        const since = (instants: readonly number[], ms: number): number =>
          instants.filter((it) => it > ms).length;
        const reserve = (floor * window) / 1_000;
        let nowMs = 0;
        for (const [waitMs, firsts, wishes] of steps) {
          nowMs += waitMs;
          for (let i = 0; i < firsts; i += 1) {
            budget.deposit(nowMs);
            firstsMs.push(nowMs);
          }
          for (let i = 0; i < wishes; i += 1) {
            if (budget.withdraw(nowMs)) {
              paidMs.push(nowMs);
              const allowed = share * since(firstsMs, nowMs - window) + reserve;
              expect(since(paidMs, nowMs - 0.9 * window)).toBeLessThanOrEqual(allowed + 1e-6);
              reached.add("paid");
              if (paidMs.length > share * firstsMs.length + reserve) reached.add("spent anew");
            } else {
              const sure = share * since(firstsMs, nowMs - 0.9 * window) + reserve;
              expect(since(paidMs, nowMs - window) + 1).toBeGreaterThan(sure);
              reached.add("refused");
              if (share * firstsMs.length + reserve >= paidMs.length + 1) reached.add("expired");
            }
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(reached).toEqual(new Set(["paid", "spent anew", "refused", "expired"]));
});
