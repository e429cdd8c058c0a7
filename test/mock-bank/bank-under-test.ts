import type { FastifyInstance } from "fastify";
import { afterEach } from "vitest";
import { LiveReplica } from "../../mock-bank/live-replica.ts";
import { ServerMetrics } from "../../mock-bank/metrics.ts";
import { buildServer } from "../../mock-bank/server.ts";
import { memoryJournals } from "../../src/chain/journals.ts";
import { MemoryLedger, type Posted } from "../../src/chain/ledger.ts";
import type { ReplicaConfig } from "../../src/live/messages.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

/** A ledger that remembers what was posted, in order. */
export class RecordingLedger extends MemoryLedger {
  readonly amounts: number[] = [];

  override post(
    ...[streamKey, index, merchant, amountMinor, nowMs, isProtected]: Parameters<
      MemoryLedger["post"]
    >
  ): Posted {
    const posted = super.post(streamKey, index, merchant, amountMinor, nowMs, isProtected);
    if (posted === "posted") this.amounts.push(amountMinor);
    return posted;
  }
}

/** A bank of two operations that takes no time: `activate` posts, `status` does not. */
export function bankScenario(more = ""): string {
  return `name: under-test
duration: 1h
traffic: { probe: { calls: bank.activate, arrivals: { even: { rate: 1/s } }, links: {} } }
services:
  bank:
    stages:
      identity: { workers: 8 }
      post: { workers: 8, posts: true }
    operations: { activate: [identity, post], status: [identity] }
${more}`;
}

export function configOf(text: string, service = "bank", ledgerFile = ""): ReplicaConfig {
  const { scenario } = parseScenario(text, "under-test.yaml").baseline;
  const span = { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration };
  const { seed } = scenario;
  return {
    scenario,
    seed,
    span,
    service,
    number: 1,
    endpoints: {},
    ledgerFile,
    storeFile: "",
    lossyServices: [],
    isRemoteAllowed: false,
  };
}

export type BankUnderTest = {
  readonly server: FastifyInstance;
  readonly ledger: RecordingLedger;
  readonly replica: LiveReplica;
  /** What the server reported as a mistake of ours. */
  readonly bugs: unknown[];
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What must be ended after the test, whatever becomes of it. */
export function closeAfterTest(close: () => Promise<void>): void {
  closers.push(close);
}

/** A started replica behind a server that does not listen. */
export async function startBank(text = bankScenario(), number = 1): Promise<BankUnderTest> {
  const config = { ...configOf(text), number };
  const ledger = new RecordingLedger();
  const replica = new LiveReplica(config, { ...memoryJournals(), ledger });
  const bugs: unknown[] = [];
  const server = await buildServer({
    service: "bank",
    number,
    operations: Object.keys(config.scenario.services.bank?.operations ?? {}),
    stage: () => replica,
    metrics: new ServerMetrics("bank", number, () => replica.stations),
    onBug: (error) => bugs.push(error),
  });
  replica.start(monotonicMs());
  closeAfterTest(async () => {
    await server.close();
    replica.close();
  });
  return { server, ledger, replica, bugs };
}
