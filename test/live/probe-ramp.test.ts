import { describe, expect, it } from "vitest";
import { nextConnections } from "../../src/live/probe-ramp.ts";

/** Plays a ramp against a station that is either at its worker limit or not. */
function rampAgainst(workers: number, refusedFrom = Number.POSITIVE_INFINITY): readonly number[] {
  const steps: Parameters<typeof nextConnections>[0][number][] = [];
  for (;;) {
    const connections = nextConnections(steps);
    if (connections === undefined) return steps.map((step) => step.connections);
    const throughputPerSecond = Math.min(connections, workers) * 100;
    const answeredOtherCount = connections >= refusedFrom ? 900 : 0;
    const latencyMeanMs = (connections / throughputPerSecond) * 1_000;
    steps.push({
      connections,
      throughputPerSecond,
      latencyMeanMs,
      answerCount: 1_000,
      answeredOtherCount,
    });
  }
}

describe("nextConnections", () => {
  it.each([
    { why: "one worker", workers: 1, ramp: [1, 2, 4] },
    { why: "four workers", workers: 4, ramp: [1, 2, 4, 8, 16, 3, 6] },
    { why: "ten workers", workers: 10, ramp: [1, 2, 4, 8, 16, 32, 64, 10, 15] },
    { why: "more than it tries", workers: 500, ramp: [1, 2, 4, 8, 16, 32, 64, 48] },
  ])("doubles until flat, then looks around the knee: $why", ({ workers, ramp }) => {
    expect(rampAgainst(workers)).toEqual(ramp);
  });

  it("stops doubling where the target refuses most requests", () => {
    expect(rampAgainst(8, 16)).toEqual([1, 2, 4, 8, 16, 6, 12]);
  });
});
