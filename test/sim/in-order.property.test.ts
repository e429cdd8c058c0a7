import { expect, it } from "vitest";
import { inOrder } from "../../src/sim/in-order.ts";
import { fc } from "../support/property.ts";

/** Lets jobs end in an order of one's own: each waits until it is its turn in `order`. */
function jobsEndingIn(order: readonly number[]) {
  const ends = new Map<number, () => void>();
  const started = new Set<number>();
  let openCount = 0;
  let openMaxCount = 0;
  /** Ends the first job in the order that is under way; false: none is. */
  const endOne = (): boolean => {
    const job = order.find((it) => ends.has(it));
    if (job === undefined) return false;
    ends.get(job)?.();
    ends.delete(job);
    return true;
  };
  const run = async (job: number): Promise<string> => {
    started.add(job);
    openCount += 1;
    openMaxCount = Math.max(openMaxCount, openCount);
    await new Promise<void>((resolve) => ends.set(job, resolve));
    return `result ${job}`;
  };
  const handedOn = () => {
    openCount -= 1;
  };
  return { run, endOne, handedOn, started, openMaxCount: () => openMaxCount };
}

// Goal: whichever job is ready first, results come in the order of the jobs, each once, and no more
// are open than allowed. Method: jobs that end in a random order, as many at a time as are open.
it("hands results on in the order of the jobs, whatever the order in which they end", async () => {
  const reached = new Set<string>();
  const order = fc
    .integer({ min: 0, max: 12 })
    .chain((count) =>
      fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
    );
  await fc.assert(
    fc.asyncProperty(order, fc.integer({ min: 1, max: 5 }), async (ends, most) => {
      const jobs = [...ends.keys()];
      const { run, endOne, handedOn, openMaxCount } = jobsEndingIn(ends);
      const results: string[] = [];
      const all = (async () => {
        for await (const result of inOrder(jobs, most, run)) {
          results.push(result);
          handedOn();
        }
        return "over";
      })();
      let state = "going on";
      all.then((it) => {
        state = it;
      });
      for (let turns = 0; state !== "over" && turns < 1_000; turns += 1) {
        endOne();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(state).toBe("over");
      expect(results).toEqual(jobs.map((job) => `result ${job}`));
      expect(openMaxCount()).toBeLessThanOrEqual(most);
      if (jobs.length === 0) reached.add("nothing to do");
      if (openMaxCount() > 1 && ends[0] !== 0) reached.add("a later one first");
      if (most === 1 && jobs.length > 1) reached.add("one at a time");
    }),
    { numRuns: 200 },
  );
  expect(reached).toEqual(new Set(["nothing to do", "a later one first", "one at a time"]));
});

it("fails with the first job that fails, after the results before it", async () => {
  const results: number[] = [];
  const run = async (job: number) => {
    if (job >= 2) throw new Error(`job ${job}`);
    return job;
  };
  const all = async () => {
    for await (const result of inOrder([0, 1, 2, 3, 4], 4, run)) results.push(result);
  };
  await expect(all()).rejects.toThrow("job 2");
  expect(results).toEqual([0, 1]);
});

it("starts nothing more when nobody wants more", async () => {
  const started: number[] = [];
  const run = async (job: number) => {
    started.push(job);
    return job;
  };
  for await (const result of inOrder([0, 1, 2, 3, 4, 5], 2, run)) if (result === 1) break;
  expect(started).toEqual([0, 1, 2]);
});
