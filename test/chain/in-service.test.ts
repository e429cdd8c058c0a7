import { describe, expect, it } from "vitest";
import { InService } from "../../src/chain/in-service.ts";
import { type Visit, VisitEvent } from "../../src/chain/visit.ts";
import { fc } from "../support/property.ts";
import { HandClock } from "../support/scripted.ts";

/** A visit that writes down when it was served, and leaves. */
function serve(clock: HandClock, inService: InService, ms: number, endsMs: number[]): void {
  const visit = {
    servingSlot: -1,
    servedMs: clock.nowMs() + ms,
    timer: -1,
    fire(kind: number) {
      expect(kind).toBe(VisitEvent.served);
      inService.remove(visit);
      endsMs.push(clock.nowMs());
    },
  } as unknown as Visit;
  inService.add(visit);
}

describe("what is being served", () => {
  it("goes on where it was after each thaw; to freeze twice is to freeze once", () => {
    const clock = new HandClock();
    const inService = new InService(clock);
    const endsMs: number[] = [];
    serve(clock, inService, 30, endsMs);
    const set = (atMs: number, isFrozen: boolean) => {
      clock.runTo(atMs);
      inService.setFrozen(isFrozen);
    };
    set(10, true);
    set(20, true);
    set(50, false);
    set(55, false);
    serve(clock, inService, 12, endsMs);
    set(60, true);
    set(100, false);
    clock.runOut();
    expect(endsMs).toEqual([107, 110]); // 7 ms and 10 ms were left at the last thaw.
  });

  // Goal: each takes its own time and the time for which it was frozen, no more and no less. Method:
  // services of random length begin while it is thawed, between random freezes; a plain sum beside.
  it("takes its own time besides what was frozen, in any order of ends", () => {
    const reached = new Set<string>();
    const steps = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 0, max: 20 }),
        serviceMs: fc.integer({ min: 1, max: 60 }),
        freezes: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const clock = new HandClock();
        const inService = new InService(clock);
        const frozen: { fromMs: number; toMs: number }[] = [];
        const made: { atMs: number; serviceMs: number; endsMs: number[] }[] = [];
        let frozenAtMs = Number.NaN;
        for (const { gapMs, serviceMs, freezes } of script) {
          clock.runFor(gapMs);
          const nowMs = clock.nowMs();
          if (!freezes && Number.isNaN(frozenAtMs)) {
            const endsMs: number[] = [];
            made.push({ atMs: nowMs, serviceMs, endsMs });
            serve(clock, inService, serviceMs, endsMs);
          } else if (freezes) {
            const isFrozen = Number.isNaN(frozenAtMs);
            inService.setFrozen(isFrozen);
            if (!isFrozen) frozen.push({ fromMs: frozenAtMs, toMs: nowMs });
            frozenAtMs = isFrozen ? nowMs : Number.NaN;
          }
        }
        inService.setFrozen(false);
        frozen.push({ fromMs: frozenAtMs, toMs: clock.nowMs() });
        clock.runOut();
        for (const { atMs, serviceMs, endsMs } of made) {
          let endMs = atMs + serviceMs;
          for (const { fromMs, toMs } of frozen) {
            if (fromMs >= atMs && fromMs < endMs) {
              endMs += toMs - fromMs;
              reached.add("frozen");
            }
          }
          expect(endsMs).toEqual([endMs]);
          reached.add("served");
        }
      }),
    );
    expect(reached).toEqual(new Set(["served", "frozen"]));
  });
});
