import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildReport } from "./engine-child.ts";
import type { EngineModel } from "./engine-models.ts";
import { type EngineScenario, fileAt } from "./engine-scenarios.ts";
import { median } from "./measure.ts";

const runCount = 7;
const modelCustomers = 1_000_000;
/** What the compiler puts in place differs from process to process: short runs are measured in so many. */
const processCount = 3;
const scenarioRunCount = 3;
/** A model is over in a tenth of a second: of so many runs in a process the middle one counts. */
const modelRunCount = 9;

const modelNames: Readonly<Record<EngineModel, string>> = {
  mm1: "M/M/1",
  mm5: "M/M/5",
  tandem: "tandem of three, with retries",
  timers: "M/M/1, 10,000 timers pending",
};

/**
 * What the simulator manages on one core, in processor time, so that other work on the machine counts
 * little: the engine alone beside the same models in C++ and SimPy, turn by turn in the same run; then
 * whole scenarios with all that is recorded. Each in a process of its own: what ran before in the same
 * process decides what the compiler puts in place, and a user runs one thing at a time.
 */
export function benchEngine(print: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "tillstorm-bench-"));
  try {
    const reference = compileReference(folder);
    const simpy = findSimPy();
    print("engine alone: clock and queue of events, nothing recorded; median of 7");
    print("  (draws by a ziggurat here, by a logarithm in C++ and in SimPy)");
    if (reference === undefined) print("  (no g++ here: without the C++ reference)");
    print(simpy === undefined ? "  (no SimPy here: without it)" : `  (SimPy ${simpy.version})`);
    for (const model of Object.keys(modelNames) as EngineModel[]) {
      benchModel(model, reference, simpy, print);
    }
    print("scenarios, all recorded, one core; median of 3 runs in each of 3 processes");
    const mm1PerSecond = benchScenario("M/M/1", "mm1-scenario", 1_000_000, print);
    if (reference !== undefined) {
      const perSecond = median(repeat(() => modelCustomers / runReference(reference, "mm1")));
      print(`    of the C++ reference of M/M/1: ${(mm1PerSecond / perSecond).toFixed(3)}`);
    }
    if (simpy !== undefined) {
      const perSecond = median(repeat(() => simpyCustomers / runSimPy(simpy, "mm1")));
      print(`    times SimPy of M/M/1: ${Math.round(mm1PerSecond / perSecond)}`);
    }
    benchScenario("the chain of lunch-rush, in health", "chain", 1_000_000, print);
    benchScenario("the same, every policy on", "every-policy", 1_000_000, print);
    print("the chain of lunch-rush, by length of the run");
    for (const count of [10_000, 100_000, 1_000_000, 10_000_000]) {
      benchScenario(`${count.toLocaleString("en")} activations`, "chain", count, print);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchModel(
  model: EngineModel,
  reference: string | undefined,
  simpy: SimPy | undefined,
  print: (line: string) => void,
): void {
  const own: number[] = [];
  const cpp: number[] = [];
  let events = 0;
  for (let run = 0; run < runCount; run += 1) {
    const { perSecond, eventsEach } = runChild(model, modelCustomers, modelRunCount);
    own.push(median(perSecond));
    events = eventsEach;
    if (reference !== undefined) cpp.push(modelCustomers / runReference(reference, model));
  }
  const rate = median(own);
  const parts = [`${millions(rate)} customers/s`, `${millions(rate * events)} events/s`];
  if (cpp.length > 0)
    parts.push(`C++ ${millions(median(cpp))}: ratio ${(rate / median(cpp)).toFixed(2)}`);
  if (simpy !== undefined && model !== "timers") {
    const peer = median(repeat(() => simpyCustomers / runSimPy(simpy, model), 3));
    parts.push(`SimPy ${millions(peer)}: ${Math.round(rate / peer)} times`);
  }
  print(`  ${modelNames[model].padEnd(36)}${parts.join("; ")}`);
}

/** @returns Activations a second. */
function benchScenario(
  name: string,
  scenario: EngineScenario,
  count: number,
  print: (line: string) => void,
): number {
  // One that takes half a minute is measured once.
  const [runs, processes] = count > 1_000_000 ? [1, 1] : [scenarioRunCount, processCount];
  const reports = repeat(() => runChild(scenario, count, runs), processes);
  const perSecond = reports.flatMap((it) => it.perSecond);
  const eventsEach = reports[0]?.eventsEach ?? Number.NaN;
  const rate = median(perSecond);
  const spread = `${thousands(Math.min(...perSecond))} to ${thousands(Math.max(...perSecond))}`;
  print(
    `  ${name.padEnd(36)}${thousands(rate)} activations/s (${spread}), ` +
      `${millions(rate * eventsEach)} events/s`,
  );
  return rate;
}

/** What one of the engine's models or scenarios takes, in a process of its own. */
function runChild(name: EngineModel | EngineScenario, count: number, runs: number): ChildReport {
  const child = fileURLToPath(new URL("engine-child.js", import.meta.url));
  const args = [child, name, String(count), String(runs)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as ChildReport;
}

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

type SimPy = { readonly python: string; readonly version: string };

/** The interpreter that has SimPy, and which. */
function findSimPy(): SimPy | undefined {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const script = "import simpy; simpy.Environment; print(simpy.__version__)";
      const version = execFileSync(python, ["-c", script], { encoding: "utf8", stdio: "pipe" });
      return { python, version: version.trim() };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function runSimPy({ python }: SimPy, model: EngineModel): number {
  const script = fileAt("test/bench/reference.py");
  return Number(
    execFileSync(python, [script, model, String(simpyCustomers)], { encoding: "utf8" }),
  );
}

function repeat<T>(measure: () => T, count = runCount): T[] {
  return Array.from({ length: count }, measure);
}

const millions = (perSecond: number) => `${(perSecond / 1e6).toFixed(2)} M`;
const thousands = (perSecond: number) => `${Math.round(perSecond / 1_000).toLocaleString("en")} k`;
