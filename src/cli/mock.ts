import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Argv, CommandModule } from "yargs";
import { type Standalone, startStandalone } from "../../mock-bank/standalone.ts";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { Fleet, servicesBehind } from "../live/fleet.ts";
import type { Endpoints } from "../live/messages.ts";
import { ledgerFile, storeFile } from "../live/run-files.ts";
import { monotonicMs } from "../live/wall-clock.ts";
import { nearest } from "../scenario/nearest.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";

type Flags = {
  readonly service: string;
  readonly config: string;
  readonly port: number;
  readonly replica: number;
  readonly upstream?: readonly string[] | undefined;
  readonly "allow-remote": boolean;
};

/** Runs one server of a scenario alone, until it is told to end. */
async function mock(flags: Flags, io: Io): Promise<ExitCode> {
  const { baseline } = await loadScenario(flags.config, io);
  const { scenario } = baseline;
  const { service } = flags;
  const names = Object.keys(scenario.services);
  if (!names.includes(service)) {
    const what = `${flags.config} has no service ${service}`;
    const hint = `write ${nearest(service, names) ?? names.join(" or ")}`;
    throw new UsageError("SERVICE_UNKNOWN", [{ what, hint }]);
  }
  if (!Number.isInteger(flags.port) || flags.port < 0 || flags.port > 65_535) {
    const what = `--port ${flags.port}: expected a port from 0 (any free one) to 65535`;
    throw new UsageError("FLAG_INVALID", [{ what, hint: "write --port 8080" }]);
  }
  const upstream = parseUpstream(flags.upstream ?? [], names, flags["allow-remote"]);
  const folder = await mkdtemp(path.join(tmpdir(), "tillstorm-mock-"));
  const span = { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration };
  const missing = servicesBehind(scenario, service).filter((name) => !(name in upstream));
  const epochMs = monotonicMs();
  const base = { scenario, seed: scenario.seed, span };
  const { signal, release } = watchInterrupt(() => {});
  // From the beginning: it may be told to end while it still starts.
  const ended = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
  });
  let fleet: Fleet | undefined;
  let server: Standalone | undefined;
  try {
    fleet = await Fleet.start({ ...base, folder, services: missing, endpoints: upstream });
    fleet.beginRun(epochMs);
    for (const { service: name, number } of fleet.seats) {
      const endpoint = fleet.endpoints[name]?.[number - 1];
      io.note(`${name}#${number} started for it on http://127.0.0.1:${endpoint?.port}`);
    }
    server = await startStandalone(
      {
        ...base,
        service,
        number: flags.replica,
        endpoints: fleet.endpointsFrom(service),
        lossyServices: fleet.lossyServicesFrom(service),
        ledgerFile: ledgerFile(folder, service),
        storeFile: storeFile(folder, service, flags.replica),
        isRemoteAllowed: flags["allow-remote"],
      },
      flags.port,
      epochMs,
    );
    io.print(`mock ${service} listens on http://127.0.0.1:${server.port}`);
    for (const route of server.routes) io.print(`  ${route}`);
    await Promise.race([ended, server.failure, fleet.failure]);
    return ExitCode.ok;
  } finally {
    release();
    await server?.close();
    await fleet?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `bank=http://127.0.0.1:8081`, several of one name for its replicas. */
function parseUpstream(
  given: readonly string[],
  names: readonly string[],
  isRemoteAllowed: boolean,
): Endpoints {
  const endpoints: Record<string, { host: string; port: number }[]> = {};
  for (const text of given) {
    const [name = "", address = ""] = text.split(/=(.*)/s);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!names.includes(name) || url?.protocol !== "http:") {
      const what = `--upstream ${text}: expected service=http://host:port`;
      const hint = `write --upstream ${nearest(name, names) ?? "bank"}=http://127.0.0.1:8081`;
      throw new UsageError("FLAG_INVALID", [{ what, hint }]);
    }
    const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
    if (!isLocal && !isRemoteAllowed) {
      const what = `--upstream ${text}: ${url.hostname} is not this machine`;
      throw new UsageError("REMOTE_TARGET", [{ what, hint: "add --allow-remote to mean it" }]);
    }
    endpoints[name] ??= [];
    endpoints[name].push({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || 80),
    });
  }
  return endpoints;
}

export const mockCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "mock <service>",
  describe: "Run a mock bank, operator or other service of a scenario alone",
  builder: (yargs: Argv<object>) =>
    yargs
      .positional("service", {
        type: "string",
        demandOption: true,
        describe: "A service of the scenario, such as bank or operator",
      })
      .option("config", {
        type: "string",
        default: "lunch-rush",
        describe: "The scenario that describes it",
      })
      .option("port", {
        type: "number",
        default: 0,
        describe: "Port on 127.0.0.1; 0: any free one",
      })
      .option("replica", {
        type: "number",
        default: 1,
        describe: "Which replica it plays (for faults)",
      })
      .option("upstream", {
        type: "string",
        array: true,
        describe: "service=http://host:port of what it calls; what is not given is started for it",
      })
      .option("allow-remote", {
        type: "boolean",
        default: false,
        describe: "Allow an upstream that is not this machine",
      })
      .example("$0 mock bank --config my.yaml --port 8081", "A bank, with faults on its timeline")
      .example("curl -X POST http://127.0.0.1:8081/activate", "Ask it"),
  handler: async (flags) => {
    process.exitCode = await mock(flags, io);
  },
});
