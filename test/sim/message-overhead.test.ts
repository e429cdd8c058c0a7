import { describe, expect, it } from "vitest";
import { simulateText } from "../support/simulated.ts";
import { simulateWorld, smallChain } from "../support/worlds.ts";

const figures = async (...args: Parameters<typeof simulateWorld>) =>
  JSON.stringify((await simulateWorld(...args)).summary);

describe("slower messages", () => {
  it("add up over the hops: four messages of a millisecond are four milliseconds", async () => {
    const calm = smallChain({ riskWorkers: 200 }); // No queue: nothing makes more of it.
    const [exact, slower] = [
      await simulateWorld(calm),
      await simulateWorld(calm, { site: "a", meanMs: 1 }),
    ];
    const mean = (it: typeof exact) => it.summary.latencyMs.mean ?? Number.NaN;
    expect(exact.summary.planned).toBeGreaterThan(800);
    // Standard error of a sum of four exponentials over 800 and more: 2 ms / 28.
    expect(mean(slower) - mean(exact)).toBeGreaterThan(4 - 4 * 0.071);
    expect(mean(slower) - mean(exact)).toBeLessThan(4 + 4 * 0.071);
  });

  it("disturb no other draw: nobody is declined who was not", async () => {
    const [exact, slower] = [
      await simulateWorld(smallChain()),
      await simulateWorld(smallChain(), { site: "a", meanMs: 1 }),
    ];
    expect(slower.summary.planned).toBe(exact.summary.planned);
    expect(slower.summary.outcomes).toEqual(exact.summary.outcomes);
  });

  it("have luck by name: the same name twice is the same run, another is not", async () => {
    const one = await figures(smallChain(), { site: "a", meanMs: 1 });
    expect(await figures(smallChain(), { site: "a", meanMs: 1 })).toBe(one);
    expect(await figures(smallChain(), { site: "b", meanMs: 1 })).not.toBe(one);
  });

  it.each([
    { why: "refuses", fault: "{ at: 2s, for: 2s, on: bank, down: refuse }" },
    { why: "hangs", fault: "{ at: 2s, for: 4s, on: bank, down: hang }" },
    { why: "is killed", fault: '{ at: 2s, for: 2s, on: "bank#1", down: crash }' },
  ])("reach nobody twice and forget nobody when the bank $why", async ({ fault }) => {
    const chain = smallChain({ faults: `faults: [${fault}]` });
    const { summary, log } = await simulateWorld(chain, { site: "a", meanMs: 2 });
    const sum = (counts: object) =>
      Object.values(counts).reduce((a: number, b: number) => a + b, 0);
    expect(sum(summary.accounting)).toBe(summary.planned);
    expect(sum(summary.outcomes)).toBe(summary.planned);
    expect(log.count).toBe(summary.planned);
    expect(summary.integrity).toMatchObject({ doubleCredited: 0, phantom: 0, missing: 0 });
  });
});

describe("what is told of each activation", () => {
  it("adds up to the record of the run", async () => {
    const { summary, log } = await simulateWorld(smallChain());
    const rows = Array.from({ length: log.count }, (_, row) => row);
    const latencies = rows.map((row) => log.latencyMsAt(row)).filter((it) => !Number.isNaN(it));
    const total = latencies.reduce((sum, it) => sum + it, 0);
    expect(log.count).toBe(summary.planned);
    expect(latencies).toHaveLength(summary.latencyMs.count);
    expect(total / latencies.length).toBeCloseTo(summary.latencyMs.mean ?? Number.NaN, 6);
    expect(rows.filter((row) => log.outcomeAt(row) === 0)).toHaveLength(summary.outcomes.credited);
    expect(new Set(rows.map((row) => log.indexAt(row))).size).toBe(summary.planned);
  });

  it("changes nothing in the run", async () => {
    const { summary } = await simulateWorld(smallChain());
    expect((await simulateText(smallChain())).summary).toEqual(summary);
  });
});
