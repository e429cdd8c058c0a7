/** The public face of the package, for programs that run scenarios themselves. */
export { RunError, UsageError } from "./kernel/errors.ts";
export { parseResult, type Result, renderResult } from "./record/result.ts";
export { type LoadedScenario, parseScenario, type ScenarioCase } from "./scenario/loader.ts";
export { type Simulated, type SimulateOptions, simulate } from "./sim/simulate.ts";
