import { describe, expect, it } from "vitest";
import { type CrashSpan, ReplicaHost } from "../../src/sim/replica-host.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";
import { HandClock } from "../support/scripted.ts";

/** A place whose replicas serve in 10 ms; `log` says who came and who is there. */
function hostUnderTest(crashes: readonly CrashSpan[]) {
  const clock = new HandClock();
  const made: ReplicaUnderTest[] = [];
  const startedMs: number[] = [];
  const build = () => {
    const it = new ReplicaUnderTest(
      "  bank: { stages: { desk: { workers: 1, time: 10ms } }, operations: { ask: [desk] } }",
      "[{ at: 59m, on: bank, down: crash }]",
      { clock },
    );
    made.push(it);
    return it.replica;
  };
  const host = new ReplicaHost(clock, build, (_, nowMs) => startedMs.push(nowMs));
  host.start(crashes);
  const alive = (atMs: number) => {
    clock.runTo(atMs);
    return host.replica === null ? "dead" : `generation ${host.generations.indexOf(host.replica)}`;
  };
  return { clock, host, made, startedMs, alive };
}

describe("the place of a replica", () => {
  it("is taken from the start, and for ever, where nothing kills it", () => {
    const { alive, startedMs } = hostUnderTest([]);
    expect([alive(0), alive(1_000_000)]).toEqual(["generation 0", "generation 0"]);
    expect(startedMs).toEqual([0]);
  });

  it("is empty during each crash, and taken by another one after it", () => {
    const { alive, host, startedMs } = hostUnderTest([
      { fromMs: 100, toMs: 200 },
      { fromMs: 300, toMs: 400 },
    ]);
    const seen = [99, 100, 199, 200, 299, 300, 400].map(alive);
    expect(seen).toEqual([
      ...["generation 0", "dead", "dead", "generation 1"],
      ...["generation 1", "dead", "generation 2"],
    ]);
    expect(new Set(host.generations).size).toBe(3);
    expect(startedMs, "its faults begin where the run is").toEqual([0, 200, 400]);
    expect(host.generations.map(({ life }) => life.isOver)).toEqual([true, true, false]);
  });

  it("is empty at first, where a crash has begun before the run", () => {
    const { alive, host } = hostUnderTest([{ fromMs: 0, toMs: 50 }]);
    expect([alive(0), alive(49), alive(50)]).toEqual(["dead", "dead", "generation 0"]);
    expect(host.generations).toHaveLength(1);
  });

  it("stays empty, where a crash has no end", () => {
    const { alive } = hostUnderTest([{ fromMs: 10, toMs: Number.POSITIVE_INFINITY }]);
    expect([alive(9), alive(10), alive(1_000_000)]).toEqual(["generation 0", "dead", "dead"]);
  });

  it("hands nothing on from one to the next", () => {
    const { clock, made } = hostUnderTest([{ fromMs: 15, toMs: 20 }]);
    const before = made[0]?.askAll(3) ?? [];
    clock.runTo(20);
    expect(before.map(({ heard }) => heard)).toEqual([["10 00"], ["15 hung up"], ["15 hung up"]]);
    const after = made[1]?.ask();
    clock.runOut();
    expect(after?.heard).toEqual(["30 00"]);
    expect(made[1]?.meter("desk").waitedMs).toEqual([0]);
  });
});
