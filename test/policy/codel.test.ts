import { describe, expect, it } from "vitest";
import { CoDel, CoDelSpec } from "../../src/policy/codel.ts";

const defaults = CoDelSpec.parse({});
const manyMs = 50;
const fewMs = 4.999;

/**
 * One waiter is sought each ms, from `fromMs` up to `toMs`; those that are dropped make room for the
 * next at the same instant. Returns the instants of the drops.
 */
function dropsBetween(
  codel: CoDel,
  fromMs: number,
  toMs: number,
  sojournMs: number,
  waiting = 100,
): number[] {
  const drops: number[] = [];
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 1) {
    while (codel.drops(nowMs, sojournMs, waiting)) drops.push(nowMs);
  }
  return drops;
}

describe("CoDel", () => {
  it("drops nobody while waits are below the target, however many wait", () => {
    expect(dropsBetween(new CoDel(defaults), 0, 10_000, fewMs, 1_000_000)).toEqual([]);
  });

  it("drops nobody while waits are long for less than the interval, as in a burst", () => {
    const codel = new CoDel(defaults);
    for (let fromMs = 0; fromMs < 5_000; fromMs += 100) {
      expect(dropsBetween(codel, fromMs, fromMs + 99, manyMs)).toEqual([]);
      expect(codel.drops(fromMs + 99, fewMs, 100)).toBe(false);
    }
  });

  it("never drops the last one who waits", () => {
    expect(dropsBetween(new CoDel(defaults), 0, 1_000, manyMs, 0)).toEqual([]);
  });

  // By hand: long since 0, so the first drop is at 0 + 100, and the next one is planned 100/√1 later.
  // Each drop is planned 100/√count after the plan of the one before, and falls on the next whole ms:
  //   200, +100/√2 = 270.71, +100/√3 = 328.45, +100/√4 = 378.45, +100/√5 = 423.17, +100/√6 = 463.99,
  //   +100/√7 = 501.79.
  it("drops from a standing queue at pauses of interval / √count", () => {
    const drops = dropsBetween(new CoDel(defaults), 0, 510, manyMs);
    expect(drops).toEqual([100, 200, 271, 329, 379, 424, 464, 502]);
  });

  it("takes the target itself for too long", () => {
    expect(dropsBetween(new CoDel(defaults), 0, 150, 5)).toEqual([100]);
  });

  // Planned for 200; then for 270.71 and 328.45: at 300 two are due, and the third is not.
  it("makes up for drops that were due while nobody was taken", () => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 150, manyMs)).toEqual([100]);
    expect(dropsBetween(codel, 300, 301, manyMs)).toEqual([300, 300]);
    expect(dropsBetween(codel, 301, 340, manyMs)).toEqual([329]);
  });

  it("stops as soon as one waited less than the target", () => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 250, manyMs)).toEqual([100, 200]);
    expect(codel.drops(250, fewMs, 100)).toBe(false);
    expect(dropsBetween(codel, 251, 351, manyMs)).toEqual([]);
  });

  // The first spell drops at 100, 200, 271 and 329; count is then 4, and the next plan 378.45.
  it.each([
    // 351 + 100 = 451; count 4 − 1 = 3: the second is planned for 451 + 100/√3 = 508.74.
    { why: "soon after the last, begins at its pace", againMs: 351, drops: [451, 509] },
    // 1878 + 100 = 1978, which is 1599.55 after the plan: less than 16 × 100.
    { why: "just soon enough, begins at its pace", againMs: 1_878, drops: [1_978, 2_036] },
    // 1879 + 100 = 1979, which is 1600.55 after the plan.
    { why: "long after the last, begins anew", againMs: 1_879, drops: [1_979, 2_079] },
  ])("a spell $why", ({ againMs, drops }) => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 350, manyMs)).toEqual([100, 200, 271, 329]);
    expect(codel.drops(350, fewMs, 100)).toBe(false);
    const untilMs = (drops[1] ?? 0) + 1;
    expect(dropsBetween(codel, againMs, untilMs, manyMs)).toEqual(drops);
  });

  // The one after the drop at 329 waited little, so nothing was planned after 328.45.
  it.each([
    { why: "at its pace", againMs: 1_828, drops: [1_928, 1_986] },
    { why: "anew", againMs: 1_829, drops: [1_929, 2_029] },
  ])("counts from the last drop if that ended the spell: begins $why", ({ againMs, drops }) => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 329, manyMs)).toEqual([100, 200, 271]);
    expect(codel.drops(329, manyMs, 100)).toBe(true);
    expect(codel.drops(329, fewMs, 100)).toBe(false);
    const untilMs = (drops[1] ?? 0) + 1;
    expect(dropsBetween(codel, againMs, untilMs, manyMs)).toEqual(drops);
  });

  it("begins anew after a spell of two drops, whose pace taught little", () => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 250, manyMs)).toEqual([100, 200]);
    expect(codel.drops(250, fewMs, 100)).toBe(false);
    expect(dropsBetween(codel, 251, 460, manyMs)).toEqual([351, 451]);
  });

  it.each([
    { why: "forgets a long wait when all have left", empties: true, drops: [] },
    { why: "otherwise remembers it", empties: false, drops: [105] },
  ])("$why", ({ empties, drops }) => {
    const codel = new CoDel(defaults);
    expect(codel.drops(0, manyMs, 100)).toBe(false);
    if (empties) codel.emptied();
    expect(dropsBetween(codel, 105, 106, manyMs)).toEqual(drops);
  });

  it("ends a spell when all have left", () => {
    const codel = new CoDel(defaults);
    expect(dropsBetween(codel, 0, 250, manyMs)).toEqual([100, 200]);
    codel.emptied();
    expect(dropsBetween(codel, 251, 351, manyMs)).toEqual([]);
    expect(dropsBetween(codel, 351, 352, manyMs)).toEqual([351]);
  });

  it("has other bounds where they are given", () => {
    const codel = new CoDel(CoDelSpec.parse({ target: "50.001ms", interval: "1s" }));
    expect(dropsBetween(codel, 0, 3_000, manyMs)).toEqual([]);
    const quick = new CoDel(CoDelSpec.parse({ interval: "10ms" }));
    expect(dropsBetween(quick, 0, 29, manyMs)).toEqual([10, 20, 28]);
  });
});
