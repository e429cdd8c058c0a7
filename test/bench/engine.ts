import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { type EngineModel, engineModels } from "./engine-models.ts";
import { median } from "./measure.ts";

const runCount = 7;
const modelCustomers = 500_000;

const modelNames: Readonly<Record<EngineModel, string>> = {
  mm1: "M/M/1",
  mm5: "M/M/5",
  tandem: "tandem of three, with retries",
  timers: "M/M/1, 10,000 timers pending",
};

/**
 * What the simulator manages on one core, in processor time, so that other work on the machine counts
 * little: the engine alone beside the same models in C++ and SimPy, turn by turn in the same run; then
 * whole scenarios with all that is recorded.
 */
export async function benchEngine(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tillstorm-bench-"));
  try {
    const reference = compileReference(folder);
    const simpy = findSimPy();
    print("engine alone: clock and queue of events, nothing recorded; median of 7");
    print("  (draws by a ziggurat here, by a logarithm in C++ and in SimPy)");
    if (reference === undefined) print("  (no g++ here: without the C++ reference)");
    if (simpy === undefined) print("  (Python has no SimPy here: without it)");
    for (const model of Object.keys(modelNames) as EngineModel[]) {
      benchModel(model, reference, simpy, print);
    }
    print("scenarios, all recorded, one core; median of 7");
    const mm1PerSecond = await benchScenario("M/M/1", scenarioOf(mm1, 400_000), print);
    if (reference !== undefined) {
      const perSecond = median(repeat(() => modelCustomers / runReference(reference, "mm1")));
      print(`    of the C++ reference of M/M/1: ${(mm1PerSecond / perSecond).toFixed(3)}`);
    }
    if (simpy !== undefined) {
      const perSecond = median(repeat(() => simpyCustomers / runSimPy(simpy, "mm1")));
      print(`    times SimPy of M/M/1: ${Math.round(mm1PerSecond / perSecond)}`);
    }
    await benchScenario("the chain of lunch-rush, in health", chainOf(400_000), print);
    await benchScenario("the same, every policy on", scenarioOf(everyPolicy, 200_000), print);
    print("the chain of lunch-rush, by length of the run");
    for (const count of [10_000, 100_000, 1_000_000, 10_000_000]) {
      await benchScenario(`${count.toLocaleString("en")} activations`, chainOf(count), print);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchModel(
  model: EngineModel,
  reference: string | undefined,
  simpy: string | undefined,
  print: (line: string) => void,
): void {
  engineModels[model](modelCustomers / 10); // Compiles the code.
  const own: number[] = [];
  const cpp: number[] = [];
  let events = 0;
  for (let run = 0; run < runCount; run += 1) {
    const startUsage = process.cpuUsage();
    events = engineModels[model](modelCustomers);
    own.push(modelCustomers / secondsSince(startUsage));
    if (reference !== undefined) cpp.push(modelCustomers / runReference(reference, model));
  }
  const rate = median(own);
  const parts = [
    `${millions(rate)} customers/s`,
    `${millions((rate * events) / modelCustomers)} events/s`,
  ];
  if (cpp.length > 0)
    parts.push(`C++ ${millions(median(cpp))}: ratio ${(rate / median(cpp)).toFixed(2)}`);
  if (simpy !== undefined && model !== "timers") {
    const peer = median(repeat(() => simpyCustomers / runSimPy(simpy, model), 3));
    parts.push(`SimPy ${millions(peer)}: ${Math.round(rate / peer)} times`);
  }
  print(`  ${modelNames[model].padEnd(36)}${parts.join("; ")}`);
}

/** @returns Activations a second. */
async function benchScenario(
  name: string,
  scenario: Scenario,
  print: (line: string) => void,
): Promise<number> {
  const rates: number[] = [];
  let eventsEach = 0;
  for (let run = -1; run < runCount; run += 1) {
    const startUsage = process.cpuUsage();
    const { summary, eventCount } = await runOnce(scenario);
    if (run >= 0) rates.push(summary.planned / secondsSince(startUsage)); // The first compiles.
    eventsEach = eventCount / summary.planned;
    if (run === 0 && summary.planned >= 1_000_000) break;
  }
  const rate = median(rates);
  const spread = `${thousands(Math.min(...rates))} to ${thousands(Math.max(...rates))}`;
  print(
    `  ${name.padEnd(36)}${thousands(rate)} activations/s (${spread}), ` +
      `${millions(rate * eventsEach)} events/s`,
  );
  return rate;
}

function runOnce(scenario: Scenario) {
  const { duration } = scenario;
  return simulate({
    scenario,
    variant: "baseline",
    seeds: 1,
    span: { scenarioMs: duration, fromMs: 0, toMs: duration },
    openTrace: (stream) => {
      throw new Error(`${stream} plays a trace`);
    },
  });
}

const here = import.meta.url.includes("/dist/") ? "../../../" : "../../";
const fileAt = (path: string) => fileURLToPath(new URL(here + path, import.meta.url));

function compileReference(folder: string): string | undefined {
  const binary = join(folder, "reference");
  try {
    const source = fileAt("test/bench/reference.cpp");
    execFileSync("g++", ["-O3", "-o", binary, source], { stdio: "ignore" });
    return binary;
  } catch {
    return undefined; // There is no compiler: the bench says so.
  }
}

/** Seconds that the C++ loop took by its own clock. */
function runReference(binary: string, model: EngineModel): number {
  const out = execFileSync(binary, [model, String(modelCustomers)], { encoding: "utf8" });
  return Number(out.split(" ")[0]);
}

const simpyCustomers = 20_000;

/** The interpreter that has SimPy. */
function findSimPy(): string | undefined {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", "import simpy; simpy.Environment"], { stdio: "ignore" });
      return python;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function runSimPy(python: string, model: EngineModel): number {
  const script = fileAt("test/bench/reference.py");
  return Number(
    execFileSync(python, [script, model, String(simpyCustomers)], { encoding: "utf8" }),
  );
}

function repeat(measure: () => number, count = runCount): number[] {
  return Array.from({ length: count }, measure);
}

function secondsSince(startUsage: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(startUsage);
  return (user + system) / 1e6;
}

const millions = (perSecond: number) => `${(perSecond / 1e6).toFixed(2)} M`;
const thousands = (perSecond: number) => `${Math.round(perSecond / 1_000).toLocaleString("en")} k`;

/** Four of five seconds busy; an arrival in 1.25 s. */
const mm1 = `
name: mm1
duration: DURATION
drain: 1h
promise: 1h
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 0.8/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`;

function scenarioOf(text: string, activationCount: number): Scenario {
  const rate = Number(/rate: ([\d.]+)\/s/.exec(text)?.[1]);
  const whole = text.replace("DURATION", `${Math.round(activationCount / rate)}s`);
  return parseScenario(whole, "bench.yaml").baseline.scenario;
}

/** The shipped chain at its own rate, without its trouble, for so many activations. */
function chainOf(activationCount: number): Scenario {
  const text = readFileSync(fileAt("scenarios/lunch-rush.yaml"), "utf8");
  const { scenario } = parseScenario(text, "lunch-rush.yaml").baseline;
  return { ...scenario, faults: [], duration: (activationCount / 80) * 1_000 };
}

/** Terminals, operator and two banks, with every remedy that can be on at the same time. */
const everyPolicy = `
name: every-policy
seed: bench
duration: DURATION
drain: 1m
promise: 30s
traffic:
  taps:
    journey: activate
    arrivals: { poisson: { rate: 200/s } }
    patience: { wait: 8s, retries: 2, poll: { operation: status } }
    links: {}
    reversal: {}
    retry: { budget: {} }
    throttle: {}
network:
  terminal-operator: { latency: { lognormal: { median: 40ms, p99: 300ms } }, loss: 0.2% }
  operator-bank: { latency: 6ms }
services:
  operator:
    replicas: 2
    rateLimit: { rate: 2000/s }
    adaptiveLimit: {}
    stages:
      check: { workers: 16, time: 2ms, checks: [signature, expiry, single-use] }
      forward:
        workers: 128
        queue: { limit: 500, priority: { amounts: [100] }, codel: {} }
        shed: { queue: 400 }
        time: 1ms
        call:
          to: { failover: [bank, second-bank] }
          timeout: 3s
          deadline: 6s
          balancer: p2c
          retry: { budget: {} }
          breaker: {}
          bulkhead: { limit: 120 }
          ejection: {}
          health: {}
          throttle: {}
          store: {}
    operations: { activate: [check, forward], status: [forward], reverse: [forward] }
  bank: &bank
    replicas: 2
    adaptiveLimit: {}
    stages:
      decide: { workers: 16, queue: { limit: 200, lifo: {} }, time: { exponential: { mean: 20ms } } }
      post: { workers: 8, time: 5ms, posts: true }
      look: { workers: 8, time: 1ms, reads: true }
      undo: { workers: 8, time: 1ms, reverses: true }
    operations: { activate: [decide, post], status: [look], reverse: [undo] }
  second-bank: *bank
`;
