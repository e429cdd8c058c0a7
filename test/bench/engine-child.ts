import { simulateScenario } from "../support/simulated.ts";
import { type EngineModel, engineModels } from "./engine-models.ts";
import { type EngineScenario, engineScenarios } from "./engine-scenarios.ts";

/** What a child of the engine's bench prints as JSON. */
export type ChildReport = {
  /** Customers or activations a second of processor time, run by run. */
  readonly perSecond: readonly number[];
  /** Events of one customer or activation. */
  readonly eventsEach: number;
};

/** One model or scenario in a process of its own: `node engine-child.js NAME COUNT RUNS`. */
const [name = "", count = "0", runs = "1"] = process.argv.slice(2);
const warmUpCount = 4;
const perSecond: number[] = [];
let eventsEach = 0;
// The first runs compile, whatever is measured then: a child that begins to measure while the compiler
// is still at work would say how fast that is.
for (let run = 0; run < warmUpCount; run += 1) await measure(100_000);
for (let run = 0; run < Number(runs); run += 1) perSecond.push(await measure(Number(count)));
console.log(JSON.stringify({ perSecond, eventsEach } satisfies ChildReport));

async function measure(customers: number): Promise<number> {
  const startUsage = process.cpuUsage();
  const { done, events } = await runOnce(customers);
  const { user, system } = process.cpuUsage(startUsage);
  eventsEach = events / done;
  return (done * 1e6) / (user + system);
}

async function runOnce(customers: number): Promise<{ done: number; events: number }> {
  if (name in engineModels) {
    return { done: customers, events: engineModels[name as EngineModel](customers) };
  }
  const { summary, eventCount } = await simulateScenario(
    engineScenarios[name as EngineScenario](customers),
  );
  return { done: summary.planned, events: eventCount };
}
