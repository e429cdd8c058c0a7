import { type Ledger, MemoryLedger } from "../src/chain/ledger.ts";
import { RunError } from "../src/kernel/errors.ts";
import type { ReplicaConfig } from "../src/live/messages.ts";
import { Door } from "./door.ts";
import { LiveReplica } from "./live-replica.ts";
import { ServerMetrics } from "./metrics.ts";
import { buildServer } from "./server.ts";
import { SqlLedger } from "./sql-ledger.ts";

export type Standalone = {
  readonly port: number;
  readonly routes: readonly string[];
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
  const replica = new LiveReplica(config, openLedger(config));
  const operations = Object.keys(scenario.services[service]?.operations ?? {});
  const server = await buildServer({
    service,
    number,
    operations,
    stage: () => replica,
    metrics: new ServerMetrics(service, number, () => replica.stations),
  });
  const door = new Door(server, "127.0.0.1");
  replica.replica.onDown = (down) => door.follow(down);
  try {
    const bound = await door.open(port);
    replica.start(epochMs);
    return {
      port: bound,
      routes: [
        ...operations.map((operation) => `POST /${operation}`),
        "GET /healthz",
        "GET /metrics",
        "GET /openapi.json",
      ],
      close: async () => {
        replica.close();
        await server.close();
      },
    };
  } catch (cause) {
    replica.close();
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RunError(
      `the mock ${service} cannot listen on 127.0.0.1:${port}: ${message}`,
      "end what holds the port, or take another: --port 0 takes any free one",
      { cause },
    );
  }
}

/** The ledger of a service: durable where it posts, and a mere formality where it does not. */
export function openLedger({ scenario, service, ledgerFile, number }: ReplicaConfig): Ledger {
  const posts = Object.values(scenario.services[service]?.stages ?? {}).some((it) => it.posts);
  return posts ? new SqlLedger(ledgerFile, number) : new MemoryLedger();
}
