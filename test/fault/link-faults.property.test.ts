import { expect, it } from "vitest";
import type { Fault } from "../../src/fault/fault.ts";
import { Way } from "../../src/fault/link-effects.ts";
import { LinkFaults } from "../../src/fault/link-faults.ts";
import { fc } from "../support/property.ts";

const ms = (minUs: number, maxUs: number) =>
  fc.integer({ min: minUs, max: maxUs }).map((us) => us / 1_000);
const share = fc.constantFrom(0, 0.1, 0.5, 1);
const ways = fc.constantFrom("both" as const, "asks" as const, "answers" as const);

const effect: fc.Arbitrary<Partial<Fault>> = fc.oneof(
  share.map((loss) => ({ loss })),
  share.map((reset) => ({ reset })),
  share.map((drop) => ({ drop })),
  share.map((duplicate) => ({ duplicate })),
  share.map((corrupt) => ({ corrupt })),
  ms(0, 300_000).map((latency) => ({ latency })),
  ms(0, 300_000).map((jitter) => ({ jitter })),
  fc.record({ share, by: ms(1, 500_000) }).map((reorder) => ({ reorder })),
  fc.constant({ stall: true as const }),
  ways.map((partition) => ({ partition })),
  fc.constantFrom(800, 9_600, 64_000).map((bandwidth) => ({ bandwidth })),
);

const fault: fc.Arbitrary<Fault> = fc
  .record({
    at: ms(0, 5_000_000),
    length: fc.option(ms(1, 3_000_000), { nil: undefined }),
    isPeriodic: fc.boolean(),
    way: fc.option(ways, { nil: undefined }),
    effect,
  })
  .map(({ at, length, isPeriodic, way, effect }) => {
    const every = isPeriodic && length !== undefined ? length + 400 : undefined;
    return { at, for: length, every, on: "a-b", way, ...effect };
  });

const message = fc.record({
  way: fc.constantFrom(Way.ask, Way.answer),
  afterMs: fc.oneof(fc.constant(0), ms(0, 400_000)),
  bytes: fc.integer({ min: 1, max: 2_000 }),
});

/** End of the scenario and of its drain. [ms] */
const untilMs = 60_000;

// Goal: whatever faults meet on a link, a fate is well formed, nothing arrives while a stall lasts,
// what a stall held arrives in its order, and a copy of the link decides alike. Method: random faults
// and messages; the stalls are worked out anew from the faults themselves.
it("fates are well formed, nothing arrives in a stall, and what it held keeps its order", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fault, { minLength: 1, maxLength: 5 }),
      fc.array(message, { maxLength: 60 }),
      fc.constantFrom(0, 1_234.567),
      (faults, messages, windowFromMs) => {
        const numbered = faults.map((fault, index) => ({ fault, index }));
        const options = { link: "a-b", faults: numbered, seed: "s", untilMs, windowFromMs };
        const link = new LinkFaults(options);
        const twin = new LinkFaults(options);
        const isStalled = (way: Way, runMs: number) => {
          const at = runMs + windowFromMs;
          return faults.some(({ stall, way: only, at: fromMs, for: length = 1e9, every }) => {
            const name = way === Way.ask ? "answers" : "asks";
            if (stall === undefined || only === name || at < fromMs) return false;
            const since = every === undefined ? at - fromMs : (at - fromMs) % every;
            // None begins after the end of the run.
            return since < length && at - since < untilMs;
          });
        };
        const lastHeldMs = [0, 0];
        let nowMs = 0;
        messages.forEach(({ way, afterMs, bytes }, index) => {
          nowMs = Math.round((nowMs + afterMs) * 1_000) / 1_000;
          const fate = { ...link.decide(way, 1, index, 0, nowMs, bytes) };
          expect(twin.decide(way, 1, index, 0, nowMs, bytes)).toEqual(fate);
          reached.add(fate.isDoubled ? "doubled" : fate.kind);
          expect(fate.delayMs).toBeGreaterThanOrEqual(0);
          expect(fate.delayMs).toBe(Math.round(fate.delayMs * 1_000) / 1_000);
          if (fate.isDoubled) expect([fate.kind, way]).toEqual(["delivered", Way.ask]);
          if (fate.kind === "lost") {
            expect(fate.delayMs).toBe(0);
            return;
          }
          const arrivalMs = nowMs + fate.delayMs;
          expect(arrivalMs).toBeLessThan(Number.POSITIVE_INFINITY);
          // Twice, off the edges by less than a microsecond, which rounding may miss.
          const wasShut = [-6e-4, 6e-4].map((off) => isStalled(way, arrivalMs + off));
          expect(wasShut).toContain(false);
          if (fate.kind === "reset" || !isStalled(way, nowMs + 1e-9)) return;
          expect(arrivalMs).toBeGreaterThanOrEqual(lastHeldMs[way] ?? 0);
          lastHeldMs[way] = arrivalMs;
          reached.add("held");
        });
      },
    ),
    { numRuns: 800 },
  );
  const all = ["delivered", "lost", "reset", "corrupted", "doubled", "held"];
  for (const state of all) expect(reached).toContain(state);
});
