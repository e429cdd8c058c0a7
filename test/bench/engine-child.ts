import type { Scenario } from "../../src/scenario/schema.ts";
import { simulate } from "../../src/sim/simulate.ts";
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
const perSecond: number[] = [];
let eventsEach = 0;
// A first run compiles, whatever is measured then.
await measure(100_000);
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
  const { summary, eventCount } = await simulated(
    engineScenarios[name as EngineScenario](customers),
  );
  return { done: summary.planned, events: eventCount };
}

function simulated(scenario: Scenario) {
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
