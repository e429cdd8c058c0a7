import { describe, expect, it } from "vitest";
import {
  type FitStep,
  fitStation,
  renderStationFit,
  renderStationYaml,
} from "../../src/analysis/station-fit.ts";
import { buildDistribution, type DurationDistribution } from "../../src/kernel/distribution.ts";
import { draw } from "../../src/kernel/draw.ts";
import { RunError } from "../../src/kernel/errors.ts";

type Target = Readonly<{
  workers: number;
  time: DurationDistribution;
  /** HTTP and network: spent outside the workers. [ms] */
  overheadMs?: number;
  /** Each step is slowed by up to this much, as a busy machine would. [ratio] */
  noiseRatio?: number;
}>;

const doublings = [1, 2, 4, 8, 16, 32, 64];
const samples = 2_000;

/** Simulates one step: `connections` that never pause before a queue with `workers` servers. */
function step(target: Target, connections: number): FitStep {
  const service = buildDistribution(target.time);
  const slow = 1 + (target.noiseRatio ?? 0) * draw(1, 0, connections, 0);
  const sentAtMs = new Array<number>(connections).fill(0);
  const freeAtMs = new Array<number>(target.workers).fill(0);
  const latenciesMs: number[] = [];
  let endMs = 0;
  for (let i = 0; i < samples; i += 1) {
    const sender = argmin(sentAtMs);
    const worker = argmin(freeAtMs);
    const overheadMs = (target.overheadMs ?? 0) * slow;
    const sentMs = sentAtMs[sender] ?? 0;
    const startMs = Math.max(sentMs + overheadMs, freeAtMs[worker] ?? 0);
    const doneMs = startMs + service.quantile(draw(2, 0, i, 0)) * slow;
    freeAtMs[worker] = doneMs;
    sentAtMs[sender] = doneMs;
    latenciesMs.push(doneMs - sentMs);
    endMs = Math.max(endMs, doneMs);
  }
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    connections,
    throughputPerSecond: (samples / endMs) * 1_000,
    latencyMeanMs: latenciesMs.reduce((sum, it) => sum + it, 0) / samples,
    latencyP50Ms: sorted[samples / 2] ?? null,
    latencyP99Ms: sorted[samples * 0.99] ?? null,
  };
}

function argmin(values: readonly number[]): number {
  let least = 0;
  values.forEach((value, index) => {
    if (value < (values[least] ?? 0)) least = index;
  });
  return least;
}

const rampOf = (target: Target, connections: readonly number[] = doublings) =>
  connections.map((it) => step(target, it));

/** A step by its numbers. */
const plain = (connections: number, throughputPerSecond: number): FitStep => ({
  connections,
  throughputPerSecond,
  latencyMeanMs: (connections / throughputPerSecond) * 1_000,
});

