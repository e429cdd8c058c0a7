import { describe, expect, it } from "vitest";
import { episodesOf } from "../../src/fault/episodes.ts";
import { Fault } from "../../src/fault/fault.ts";
import { describeTrafficEffects } from "../../src/fault/traffic-effects.ts";
import { TrafficTroubles } from "../../src/fault/traffic-troubles.ts";
import { fc } from "../support/property.ts";
import { countOf, expectShare } from "../support/share.ts";

const hour = 3_600_000;
const numbers = Array.from({ length: 10_000 }, (_, index) => index);

/** What befalls the stream `activations`, by the words of a scenario. */
function troublesOf(
  faults: readonly object[],
  { stream = "activations", fromMs = 0, untilMs = hour, seed = "1" } = {},
): TrafficTroubles {
  const parsed = faults.map((it) => Fault.parse(it));
  return new TrafficTroubles(parsed, stream, seed, fromMs, untilMs);
}

const forgedIn = (it: TrafficTroubles, atMs: number) =>
  numbers.filter((index) => it.forges(7, index, atMs));

describe("a fault of the traffic", () => {
  it.each([
    { why: "not a moment before it begins", atMs: 9_999.999, strikes: false },
    { why: "from its beginning", atMs: 10_000, strikes: true },
    { why: "to its last moment", atMs: 14_999.999, strikes: true },
    { why: "no more when it ends", atMs: 15_000, strikes: false },
    { why: "not between two of its times", atMs: 39_000, strikes: false },
    { why: "again, where it comes again", atMs: 42_000, strikes: true },
  ])("strikes $why", ({ atMs, strikes }) => {
    const when = { at: "10s", for: "5s", every: "30s", on: "traffic" };
    const troubles = troublesOf([
      { ...when, forged: "100%" },
      { ...when, losesPart: { part: "code" } },
      { ...when, skew: { by: "2s" } },
    ]);
    expect(troubles.forges(7, 1, atMs)).toBe(strikes);
    expect(troubles.lostParts(7, 1, atMs).code).toBe(strikes);
    expect(troubles.skewMs(7, 1, atMs)).toBe(strikes ? 2_000 : 0);
  });

  it.each([
    { why: "all traffic", on: "traffic", strikes: true },
    { why: "this stream", on: "traffic.activations", strikes: true },
    { why: "another stream", on: "traffic.payments", strikes: false },
    { why: "a stream whose name begins alike", on: "traffic.activations-too", strikes: false },
  ])("on $why strikes it: $strikes", ({ on, strikes }) => {
    const troubles = troublesOf([{ at: "0s", on, forged: "100%" }]);
    expect(troubles.forges(7, 1, 5)).toBe(strikes);
  });

  it("strikes its share of the activations, others in other streams", () => {
    const troubles = troublesOf([{ at: "0s", on: "traffic", forged: "20%" }]);
    const struck = forgedIn(troubles, 5);
    expectShare(struck.length, numbers.length, 0.2);
    expect(forgedIn(troubles, 900_000), "by their numbers, not by when they are due").toEqual(
      struck,
    );
    const both = countOf(struck, (index) => troubles.forges(8, index, 5));
    expectShare(both, struck.length, 0.2, "struck in both");
  });

  it("has luck of its own, and so has each of its effects", () => {
    const share = "50%";
    const both = { forged: share, losesPart: { part: "link", share } };
    const troubles = troublesOf([
      { at: "0s", on: "traffic", ...both },
      { at: "0s", on: "traffic", skew: { by: "1s", share } },
      { at: "0s", on: "traffic", skew: { by: "10s", share } },
    ]);
    const kinds = numbers.map((index) => {
      const isForged = troubles.forges(7, index, 5);
      const { link } = troubles.lostParts(7, index, 5);
      return `${isForged} ${link} ${troubles.skewMs(7, index, 5)}`;
    });
    const reached = new Set(kinds);
    expect(reached.size).toBe(2 * 2 * 4);
    for (const kind of reached) {
      expectShare(
        countOf(kinds, (it) => it === kind),
        numbers.length,
        1 / 16,
        kind,
      );
    }
  });

  it("adds up with others: clocks go ahead by both, and both parts are missing", () => {
    const troubles = troublesOf([
      { at: "0s", on: "traffic", skew: { by: "1s" }, losesPart: { part: "link" } },
      { at: "0s", on: "traffic", skew: { by: "10s" }, losesPart: { part: "captcha" } },
    ]);
    expect(troubles.skewMs(7, 1, 5)).toBe(11_000);
    expect(troubles.lostParts(7, 1, 5)).toEqual({ link: true, captcha: true, code: false });
  });

  it("grows, where it has a ramp", () => {
    const troubles = troublesOf([{ at: "0s", ramp: "20s", on: "traffic", forged: "80%" }]);
    const [early, later, full] = [500, 10_500, 30_000].map((atMs) => forgedIn(troubles, atMs));
    expectShare(early?.length ?? 0, numbers.length, 0.8 * 0.025);
    expectShare(later?.length ?? 0, numbers.length, 0.8 * 0.525);
    expectShare(full?.length ?? 0, numbers.length, 0.8);
    const wasStruck = new Set(full);
    expect(
      later?.filter((it) => !wasStruck.has(it)),
      "who is struck stays so",
    ).toEqual([]);
  });

  it("counts from the start of the scenario, wherever the run begins", () => {
    const fault = { at: "60s", for: "5s", on: "traffic", forged: "100%" };
    const troubles = troublesOf([fault], { fromMs: 50_000 });
    const struck = [9_999, 10_000, 14_999, 15_000].map((atMs) => troubles.forges(7, 1, atMs));
    expect(struck).toEqual([false, true, true, false]);
  });

  it("is drawn anew under another seed, and by its place in the whole list", () => {
    const fault = { at: "0s", on: "traffic", forged: "50%" };
    const struck = forgedIn(troublesOf([fault]), 5);
    expect(forgedIn(troublesOf([fault], { seed: "2" }), 5)).not.toEqual(struck);
    const second = troublesOf([{ at: "0s", on: "bank", slow: "2x" }, fault]);
    expect(forgedIn(second, 5)).not.toEqual(struck);
  });

  it("that is none of who activates does nothing to them", () => {
    const troubles = troublesOf([
      { at: "0s", on: "traffic", surge: "3x" },
      { at: "0s", on: "bank", slow: "2x" },
      { at: "0s", on: "traffic", forged: "0%" },
    ]);
    expect(forgedIn(troubles, 5)).toEqual([]);
    expect([troubles.skewMs(7, 1, 5), troubles.lostParts(7, 1, 5)]).toEqual([
      0,
      { link: false, captcha: false, code: false },
    ]);
  });
});

