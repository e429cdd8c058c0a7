import { journalTerms } from "../src/chain/chain-spec.ts";
import { onMessage, tellParent } from "../src/live/child-side.ts";
import type { ReplicaConfig } from "../src/live/messages.ts";
import { monotonicMs } from "../src/live/wall-clock.ts";
import { Door } from "./door.ts";
import { openJournals } from "./ledger/open-journals.ts";
import { buildRehearsal, LiveReplica } from "./live-replica.ts";
import { ServerMetrics } from "./metrics.ts";
import { buildServer } from "./server.ts";

/** The process of one replica in a live run. */

let current: LiveReplica | undefined;
let run: LiveReplica | undefined;
/** Opens the port of the replica that this one stands in for; nothing to open where it is open. */
let openDoor = async (): Promise<void> => {};

async function configure(config: ReplicaConfig): Promise<void> {
  const { service, number, scenario } = config;
  const { settlement } = journalTerms(scenario, service);
  const rehearsal = buildRehearsal(config);
  run = new LiveReplica(config, openJournals(config.ledgerFile, number, settlement));
  current = rehearsal;
  rehearsal.start(monotonicMs());
  await run.warm();
  const stage = () => current ?? rehearsal;
  const server = await buildServer({
    service,
    number,
    operations: Object.keys(scenario.services[service]?.operations ?? {}),
    stage,
    metrics: new ServerMetrics(service, number, () => stage().stations),
    onBug: failRun,
  });
  const door = new Door(server, "127.0.0.1", failRun);
  run.replica.onDown = (down) => door.follow(down);
  const { port } = config;
  if (port === undefined) tellParent({ kind: "ready", port: await door.open(0) });
  else {
    await server.ready();
    openDoor = () => door.takeOver(port);
    tellParent({ kind: "ready", port });
  }
}

/** A run in which a server made a mistake proves nothing: the parent ends it. */
function failRun(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tellParent({ kind: "failed", message });
}

onMessage(async (message) => {
  if (message.kind === "configure-replica") await configure(message.config);
  else if (message.kind === "start" && run !== undefined) {
    current?.close();
    current = run;
    run.start(message.epochMs);
    if (run.replica.down !== "refuse") await openDoor();
  } else if (message.kind === "last-words" && run !== undefined) {
    tellParent({ kind: "record", record: run.lastWords() });
  } else if (message.kind === "count-open" && run !== undefined) {
    tellParent({ kind: "open", count: run.openCount + run.replica.storedCount });
  } else if (message.kind === "finish" && run !== undefined) {
    tellParent({ kind: "record", record: run.finish() });
  }
});