describe("fitStation", () => {
  const busy = { overheadMs: 0.8, noiseRatio: 0.06 };
  it.each([
    { why: "one worker", workers: 1, serviceMs: 10, rest: {} },
    { why: "two workers", workers: 2, serviceMs: 10, rest: {} },
    { why: "four workers", workers: 4, serviceMs: 10, rest: {} },
    { why: "sixteen workers", workers: 16, serviceMs: 10, rest: {} },
    { why: "one worker on a busy machine", workers: 1, serviceMs: 10, rest: busy },
    { why: "two workers on a busy machine", workers: 2, serviceMs: 10, rest: busy },
    { why: "four workers on a busy machine", workers: 4, serviceMs: 10, rest: busy },
    { why: "sixteen workers on a busy machine", workers: 16, serviceMs: 10, rest: busy },
    { why: "four slow workers", workers: 4, serviceMs: 400, rest: busy },
    {
      why: "a fast worker with HTTP in its way",
      workers: 4,
      serviceMs: 4,
      rest: { overheadMs: 0.5 },
    },
  ])("finds $why, each figure within 15 %", ({ workers, serviceMs, rest }) => {
    const fit = fitStation(rampOf({ workers, time: serviceMs, ...rest }));
    expect(Math.abs(fit.workers / workers - 1)).toBeLessThanOrEqual(0.15);
    expect(Math.abs(fit.serviceMs / serviceMs - 1)).toBeLessThanOrEqual(0.15);
    expect(Math.abs(fit.maxPerSecond / ((workers / serviceMs) * 1_000) - 1)).toBeLessThan(0.08);
    expect(fit).toMatchObject({ saturated: true, time: { kind: "constant" } });
    expect(fit.residualRatio).toBeLessThan(0.1);
  });

  it("finds workers and mean of a service that varies", () => {
    const time = { exponential: { mean: 20 } };
    const fit = fitStation(rampOf({ workers: 6, time, overheadMs: 0.5 }));
    expect(fit.workers).toBe(6);
    expect(fit.serviceMs / 20).toBeCloseTo(1, 1);
    expect(fit.time).toEqual({ kind: "exponential", meanMs: fit.serviceMs });
  });

  it("keeps the mean of a lognormal service, and its spread", () => {
    const time = { lognormal: { median: 10, p99: 35 } };
    const fit = fitStation(rampOf({ workers: 3, time }));
    expect(fit.workers).toBe(3);
    expect(fit.time.kind).toBe("lognormal");
    if (fit.time.kind !== "lognormal") return;
    expect(fit.time.medianMs / 10).toBeCloseTo(1, 1);
    expect(fit.time.p99Ms / 35).toBeCloseTo(1, 1);
  });

  it("says at least, when throughput grew until the end", () => {
    const fit = fitStation(rampOf({ workers: 16, time: 10 }, [1, 2, 4, 8]));
    expect(fit).toMatchObject({ saturated: false, workers: 8 });
    expect(fit.serviceMs).toBeCloseTo(10, 1);
    expect(fit.note).toMatch(/may be more workers/);
    expect(renderStationYaml(fit)).toBe(
      "stage: { workers: 8, time: 10ms } # at least so many workers: the ramp did not saturate them",
    );
    expect(renderStationFit(fit)).toMatch(
      /^at least 8 workers, 10ms each: at least 800 answers\/s/,
    );
  });

  it("takes a known round trip off before it counts workers", () => {
    const far = rampOf({ workers: 4, time: 10, overheadMs: 5 });
    expect(fitStation(far).workers).toBe(6);
    const fit = fitStation(far, { connectMs: 5 });
    expect(fit.workers).toBe(4);
    expect(fit.serviceMs).toBeCloseTo(10, 0);
    expect(fit.overheadMs).toBeCloseTo(5, 0);
  });

  it("goes by the median where only a busy machine makes a steady service vary", () => {
    const delayed = rampOf({ workers: 4, time: 10 }).map((it) =>
      it.connections > 2
        ? it
        : { ...plain(it.connections, it.connections * 77), latencyP50Ms: 11.2, latencyP99Ms: 22 },
    );
    expect(fitStation(delayed).workers).toBe(4);
    const unknown = delayed.map(({ latencyP50Ms: _, ...rest }) => rest);
    expect(fitStation(unknown).workers).toBe(5);
  });

  describe("with the server's own times", () => {
    /** A ramp whose server tells what it spends; the client sees `overheadMs` more. */
    const told = (target: Target & { overheadMs: number }, connections = doublings) =>
      rampOf(target, connections).map((it) => ({
        ...it,
        serverMeanMs: (it.latencyMeanMs ?? 0) - target.overheadMs,
        serverP50Ms: (it.latencyP50Ms ?? 0) - target.overheadMs,
        serverP99Ms: (it.latencyP99Ms ?? 0) - target.overheadMs,
      }));
    const untold = (steps: readonly FitStep[]) =>
      steps.map((it) => ({ ...it, serverMeanMs: null, serverP50Ms: null, serverP99Ms: null }));

    it.each([
      { why: "one worker", workers: 1 },
      { why: "four workers", workers: 4 },
      { why: "sixteen workers", workers: 16 },
    ])("counts $why, however noisy the client", ({ workers }) => {
      const steps = told({ workers, time: 10, overheadMs: 4 });
      const fit = fitStation(steps);
      expect(fit).toMatchObject({ workers, saturated: true });
      expect(fit.serviceMs).toBeCloseTo(10, 0);
      expect(fit.serverMs).toBeCloseTo(10, 5);
      expect(fit.overheadMs).toBeCloseTo(4, 5);
      expect(fit.note).toContain("The server's own Server-Timing was used: 10ms without load; 4ms");
      expect(renderStationYaml(fit)).toBe(`stage: { workers: ${workers}, time: 10ms }`);
      if (workers > 1) expect(fitStation(untold(steps)).workers).toBeGreaterThan(workers);
    });

    it("goes by several light steps where the time varies, and none that queues", () => {
      const time = { exponential: { mean: 20 } };
      const steps = told({ workers: 4, time, overheadMs: 4 }, [1, 2, 3, 4, 6, 8, 16, 32]);
      const unlucky = steps.map((it) => (it.connections === 1 ? { ...it, serverMeanMs: 23 } : it));
      const fit = fitStation(unlucky);
      expect(fit.workers).toBe(4);
      expect(fit.time).toEqual({ kind: "exponential", meanMs: fit.serviceMs });
    });

    it("calls a time constant by the server's clock, not by a client that was held up", () => {
      const steps = told({ workers: 4, time: 10, overheadMs: 2 }).map((it) => ({
        ...it,
        latencyP50Ms: 12,
        latencyP99Ms: 28,
      }));
      expect(fitStation(steps).time).toEqual({ kind: "constant", ms: expect.closeTo(10, 5) });
      expect(fitStation(untold(steps)).time.kind).toBe("lognormal");
    });

    it("keeps to the capacity where the constant time of the server contradicts it", () => {
      const steps = told({ workers: 4, time: 10, overheadMs: 2 }).map((it) => ({
        ...it,
        serverMeanMs: (it.serverMeanMs ?? 0) * 0.9,
      }));
      const fit = fitStation(steps);
      expect(fit.workers).toBe(4);
      expect(fit.time).toEqual({ kind: "constant", ms: fit.serviceMs });
    });

    it("names the other reading where the count is not certain", () => {
      const steps = told({ workers: 4, time: 10, overheadMs: 2 }).map((it) => ({
        ...it,
        serverMeanMs: (it.serverMeanMs ?? 0) * 1.09,
      }));
      expect(fitStation(steps).note).toContain("5 workers of 12.5ms would fit as well");
    });

    it("says at least, when throughput grew until the end", () => {
      const fit = fitStation(told({ workers: 16, time: 10, overheadMs: 1 }, [1, 2, 4, 8]));
      expect(fit).toMatchObject({ saturated: false, workers: 7 });
      expect(fit.serviceMs).toBeCloseTo(10, 5);
    });

    it.each([
      { why: "seconds instead of milliseconds", factor: 0.001 },
      { why: "microseconds", factor: 1_000 },
      { why: "a part that does not explain the capacity", factor: 0.05 },
    ])("does not believe $why", ({ factor }) => {
      const steps = told({ workers: 4, time: 10, overheadMs: 1 });
      const odd = steps.map((it) => ({ ...it, serverMeanMs: (it.serverMeanMs ?? 0) * factor }));
      expect(fitStation(odd)).toEqual(fitStation(untold(steps)));
    });
  });

  it("does not move when one step was disturbed", () => {
    const ramp = rampOf({ workers: 4, time: 10 }, [1, 2, 3, 4, 6, 8, 16, 32]);
    const disturbed = ramp.map((it) => (it.connections === 16 ? plain(16, 250) : it));
    expect(fitStation(disturbed)).toMatchObject({ workers: 4, saturated: true });
    expect(fitStation(disturbed).serviceMs).toBeCloseTo(10, 0);
  });

  it("leaves out the steps in which the queue was full", () => {
    const shed: FitStep = { ...plain(32, 9_000), answered2xxCount: 400, answeredOtherCount: 8_600 };
    const fit = fitStation([...rampOf({ workers: 4, time: 10 }, [1, 2, 4, 8, 16]), shed]);
    expect(fit).toMatchObject({ workers: 4, saturated: true });
    expect(fit.note).toContain("1 step with refusals");
  });

  it("fits a flat server that only refuses, and says what it fitted", () => {
    const refused = doublings.map((it) => ({
      ...plain(it, 500),
      answered2xxCount: 0,
      answeredOtherCount: 900,
    }));
    const fit = fitStation(refused);
    expect(fit).toMatchObject({ workers: 1, serviceMs: 2, saturated: true });
    expect(fit.note).toContain("not 2xx");
  });

  it("owns up to a curve that no station draws", () => {
    const thrashing = [
      plain(1, 100),
      plain(2, 200),
      plain(4, 390),
      plain(8, 300),
      plain(16, 150),
      plain(32, 60),
    ];
    const fit = fitStation(thrashing);
    expect(fit.residualRatio).toBeGreaterThan(0.1);
    expect(fit.note).toContain("not that of one station");
  });

  it("names the other reading where HTTP may hide a worker", () => {
    const fit = fitStation(rampOf({ workers: 16, time: 10, overheadMs: 1 }));
    expect(fit.workers).toBe(17);
    expect(fit.note).toContain("16 workers of 10ms would fit as well");
  });

  it("refuses a probe without answers", () => {
    const silent: FitStep = { connections: 1, throughputPerSecond: 0, latencyMeanMs: null };
    expect(() => fitStation([silent])).toThrow(RunError);
  });
});

describe("renderStationYaml", () => {
  const fit = fitStation(rampOf({ workers: 4, time: 10 }));
  it.each([
    { time: { kind: "constant", ms: 10.04 } as const, text: "10ms" },
    {
      time: { kind: "exponential", meanMs: 12.34 } as const,
      text: "{ exponential: { mean: 12.3ms } }",
    },
    {
      time: { kind: "lognormal", medianMs: 8, p99Ms: 1_234 } as const,
      text: "{ lognormal: { median: 8ms, p99: 1.23s } }",
    },
  ])("writes $time.kind times as the scenario wants them", ({ time, text }) => {
    expect(renderStationYaml({ ...fit, time })).toBe(`stage: { workers: 4, time: ${text} }`);
  });
});
