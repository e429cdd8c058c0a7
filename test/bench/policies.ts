import { pathToFileURL } from "node:url";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { simulateScenario } from "../support/simulated.ts";
import { median } from "./measure.ts";

export type PolicyBenchOptions = Readonly<{
  activationCount: number;
  runCount: number;
  print: (line: string) => void;
}>;

/** A policy, and what it adds to the chain: keys of the call, of the stage, or of the service. */
type Entry = Readonly<{
  name: string;
  call?: string;
  to?: string;
  stage?: string;
  service?: string;
  /** Whether the bank posts; hedging is refused where it does. */
  posts?: boolean;
}>;

const entries: readonly Entry[] = [
  { name: "balancer: random", call: "balancer: random" },
  { name: "balancer: least-requests", call: "balancer: least-requests" },
  { name: "balancer: p2c", call: "balancer: p2c" },
  { name: "balancer: peak-ewma", call: "balancer: peak-ewma" },
  { name: "balancer: sticky", call: "balancer: sticky" },
  { name: "balancer: weighted", call: "balancer: { weighted: [3, 1] }" },
  { name: "timeout", call: "timeout: 2s" },
  { name: "deadline", call: "deadline: 2s" },
  { name: "retry", call: "retry: {}" },
  { name: "retry with a budget", call: "retry: { budget: {} }" },
  { name: "breaker, last 100 calls", call: "breaker: {}" },
  { name: "breaker, last 10 s", call: "breaker: { window: { time: 10s } }" },
  { name: "bulkhead", call: "bulkhead: { limit: 60 }" },
  { name: "hedge after 2 s", call: "hedge: {}", posts: false },
  { name: "hedge after p95", call: "hedge: { after: p95 }", posts: false },
  { name: "throttle", call: "throttle: {}" },
  { name: "ejection", call: "ejection: {}" },
  { name: "health", call: "health: {}" },
  { name: "two banks by weight", to: "{ weights: { bank: 1, second-bank: 1 } }" },
  { name: "two banks by failover", to: "{ failover: [bank, second-bank] }" },
  { name: "store on failure", call: "store: {}" },
  { name: "queue: lifo", stage: "queue: { lifo: {} }" },
  { name: "queue: priority", stage: "queue: { priority: { amounts: [100] } }" },
  { name: "queue: codel", stage: "queue: { codel: {} }" },
  { name: "shed", stage: "shed: { queue: 100 }" },
  { name: "rateLimit", service: "rateLimit: { rate: 1000/s }" },
  { name: "adaptiveLimit", service: "adaptiveLimit: {}" },
  {
    name: "eight of them",
    call: "balancer: p2c, timeout: 2s, deadline: 5s, retry: { budget: {} }, breaker: {}, bulkhead: { limit: 60 }, ejection: {}",
    service: "adaptiveLimit: {}",
  },
];

/**
 * What each policy costs the simulator for one activation, where all are well, so that it only
 * watches. Each run of a chain with a policy follows one of the same chain without it; the costs and
 * the ratios are medians of such pairs, in processor time.
 */
export async function benchPolicies(options: PolicyBenchOptions): Promise<void> {
  const { activationCount, runCount, print } = options;
  print(
    `policies in the simulator, processor time of an activation; median of ${runCount} pairs ` +
      `of ${activationCount} activations`,
  );
  print(`  ${"".padEnd(28)}${"without".padStart(10)}${"more".padStart(11)}${"ratio".padStart(9)}`);
  for (const posts of [true, false]) {
    await measureNs(scenarioOf({ name: "none", posts }, 2 * activationCount));
  }
  for (const entry of entries) {
    const { posts = true } = entry;
    const bare = scenarioOf({ name: "none", posts }, activationCount);
    const own = scenarioOf(entry, activationCount);
    const pairs: { readonly bareNs: number; readonly ownNs: number }[] = [];
    for (let run = -1; run < runCount; run += 1) {
      const pair = { bareNs: await measureNs(bare), ownNs: await measureNs(own) };
      if (run >= 0) pairs.push(pair); // The first compiles the code.
    }
    const bareNs = median(pairs.map((it) => it.bareNs));
    const moreNs = median(pairs.map((it) => it.ownNs - it.bareNs));
    const ratio = median(pairs.map((it) => it.ownNs / it.bareNs));
    const cells = [
      `${whole(bareNs)} ns`.padStart(10),
      `${whole(moreNs)} ns`.padStart(11),
      ratio.toFixed(2).padStart(9),
    ];
    print(`  ${entry.name.padEnd(28)}${cells.join("")}`);
  }
}

function scenarioOf(entry: Entry, activationCount: number): Scenario {
  return parseScenario(textOf(entry, activationCount), "bench.yaml").baseline.scenario;
}

/** Terminals, an operator that hands on, and a bank of two replicas that is never in need. */
function textOf(entry: Entry, activationCount: number): string {
  const { to = "bank", call = "", stage = "", service = "", posts = true } = entry;
  const list = (keys: string) => (keys === "" ? "" : `, ${keys}`);
  const bank = `
    replicas: 2
    stages:
      serve: { workers: 16, time: { exponential: { mean: 20ms } }, posts: ${posts}${list(stage)} }
    operations: { activate: [serve] }
    ${service}`;
  return `
name: bench
seed: bench
duration: ${activationCount / 200}s
drain: 1h
traffic: { taps: { journey: activate, arrivals: { poisson: { rate: 200/s } } } }
services:
  operator:
    stages: { forward: { workers: 64, time: 1ms, call: { to: ${to}${list(call)} } } }
    operations: { activate: [forward] }
  bank: ${bank}
${to === "bank" ? "" : `  second-bank: ${bank}`}
`;
}

/** Processor time of one run, for each of its activations. [ns] */
async function measureNs(scenario: Scenario): Promise<number> {
  const startUsage = process.cpuUsage();
  const { summary } = await simulateScenario(scenario);
  const { user, system } = process.cpuUsage(startUsage);
  const ns = ((user + system) * 1_000) / summary.planned;
  // A throttle holds a few back while the first answer is awaited.
  if (summary.outcomes.credited < 0.99 * summary.planned) throw new Error("the chain was not well");
  return ns;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchPolicies({ activationCount: 20_000, runCount: 5, print: console.log });
}
