import { expect, it } from "vitest";
import { HedgeBudget, HedgeDelay } from "../../src/policy/hedge.ts";
import { fc } from "../support/property.ts";

// Goal: over any stretch of requests no more extra attempts go out than burst + share × requests.
// Method: random runs of requests and wishes to hedge; every pair of spendings is checked.
it("never lets through more than the burst and the share", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(0, 0.05, 0.07, 0.5, 1),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.nat(30), fc.nat(4)), { maxLength: 40 }),
      (share, burst, steps) => {
        const budget = new HedgeBudget({ share, burst });
        const spentAt: number[] = [];
        let requests = 0;
        for (const [more, wishes] of steps) {
          for (let i = 0; i < more; i += 1) budget.request();
          requests += more;
          for (let i = 0; i < wishes; i += 1) {
            const spends = budget.spend();
            if (spends) spentAt.push(requests);
            reached.add(spends ? "spent" : "refused");
          }
        }
        spentAt.forEach((from, i) => {
          spentAt.slice(i).forEach((to, more) => {
            expect(more + 1).toBeLessThanOrEqual(burst + share * (to - from) + 1e-6);
          });
        });
      },
    ),
  );
  expect(reached).toEqual(new Set(["spent", "refused"]));
});

// Goal: the delay is the quantile of the last thousand answers as they stood at the last estimate.
// Method: random answer times, beside a sort of a plain list.
it("waits for the quantile of the last thousand answers", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(0.5, 0.95, 0.999),
      fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 40, maxLength: 60 }),
      fc.integer({ min: 0, max: 2_000 }),
      (quantile, times, count) => {
        const delay = new HedgeDelay({ quantile });
        const seen: number[] = [];
        for (let i = 0; i < count; i += 1) {
          const ms = (times[i % times.length] ?? 0) + i;
          delay.observed(ms);
          seen.push(ms);
        }
        const estimatedAt = count < 50 ? 0 : count - ((count - 50) % 100);
        const last = seen.slice(Math.max(0, estimatedAt - 1_000), estimatedAt);
        const sorted = last.sort((a, b) => a - b);
        const known = sorted[Math.ceil(Number((quantile * sorted.length).toFixed(6))) - 1];
        expect(delay.afterMs()).toBe(known ?? Number.POSITIVE_INFINITY);
        reached.add(count < 50 ? "too few" : estimatedAt > 1_000 ? "forgetting" : "filling");
      },
    ),
    { numRuns: 200 },
  );
  expect(reached).toEqual(new Set(["too few", "forgetting", "filling"]));
});
