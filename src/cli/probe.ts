import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Argv, CommandModule } from "yargs";
import { fitStation, renderStationFit } from "../analysis/station-fit.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { parseDurationMs } from "../kernel/units.ts";
import { Fleet, servicesBehind } from "../live/fleet.ts";
import { runProbe } from "../live/probe.ts";
import { renderProbe } from "../live/probe-table.ts";
import { monotonicMs } from "../live/wall-clock.ts";
import { nearest } from "../scenario/nearest.ts";
import type { Scenario } from "../scenario/schema.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";

type Flags = {
  readonly target: string;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly method?: "GET" | "POST" | undefined;
  readonly body?: string | undefined;
  readonly connections?: readonly number[] | undefined;
  readonly step: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly "allow-remote": boolean;
};

/** Saturates one service in closed loop, and fits a station to what was measured. */
async function probe(flags: Flags, io: Io): Promise<ExitCode> {
  const stepMs = parseDurationMs(flags.step);
  if (stepMs === undefined || stepMs < 100 || stepMs > 60_000) {
    const what = `--step ${flags.step}: expected a duration from 100ms to 60s`;
    throw new UsageError("FLAG_INVALID", [{ what, hint: "write --step 2s" }]);
  }
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: fitting what was measured"),
  );
  let target: Target | undefined;
  try {
    target = /^https?:\/\//.test(flags.target)
      ? { url: flags.target, end: async () => {} }
      : await startMock(flags, io);
    const report = await runProbe({
      url: target.url,
      ...(flags.method === undefined ? {} : { method: flags.method }),
      ...(flags.body === undefined
        ? {}
        : { body: flags.body, headers: { "content-type": "application/json" } }),
      ...(flags.connections === undefined ? {} : { connections: flags.connections }),
      stepMs,
      allowRemote: flags["allow-remote"],
      signal,
      onStep: (step) =>
        progress.say(
          `  ${step.connections} connections: ${step.throughputPerSecond.toFixed(0)}/s, ` +
            `p50 ${step.latencyP50Ms?.toFixed(1) ?? "-"} ms`,
        ),
    });
    progress.clear();
    if (signal.aborted && report.steps.every((step) => step.answerCount === 0)) {
      io.note("interrupted before the first step was measured: there is nothing to fit");
      return ExitCode.interrupted;
    }
    const fit = fitStation(report.steps, report);
    if (flags.json) io.print(JSON.stringify({ report, fit }, null, 1));
    else {
      io.print(renderProbe(report, fit));
      io.print("");
      io.print(renderStationFit(fit));
    }
    if (signal.aborted) return ExitCode.interrupted;
    return report.partial ? ExitCode.untrusted : ExitCode.ok;
  } finally {
    progress.clear();
    release();
    await target?.end();
  }
}

/** What is probed, and what ends it if we started it. */
type Target = { readonly url: string; readonly end: () => Promise<void> };

/** Starts a scenario's own service, and all that it calls, for as long as the probe lasts. */
async function startMock(flags: Flags, io: Io): Promise<Target> {
  const { baseline } = await loadScenario(flags.target, io);
  // A probe measures the service in health, one replica of it, for as long as it takes.
  const scenario: Scenario = { ...baseline.scenario, faults: [] };
  const service = chooseName("service", flags.service, Object.keys(scenario.services));
  const operations = Object.keys(scenario.services[service]?.operations ?? {});
  const operation = chooseName("--operation", flags.operation ?? operations[0], operations);
  const folder = await mkdtemp(path.join(tmpdir(), "tillstorm-probe-"));
  const clear = () => rm(folder, { recursive: true, force: true });
  const scenarioMs = scenario.duration;
  const fleet = await Fleet.start({
    scenario,
    seed: scenario.seed,
    span: { scenarioMs, fromMs: 0, toMs: scenarioMs },
    folder,
    services: [service, ...servicesBehind(scenario, service)],
  }).catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  fleet.beginRun(monotonicMs());
  const endpoint = fleet.endpoints[service]?.[0];
  return {
    url: `http://${endpoint?.host}:${endpoint?.port}/${operation}`,
    end: async () => {
      await fleet.end();
      await clear();
    },
  };
}

function chooseName(what: string, given: string | undefined, names: readonly string[]): string {
  if (given !== undefined && names.includes(given)) return given;
  const near = given === undefined ? undefined : nearest(given, names);
  throw new UsageError("FLAG_INVALID", [
    {
      what:
        given === undefined ? `name a ${what} of the scenario` : `${what} ${given}: there is none`,
      hint: near === undefined ? `one of: ${names.join(", ")}` : `write ${near}`,
    },
  ]);
}

export const probeCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "probe <target> [service]",
  describe:
    "Saturate a service in closed loop, and print a fitted station to paste into a scenario",
  builder: (yargs: Argv<object>) =>
    yargs
      .positional("target", {
        type: "string",
        demandOption: true,
        describe: "http://127.0.0.1:PORT/path, or a scenario file",
      })
      .positional("service", { type: "string", describe: "With a scenario: the service to probe" })
      .option("operation", { type: "string", describe: "With a scenario: its operation" })
      .option("method", {
        choices: ["GET", "POST"] as const,
        describe: "Default: GET, or POST where only that is allowed",
      })
      .option("body", { type: "string", describe: "JSON body of each request" })
      .option("connections", {
        type: "number",
        array: true,
        describe:
          "The ramp, such as --connections 1 2 4 8 (default: doubles, then refines the knee)",
      })
      .option("step", {
        type: "string",
        default: "2s",
        describe: "Length of each step of the ramp",
      })
      .option("json", { type: "boolean", default: false, describe: "Print steps and fit as JSON" })
      .option("quiet", { type: "boolean", default: false, describe: "No progress on stderr" })
      .option("allow-remote", {
        type: "boolean",
        default: false,
        describe: "Allow a target that is not this machine",
      })
      .example("$0 probe http://127.0.0.1:8080/activate", "A service of yours")
      .example("$0 probe lunch-rush bank", "The mock bank of a scenario"),
  handler: async (flags) => {
    process.exitCode = await probe(flags, io);
  },
});
