import { journalTerms } from "../src/chain/chain-spec.ts";
import { RunError } from "../src/kernel/errors.ts";
import type { ReplicaConfig } from "../src/live/messages.ts";
import { Door } from "./door.ts";
import { openJournals } from "./ledger/open-journals.ts";
import { LiveReplica } from "./live-replica.ts";
import { ServerMetrics } from "./metrics.ts";
import { buildServer } from "./server.ts";

export type Standalone = {
  readonly port: number;
  readonly routes: readonly string[];
  /** Rejects with a `RunError` when it can no longer be reached: its port is lost. */
  readonly failure: Promise<never>;
  readonly close: () => Promise<void>;
};

/**
 * Starts a replica in this process, on its own.
 *
 * @param port - 0 for any free one.
 * @param epochMs - Instant 0 of its faults, on the machine's monotonic clock.
 * @throws {RunError} when the port is taken.
 */
export async function startStandalone(
  config: ReplicaConfig,
  port: number,
  epochMs: number,
): Promise<Standalone> {
  const { service, number, scenario } = config;
  const operations = Object.keys(scenario.services[service]?.operations ?? {});
  const journals = openJournals(
    config.ledgerFile,
    number,
    journalTerms(scenario, service).settlement,
  );
  const replica = new LiveReplica(config, journals);
  const server = await buildServer({
    service,
    number,
    operations,
    stage: () => replica,
    metrics: new ServerMetrics(service, number, () => replica.stations),
    onBug: (error) => {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`mock ${service} has a bug; please report this:\n${told}\n`);
    },
  });
  let fail: (error: RunError) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const door = new Door(server, "127.0.0.1", fail);
  const close = async (): Promise<void> => {
    await door.close();
    replica.close();
    journals.close();
  };
  try {
    const bound = await door.open(port);
    replica.replica.onDown = (down) => door.follow(down);
    replica.start(epochMs);
    return { port: bound, routes: routesOf(operations), failure, close };
  } catch (error) {
    await close();
    throw isSystemError(error) ? cannotListen(service, port, error) : error;
  }
}

function routesOf(operations: readonly string[]): readonly string[] {
  const posts = operations.map((operation) => `POST /${operation}`);
  return [...posts, "GET /healthz", "GET /metrics", "GET /openapi.json"];
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error;
}

function cannotListen(service: string, port: number, cause: Error & { code: string }): RunError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "the port is taken",
    EACCES: "this user may not open that port",
  };
  return new RunError(
    `the mock ${service} cannot listen on 127.0.0.1:${port}: ${reasons[cause.code] ?? cause.message}`,
    "end what holds the port, or take another: --port 0 takes any free one",
    { cause },
  );
}
