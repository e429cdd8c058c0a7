import { describe, expect, it } from "vitest";
import {
  arrivalRate,
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  poisson,
  policyCount,
  service,
  simulateRuns,
  station,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";
import { simulateText } from "../support/simulated.ts";

/** Bulkheads and deadlines against queues that lose customers: Erlang B, M/M/c/K, and impatience. */
if (!hasShared) console.warn(whyNotShared);

/** So many that nobody waits for one. */
const plenty = 10_000;

function blockedRatio(run: KnownRun, site?: string): number {
  return policyCount(run, "bulkheadRejected", site) / run.summary.planned;
}

/** A service that only hands on to the bank, through a call with these policies. */
function front(policies: string): string {
  return service(
    "front",
    `workers: ${plenty}, release: true, call: { to: bank, operation: serve, ${policies} }`,
  );
}

describe.skipIf(!hasShared)("a bulkhead", () => {
  it.each([
    { id: "erlangb-5-4", rate: 4, limit: 5, time: exponential(1), duration: 700 },
    { id: "erlangb-10-10", rate: 10, limit: 10, time: "1s", duration: 300 },
  ])("$id: is Erlang's loss system, of a stream", async ({ id, rate, limit, time, duration }) => {
    const asks = `${poisson(rate)}, bulkhead: { limit: ${limit} }`;
    const services = service("bank", `workers: ${plenty}, time: ${time}`);
    const runs = await simulateRuns(knownChain({ asks, services, duration }));
    const control = arrivalRate(rate);
    expectExact(runs, "P_block", oracle(id, "P_block"), blockedRatio, { control });
    const busy = (it: KnownRun) => plenty * station(it).utilisationRatio;
    expectExact(runs, "carried", oracle(id, "carried"), busy);
  });

  it("erlangb-10-10: and of a stage that calls", async () => {
    const services = `${front("bulkhead: { limit: 10 }")}, ${service("bank", `workers: ${plenty}, time: ${exponential(1)}`)}`;
    const chain = { asks: poisson(10), calls: "front.serve", services, duration: 300 };
    const runs = await simulateRuns(knownChain(chain));
    const exact = oracle("erlangb-10-10", "P_block");
    const blocked = (it: KnownRun) => blockedRatio(it, "front.serve");
    expectExact(runs, "P_block", exact, blocked, { control: arrivalRate(10) });
  });

  it.each([
    { id: "mmck-1-10-1.2", rate: 1.2, workers: 1, duration: 3_400 },
    { id: "mmck-5-10-6", rate: 6, workers: 5, duration: 600 },
  ])("$id: bounds workers and queue together", async ({ id, rate, workers, duration }) => {
    const asks = `${poisson(rate)}, bulkhead: { limit: 10 }`;
    const services = service("bank", `workers: ${workers}, time: ${exponential(1)}`);
    const runs = await simulateRuns(knownChain({ asks, services, duration }));
    const control = arrivalRate(rate);
    const waitMean = (it: KnownRun) => (station(it).waitMeanMs ?? 0) / 1_000;
    expectExact(runs, "P_block", oracle(id, "P_block"), blockedRatio, { control });
    expectExact(runs, "Wq", oracle(id, "Wq_accepted"), waitMean, { control });
    expectExact(runs, "Lq", oracle(id, "Lq"), (it) => station(it).queueMean, { control });
    const busy = (it: KnownRun) => station(it).utilisationRatio;
    expectExact(runs, "utilisation", oracle(id, "utilisation"), busy, { control });
  });

  it("lets wait whom a queue of the server would: the same are turned away", async () => {
    const lost = async (bulkhead: string, workers: number) => {
      const asks = `${poisson(6)}, bulkhead: { ${bulkhead} }`;
      const services = service("bank", `workers: ${workers}, time: ${exponential(1)}`);
      const { summary } = await simulateText(knownChain({ asks, services, duration: 2_000 }));
      return [summary.planned, summary.accounting.failed, summary.latencyMs.max];
    };
    const inLine = await lost("limit: 5, queue: 5, wait: 1h", plenty);
    expect(inLine).toEqual(await lost("limit: 10", 5));
    expect(inLine[1]).toBeGreaterThan(2_000);
  });
});

/** Left the queue unserved, of all that left the bank. */
function expiredRatio(run: KnownRun): number {
  const { expired = 0, completions } = station(run);
  return expired / (completions + expired);
}

/** Had to wait, of all that left: those who were served in the end, and those who were not. */
function waitedRatio(run: KnownRun): number {
  const { waitedRatio: ofServed, completions, expired = 0 } = station(run);
  return ((ofServed ?? 0) * completions + expired) / (completions + expired);
}

describe.skipIf(!hasShared)("an exponential deadline is the impatience of Erlang A", () => {
  it.each([
    { id: "erlanga-5-4-0.5", at: "stream", rate: 4, workers: 5, patience: 2, duration: 3_000 },
    { id: "erlanga-5-6-0.5", at: "stream", rate: 6, workers: 5, patience: 2, duration: 800 },
    { id: "erlanga-10-12-1", at: "stage", rate: 12, workers: 10, patience: 1, duration: 500 },
  ])("$id: of a $at", async ({ id, at, rate, workers, patience, duration }) => {
    const deadline = `deadline: ${exponential(patience)}`;
    const bank = service("bank", `workers: ${workers}, time: ${exponential(1)}`);
    const chain =
      at === "stream"
        ? { asks: `${poisson(rate)}, ${deadline}`, services: bank }
        : { asks: poisson(rate), calls: "front.serve", services: `${front(deadline)}, ${bank}` };
    const runs = await simulateRuns(knownChain({ ...chain, duration }));
    const control = arrivalRate(rate);
    // Each waiting request gives up at the same rate, whoever they are.
    expectExact(runs, "P_abandon", oracle(id, "P_abandon"), expiredRatio, { control });
    expectExact(runs, "Lq", oracle(id, "Lq"), (it) => station(it).queueMean, { control });
    const served = (it: KnownRun) => rate * (station(it).completions / station(it).arrivals);
    expectExact(runs, "throughput", oracle(id, "throughput"), served, { control });
    const busy = (it: KnownRun) => station(it).utilisationRatio;
    expectExact(runs, "utilisation", oracle(id, "utilisation"), busy);
    expectExact(runs, "P_wait", oracle(id, "P_wait"), waitedRatio);
  });
});

describe.skipIf(!hasShared)("a constant deadline is the impatience of M/M/c+D", () => {
  it.each([
    { id: "mmcD-1-1.2-5", rate: 1.2, workers: 1, patience: 5, duration: 2_500 },
    { id: "mmcD-5-6-1", rate: 6, workers: 5, patience: 1, duration: 800 },
    { id: "mmcD-10-12-2", rate: 12, workers: 10, patience: 2, duration: 6_000 },
  ])("$id", async ({ id, rate, workers, patience, duration }) => {
    const asks = `${poisson(rate)}, deadline: ${patience}s`;
    const services = service("bank", `workers: ${workers}, time: ${exponential(1)}`);
    // The queue takes ten seconds to fill: in short runs that begin empty it is too short, by 1 %.
    const text = `${knownChain({ asks, services, duration })}warmUp: 50s\n`;
    const runs = await simulateRuns(text);
    const control = arrivalRate(rate);
    expectExact(runs, "P_timeout", oracle(id, "P_timeout"), expiredRatio, {
      control,
      tightRatio: 0.035,
    });
    const waitMean = (it: KnownRun) => (station(it).waitMeanMs ?? 0) / 1_000;
    expectExact(runs, "wait", oracle(id, "E_wait_served"), waitMean, { control });
    // Little's law for the queue: those who gave up are in it too.
    const queued = (it: KnownRun) => station(it).queueMean / rate;
    expectExact(runs, "queue time", oracle(id, "E_queue_time_all"), queued, { control });
    // Where all workers are nearly always busy, the first seconds of a run, when they are not,
    // are more than the interval: 0.1 %.
    if (oracle(id, "utilisation") > 0.99) return;
    const busy = (it: KnownRun) => station(it).utilisationRatio;
    expectExact(runs, "utilisation", oracle(id, "utilisation"), busy);
    expectExact(runs, "P_wait", oracle(id, "P_wait"), waitedRatio);
  });

  it("and a bulkhead's own line, left after so long, turns away the same", async () => {
    const lost = async (policy: string, workers: number) => {
      const asks = `${poisson(6)}, ${policy}`;
      const services = service("bank", `workers: ${workers}, time: ${exponential(1)}`);
      const { summary } = await simulateText(knownChain({ asks, services, duration: 2_000 }));
      const { stations, policies } = summary;
      const atCaller = policies?.find(({ site }) => site === "traffic.asks")?.counts;
      return (stations[0]?.expired ?? 0) + (atCaller?.bulkheadRejected ?? 0);
    };
    const inLine = await lost("bulkhead: { limit: 5, queue: 1000, wait: 1s }", plenty);
    expect(inLine).toBe(await lost("deadline: 1s", 5));
    expect(inLine).toBeGreaterThan(2_000);
  });
});
