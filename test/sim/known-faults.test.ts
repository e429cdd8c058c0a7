import { describe, expect, it } from "vitest";
import { episodesOf } from "../../src/fault/episodes.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import {
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  latencyMean,
  poisson,
  service,
  simulateRuns,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";
import { simulateText } from "../support/simulated.ts";

/** Breakdowns, an overload, and an outage that its own retries do not let end. */
if (!hasShared) console.warn(whyNotShared);

describe.skipIf(!hasShared)(
  "a server that freezes and thaws at random keeps its queue and its work",
  () => {
    it.each([
      { id: "mm1-breakdown-0.5-0.01", mtbf: 100, mttr: 10, duration: 24_000, warmUp: 300 },
      { id: "mm1-breakdown-0.5-0.001", mtbf: 1_000, mttr: 50, duration: 50_000, warmUp: 1_000 },
    ])("$id", async ({ id, mtbf, mttr, duration, warmUp }) => {
      const text = knownChain({
        asks: poisson(0.5),
        services: service("bank", `workers: 1, time: ${exponential(1)}`),
        faults: `{ at: 0s, on: bank.serve, down: freeze, random: { mtbf: ${mtbf}s, mttr: ${mttr}s } }`,
        duration,
      });
      const runs = await simulateRuns(text, warmUp);
      const { faults } = parseScenario(text, "test.yaml").baseline.scenario;
      // Long breakdowns do most of the harm, by their squares: whoever comes meanwhile waits half.
      const squares = ({ seed }: KnownRun) =>
        faults
          .flatMap((fault, index) => episodesOf(fault, seed, index, 1_000 * duration))
          .reduce((sum, { fromMs, toMs }) => sum + ((toMs - fromMs) / 1_000) ** 2, 0);
      // They begin at rate 1 / mtbf while all is well, as it is at first.
      const rate = 1 / mtbf + 1 / mttr;
      const availability = mtbf / (mtbf + mttr);
      const atFirst = (1 - availability) * ((1 - Math.exp(-rate * duration)) / rate);
      const count = (availability * duration + atFirst) / mtbf;
      const control = { of: squares, exact: count * 2 * mttr ** 2 };
      const exact = oracle(id, "closed_form_W");
      expectExact(runs, "W", exact, latencyMean, { control, tightRatio: 0.04 });
    });
  },
);

describe("a server that freezes for 3 s of every 10", () => {
  it("does 70 s of work in 100 s", async () => {
    const { summary } = await simulateText(
      knownChain({
        asks: "arrivals: { even: { rate: 20/h } }",
        services: service("bank", "workers: 1, time: 70s"),
        faults: "{ at: 4s, for: 3s, every: 10s, on: bank.serve, down: freeze }",
        duration: 7_200,
      }),
    );
    const { count, mean, max } = summary.latencyMs;
    expect([count, mean, max]).toEqual([40, 100_000, 100_000]);
  });
});

describe.skipIf(!hasShared)("fluid-overload", () => {
  it("150 a second for 20 s, at a bank that does 100: up to 10 s late, and for 50 s more", async () => {
    const id = "fluid-overload";
    const { summary } = await simulateText(
      knownChain({
        asks: "arrivals: { even: { rate: 80/s } }",
        services: service("bank", "workers: 1, time: 10ms"),
        faults: "{ at: 10s, for: 20s, on: traffic.asks, surge: 1.875x }",
        duration: 110,
      }),
    );
    const [bank] = summary.stations;
    // One more may stand there for the moment before the next is taken up.
    expect(Math.abs((bank?.queueMax ?? 0) - oracle(id, "backlog_end"))).toBeLessThanOrEqual(1);
    expect((summary.latencyMs.max ?? 0) / 1_000).toBeCloseTo(oracle(id, "peak_wait_s"), 1);
    const { timesMs, stations } = summary.series;
    const queued = timesMs.filter((_, bucket) => (stations[0]?.queueMean[bucket] ?? 0) > 0.5);
    expect(Math.min(...queued)).toBe(10_000);
    expect(Math.max(...queued)).toBe(1_000 * (30 + oracle(id, "drain_s") - 1));
  });
});

/**
 * Fifty workers, answers awaited for two mean service times, and whoever gave up is served all the
 * same. After an outage the queue is longer than anybody waits: each request is asked `attempts`
 * times and every time in vain, so the queue drains only below load 1 / attempts, or 1 / (1 + budget).
 */
describe.skipIf(!hasShared)("metastable-fifo: 30 s of outage", () => {
  const id = "metastable-fifo";

  async function storm(
    retry: string,
    load: number,
    down: string,
    seeds = 1,
  ): Promise<VariantSummary> {
    const { summary } = await simulateText(
      knownChain({
        asks: `${poisson(50 * load)}, timeout: 2s, retry: { on: [timeout], backoff: { constant: { wait: 0s } }, ${retry} }`,
        services: service("bank", `workers: 50, time: ${exponential(1)}`),
        faults: down === "" ? "" : `{ at: 60s, for: 30s, on: bank.serve, down: ${down} }`,
        duration: 900,
      }),
      { seeds },
    );
    return summary;
  }

  /** Share that was answered, of those that came between two instants. [s] */
  function goodput({ series }: VariantSummary, from: number, to: number): number {
    const inside = series.timesMs.map((ms) => ms >= 1_000 * from && ms < 1_000 * to);
    const sum = (values: readonly number[]) =>
      values.reduce((total, value, bucket) => total + (inside[bucket] ? value : 0), 0);
    return sum(series.credited) / sum(series.planned);
  }

  it.each([
    { figure: "n=3 rho=.30", retry: "attempts: 3", load: 0.3, down: "freeze" },
    { figure: "n=3 rho=.36", retry: "attempts: 3", load: 0.36, down: "freeze" },
    { figure: "n=3 rho=.36", retry: "attempts: 3", load: 0.36, down: "hang" },
    {
      figure: "budget10 rho=.85",
      retry: "attempts: 3, budget: { share: 10%, floor: 0/s }",
      load: 0.85,
      down: "hang",
      seeds: 5,
    },
    {
      figure: "budget10 rho=.95",
      retry: "attempts: 3, budget: { share: 10%, floor: 0/s }",
      load: 0.95,
      down: "freeze",
    },
  ])("$figure, down: $down", async ({ figure, retry, load, down, seeds }) => {
    const summary = await storm(retry, load, down, seeds);
    const written = figure.startsWith("budget") ? `sim ${figure}` : `sim ${figure} goodput after`;
    // The oracle is a simulation too: a single one, of another length.
    expect(Math.abs(goodput(summary, 600, 900) - oracle(id, written))).toBeLessThan(0.02);
  });

  it.each([
    { figure: "n=2", retry: "attempts: 2" },
    { figure: "n=4", retry: "attempts: 4" },
    { figure: "budget 20%", retry: "attempts: 3, budget: { share: 20%, floor: 0/s }" },
  ])("rho_star $figure: below it recovers, above it does not", async ({ figure, retry }) => {
    const limit = oracle(id, `rho_star ${figure}`);
    expect(goodput(await storm(retry, 0.92 * limit, "freeze"), 600, 900)).toBeGreaterThan(0.9);
    expect(goodput(await storm(retry, 1.06 * limit, "freeze"), 600, 900)).toBeLessThan(0.01);
  });

  it("and it takes the outage: without one a load of .36 is no trouble", async () => {
    expect(goodput(await storm("attempts: 3", 0.36, ""), 0, 900)).toBeGreaterThan(0.99);
  });
});
