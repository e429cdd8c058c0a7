import { openJournals } from "../../mock-bank/ledger/open-journals.ts";
import { LiveReplica } from "../../mock-bank/live-replica.ts";
import { ServerMetrics } from "../../mock-bank/metrics.ts";
import { buildServer } from "../../mock-bank/server.ts";
import { memoryJournals } from "../../src/chain/journals.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

/** One of the two banks of the comparison, in a process of its own: `memory`, or `sqlite FILE`. */

const text = `
name: bench
duration: 1h
traffic: { asks: { calls: bank.serve, arrivals: { even: { rate: 1/s } } } }
services:
  bank:
    stages: { serve: { workers: 64, time: 0ms, posts: true } }
    operations: { serve: [serve] }
`;

async function startBank(file: string | undefined): Promise<number> {
  const { scenario } = parseScenario(text, "bench.yaml").baseline;
  const replica = new LiveReplica(
    {
      scenario,
      seed: "bench",
      span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
      service: "bank",
      number: 1,
      endpoints: {},
      ledgerFile: file ?? "",
      storeFile: "",
      lossyServices: [],
      isRemoteAllowed: false,
    },
    file === undefined ? memoryJournals() : openJournals(file, 1),
  );
  const server = await buildServer({
    service: "bank",
    number: 1,
    operations: ["serve"],
    stage: () => replica,
    metrics: new ServerMetrics("bank", 1, () => replica.stations),
    onBug: (error) => {
      throw error;
    },
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  replica.start(monotonicMs());
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

process.on("disconnect", () => process.exit());
process.send?.(await startBank(process.argv[3]));
