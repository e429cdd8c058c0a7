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
const perSecond: number[] = [];
let eventsEach = 0;
// The first runs compile, whatever is measured then: a child that begins to measure while the compiler
// is still at work would say how fast that is. They are as long as the others, as those of a user.
const warmUpLength = Math.min(Number(count), 1_000_000);
for (let done = 0; done < 400_000; done += warmUpLength) await measure(warmUpLength);
for (let run = 0; run < Number(runs); run += 1) perSecond.push(await measure(Number(count)));
console.log(JSON.stringify({ perSecond, eventsEach } satisfies ChildReport));

async function measure(customers: number): Promise<number> {
  const runOnce = prepare(customers); // To read a scenario takes as long whatever its length is.
  const startUsage = process.cpuUsage();
  const { done, events } = await runOnce();
  const { user, system } = process.cpuUsage(startUsage);
  eventsEach = events / done;
  return (done * 1e6) / (user + system);
}

function prepare(customers: number): () => Promise<{ done: number; events: number }> {
  if (name in engineModels) {
    return async () => ({ done: customers, events: engineModels[name as EngineModel](customers) });
  }
  const scenario = engineScenarios[name as EngineScenario](customers);
  return async () => {
    const { summary, eventCount } = await simulateScenario(scenario);
    return { done: summary.planned, events: eventCount };
  };
}
