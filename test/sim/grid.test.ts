import { describe, expect, it, onTestFinished } from "vitest";
import { RunError, UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { CaseTotal } from "../../src/sim/case-total.ts";
import { type GridOptions, openGrid } from "../../src/sim/grid.ts";
import { errorFromWire, errorToWire, type GridJob } from "../../src/sim/grid-wire.ts";
import { inOrder } from "../../src/sim/in-order.ts";
import { simulate } from "../../src/sim/simulate.ts";

const text = `
name: gridded
duration: 20s
drain: 5s
traffic:
  asks: { calls: bank.serve, arrivals: { poisson: { rate: 40/s } }, patience: { wait: 400ms, retries: 1 } }
services:
  bank:
    stages: { serve: { workers: 2, time: { exponential: { mean: 45ms } }, queue: 20, posts: true } }
    operations: { serve: [serve] }
advance: { after: 300ms, fee: 1% }
variants:
  one-more: { services.bank.stages.serve.workers: 3 }
`;
const loaded = parseScenario(text, "gridded.yaml");
const cases = [loaded.baseline, ...loaded.variants];

function jobOf(place: number, seedIndex: number, more: Partial<GridJob> = {}): GridJob {
  const { name: variant, scenario } = cases[place] ?? loaded.baseline;
  const { duration } = scenario;
  const span = { scenarioMs: duration, fromMs: 0, toMs: duration };
  return { scenario, file: "gridded.yaml", variant, span, seedIndex, ...more };
}

function opened(options: GridOptions) {
  const grid = openGrid(options);
  onTestFinished(() => grid.close());
  return grid;
}

/** What a case comes to, run in the plainest way. */
function plain({ scenario, variant, span }: GridJob, seeds: number, firstSeed = 0) {
  const openTrace = () => {
    throw new Error("there is no trace");
  };
  return simulate({ scenario, variant, span, seeds, firstSeed, openTrace });
}

describe("a grid", () => {
  it.each([1, 2, 3])(
    "with %i workers comes to what one run after the other does",
    async (workers) => {
      const grid = opened({ workers });
      const seeds = 4;
      for (const place of cases.keys()) {
        const total = new CaseTotal(jobOf(place, 0));
        const jobs = Array.from({ length: seeds }, (_, index) => jobOf(place, index));
        for await (const part of inOrder(jobs, 4, (job) => grid.record(job))) {
          if (part === null) throw new Error("nobody has stopped it");
          total.add(part);
        }
        const { record: _, ...gridded } = total.simulated();
        const { record: __, ...expected } = await plain(jobOf(place, 0), seeds);
        expect(JSON.stringify(gridded)).toBe(JSON.stringify(expected));
        expect(gridded.summary.money?.advance?.count).toBeGreaterThan(0);
      }
    },
  );

  it.each([1, 2])("with %i workers gives figures of several seeds pooled", async (workers) => {
    const grid = opened({ workers });
    const job = jobOf(0, 2, { seedCount: 3 });
    const found = await grid.figures(job);
    const { summary, runs, eventCount, openCount } = await plain(job, 3, 2);
    const { series: _, ...figures } = summary;
    expect(found).toEqual({
      figures,
      runs: runs.map(({ series: __, ...it }) => it),
      ...{ isPartial: false, eventCount, openCount },
    });
  });

  it.each([1, 2])("with %i workers hands an error of ours on as what it is", async (workers) => {
    const grid = opened({ workers });
    const broken = { ...loaded.baseline.scenario, services: {} };
    const error = await grid.figures(jobOf(0, 0, { scenario: broken })).catch((it) => it);
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toMatch(/simulate\.[jt]s/);
    expect(await grid.figures(jobOf(0, 0))).not.toBeNull();
  });

  it.each([1, 2])("with %i workers hands the user's error on as the user's", async (workers) => {
    const grid = opened({ workers });
    const played = text.replace("poisson: { rate: 40/s }", "trace: { file: none.csv }");
    const { scenario } = parseScenario(played, "gridded.yaml").baseline;
    const error = await grid.record(jobOf(0, 0, { scenario })).catch((it) => it);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.code).toBe("TRACE_UNREADABLE");
  });

  it.each([1, 2])("with %i workers begins nothing once it is stopped", async (workers) => {
    const controller = new AbortController();
    const grid = opened({ workers, signal: controller.signal });
    expect(await grid.figures(jobOf(0, 0))).toMatchObject({ isPartial: false });
    controller.abort();
    expect(await grid.figures(jobOf(0, 1))).toBeNull();
    expect(await grid.record(jobOf(0, 1))).toBeNull();
  });

  it.each([1, 2])("with %i workers ends what is under way where it is", async (workers) => {
    const controller = new AbortController();
    const grid = opened({ workers, signal: controller.signal });
    const hour = { ...loaded.baseline.scenario, duration: 100 * 3_600_000 };
    const span = { scenarioMs: hour.duration, fromMs: 0, toMs: hour.duration };
    const ratios: number[] = [];
    const found = await grid.figures(jobOf(0, 0, { scenario: hour, span }), {
      onProgress: (ratio) => {
        ratios.push(ratio);
        controller.abort();
      },
    });
    expect(found?.isPartial).toBe(true);
    expect(found?.figures.planned).toBeGreaterThan(1_000);
    expect(ratios[0]).toBeGreaterThan(0);
    expect(ratios[0]).toBeLessThan(1);
  });
});

describe("errors on their way between threads", () => {
  const travel = (error: unknown) => errorFromWire(structuredClone(errorToWire(error)));

  it("keep their class, and one of ours its stack", () => {
    const problem = { what: "no", hint: "yes", at: { file: "a", line: 1, column: 2 } };
    expect(travel(new UsageError("CODE", [problem]))).toEqual(new UsageError("CODE", [problem]));
    expect(travel(new RunError("late", "wait"))).toEqual(new RunError("late", "wait"));
    const bug = new TypeError("a bug");
    expect(travel(bug)).toMatchObject({ name: "TypeError", message: "a bug", stack: bug.stack });
    expect(travel("thrown text").message).toBe("thrown text");
  });
});