// Goal: an activation is struck if it is due in one of the fault's episodes, and only then. Method:
// faults that come at random and again and again, beside a search through all of their episodes.
it("strikes within its episodes and nowhere else, however many there are", () => {
  const reached = new Set<boolean>();
  const timing = fc.oneof(
    fc.record({ mtbf: fc.integer({ min: 5, max: 60 }), mttr: fc.integer({ min: 5, max: 60 }) }),
    fc.record({ every: fc.integer({ min: 30, max: 90 }), for: fc.integer({ min: 1, max: 30 }) }),
  );
  fc.assert(
    fc.property(timing, fc.array(fc.nat(hour), { minLength: 20 }), (it, instants) => {
      const fault = Fault.parse({
        ...{ at: "7s", on: "traffic", forged: "100%" },
        ...("mtbf" in it
          ? { random: { mtbf: `${it.mtbf}s`, mttr: `${it.mttr}s` } }
          : { every: `${it.every}s`, for: `${it.for}s` }),
      });
      const episodes = episodesOf(fault, "1", 0, hour);
      const troubles = new TrafficTroubles([fault], "activations", "1", 0, hour);
      for (const atMs of instants) {
        const isWithin = episodes.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
        expect(troubles.forges(7, 1, atMs)).toBe(isWithin);
        reached.add(isWithin);
      }
    }),
  );
  expect(reached.size).toBe(2);
});

describe("a fault of the traffic in a reader's words", () => {
  it.each([
    { effects: { forged: 0.3 }, words: ["30 % forged"] },
    { effects: { losesPart: { part: "captcha", share: 1 } }, words: ["page without captcha"] },
    {
      effects: { losesPart: { part: "link", share: 0.25 } },
      words: ["page without link for 25 %"],
    },
    { effects: { skew: { by: 90_000, share: 1 } }, words: ["clocks 1m30s ahead"] },
    { effects: { skew: { by: 2_000, share: 0.5 } }, words: ["clocks 2s ahead for 50 %"] },
    { effects: {}, words: [] },
  ] as const)("is $words", ({ effects, words }) => {
    expect(describeTrafficEffects(effects)).toEqual(words);
  });
});
