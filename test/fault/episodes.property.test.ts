import { expect, it } from "vitest";
import { FaultCourse } from "../../src/fault/course.ts";
import { episodesOf, strengthAt } from "../../src/fault/episodes.ts";
import type { Fault } from "../../src/fault/fault.ts";
import { fc } from "../support/property.ts";

const ms = (minUs: number, maxUs: number) =>
  fc.integer({ min: minUs, max: maxUs }).map((us) => us / 1_000);
const length = ms(1, 20_000_000);

const fault: fc.Arbitrary<Fault> = fc
  .record({
    at: ms(0, 30_000_000),
    for: fc.option(length, { nil: undefined }),
    again: fc.oneof(
      fc.constant({}),
      ms(500_000, 10_000_000).map((pause) => ({ pause })),
      fc.record({ mtbf: ms(500_000, 9_000_000), mttr: ms(10_000, 5_000_000) }).map((random) => {
        return { random };
      }),
    ),
    ramp: fc.option(ms(1, 5_000_000), { nil: undefined }),
  })
  .map(({ again, ...it }) => {
    const base = { ...it, on: "bank", slow: 2 };
    if ("random" in again) return { ...base, random: again.random };
    if (!("pause" in again) || it.for === undefined) return base;
    return { ...base, every: it.for + again.pause };
  });

// Goal: episodes are in order and never touch, whatever the timing; who asks further ahead sees the
// same ones first; and a run that walks through them is at each instant as strong as the episode
// says. Method: random timings, random windows, strength asked at random instants.
it("are ordered and apart, and a walk through them is as strong as each instant says", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fault,
      fc.string({ maxLength: 4 }),
      fc.nat(5),
      ms(1, 60_000_000),
      fc.array(ms(0, 60_000_000), { maxLength: 30 }),
      ms(0, 20_000_000),
      (fault, seed, index, untilMs, asked, windowFromMs) => {
        const episodes = episodesOf(fault, seed, index, untilMs);
        episodes.forEach(({ fromMs, toMs }, n) => {
          expect(fromMs).toBeGreaterThan(episodes[n - 1]?.toMs ?? -1);
          expect(toMs).toBeGreaterThan(fromMs);
          expect(fromMs).toBeLessThan(untilMs);
          expect(fromMs).toBe(Math.round(fromMs * 1_000) / 1_000);
        });
        const further = episodesOf(fault, seed, index, untilMs + 1_000);
        expect(further.slice(0, episodes.length)).toEqual(episodes);

        const course = new FaultCourse(fault, episodes, windowFromMs);
        for (const nowMs of asked.toSorted((a, b) => a - b)) {
          course.advanceTo(nowMs);
          expect(course.nextMs).toBeGreaterThan(nowMs);
          // The instant in the scenario, kept off the edges, which a sum may miss by its last bit.
          const atMs = nowMs + windowFromMs;
          const strengths = [atMs - 1e-9, atMs + 1e-9].map((at) =>
            Math.max(0, ...episodes.map((it) => strengthAt(fault, it, at))),
          );
          expect(strengths).toContain(course.strength);
          reached.add(course.strength === 0 ? "calm" : course.strength === 1 ? "full" : "growing");
        }
        const kind = fault.random ? "random" : fault.every ? "periodic" : "single";
        reached.add(`${kind}, ${Math.min(2, episodes.length)}`);
      },
    ),
    { numRuns: 500 },
  );
  for (const state of ["calm", "full", "growing", "single, 0", "single, 1"]) {
    expect(reached).toContain(state);
  }
  for (const kind of ["periodic", "random"]) {
    for (const count of [0, 1, 2]) expect(reached).toContain(`${kind}, ${count}`);
  }
});
