import { describe, expect, it } from "vitest";
import { crashEpisodes } from "../../src/fault/crash.ts";
import { episodesOf } from "../../src/fault/episodes.ts";
import { Fault } from "../../src/fault/fault.ts";

function faults(...written: readonly object[]): Fault[] {
  return written.map((it) =>
    Fault.parse({ at: "10s", for: "5s", on: "bank", down: "crash", ...it }),
  );
}

/** Of a replica in a run of the second to the fourth ten seconds, as `from-to` in ms. */
function crashes(list: readonly Fault[], service = "bank", number = 1): string[] {
  return crashEpisodes(list, "1", service, number, 10_000, 40_000).map(
    ({ fromMs, toMs }) => `${fromMs}-${toMs}`,
  );
}

describe("crashEpisodes", () => {
  it.each([
    { why: "a crash of the service", list: [{}], seen: ["0-5000"] },
    { why: "its own crash", list: [{ on: "bank#1" }], seen: ["0-5000"] },
    { why: "not that of another replica", list: [{ on: "bank#2" }], seen: [] },
    { why: "not that of another service", list: [{ on: "operator" }], seen: [] },
    { why: "no other way to be down", list: [{ down: "freeze" }], seen: [] },
    { why: "no slow service", list: [{ down: undefined, slow: "2x" }], seen: [] },
    { why: "what began before the run", list: [{ at: "8s", for: "3s" }], seen: ["0-1000"] },
    { why: "not what was over before", list: [{ at: "5s" }], seen: [] },
    { why: "what outlasts the run", list: [{ at: "39s" }], seen: ["29000-30000"] },
    { why: "what never ends", list: [{ at: "20s", for: undefined }], seen: ["10000-30000"] },
    { why: "not what begins with the end", list: [{ at: "40s" }], seen: [] },
    {
      why: "two that overlap as one",
      list: [
        { at: "20s", for: "6s" },
        { at: "24s", on: "bank#1" },
      ],
      seen: ["10000-19000"],
    },
    {
      why: "two that touch as one",
      list: [{ at: "20s" }, { at: "25s" }],
      seen: ["10000-20000"],
    },
    {
      why: "what comes again and again",
      list: [{ at: "2s", for: "2s", every: "10s" }],
      seen: ["2000-4000", "12000-14000", "22000-24000"],
    },
  ])("has $why", ({ list, seen }) => {
    expect(crashes(faults(...list))).toEqual(seen);
  });

  it("draws random crashes for the fault's place in the whole list", () => {
    const random = { random: { mtbf: "4s", mttr: "1s" }, at: "10s", for: undefined };
    const list = faults({ on: "operator", down: "hang" }, random);
    const [, crash] = list;
    expect(crash).toBeDefined();
    const episodes = crash === undefined ? [] : episodesOf(crash, "1", 1, 40_000);
    expect(episodes.length).toBeGreaterThan(2);
    expect(crashes(list)).toEqual(
      episodes.map(({ fromMs, toMs }) => {
        return `${fromMs - 10_000}-${Math.min(40_000, toMs) - 10_000}`;
      }),
    );
  });
});
