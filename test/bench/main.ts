import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { benchEngine } from "./engine.ts";
import { benchEventQueues } from "./event-queues.ts";
import { benchHttpClient } from "./http-client.ts";
import { benchLedger } from "./ledger.ts";
import { benchLinkProxy } from "./link-proxy.ts";
import { benchMockServer } from "./mock-server.ts";
import { benchPolicies } from "./policies.ts";
import { replaceSection } from "./results.ts";

/**
 * Measures speed on this machine, now: medians of several runs, and ratios against a peer or a
 * bare baseline in the same run. Nothing here is a gate. What was measured goes into RESULTS.md.
 */
type Print = (line: string) => void;
const benches: Readonly<Record<string, (print: Print) => Promise<void> | void>> = {
  engine: benchEngine,
  "event-queues": (print) =>
    benchEventQueues({
      pendingCounts: [16, 1_000, 100_000],
      stepCount: 1_000_000,
      runCount: 7,
      print,
    }),
  policies: (print) => benchPolicies({ activationCount: 20_000, runCount: 5, print }),
  "mock-server": benchMockServer,
  ledger: benchLedger,
  "http-client": (print) => benchHttpClient({ requestCount: 20_000, runCount: 5, print }),
  "link-proxy": (print) => benchLinkProxy({ requestCount: 4_000, pacings: ["timer"], print }),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `no bench is called ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`,
  );
  process.exit(2);
}
const resultsFile = fileURLToPath(
  new URL(
    import.meta.url.includes("/dist/") ? "../../../test/bench/RESULTS.md" : "RESULTS.md",
    import.meta.url,
  ),
);
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${day}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
  const lines = [machine];
  console.log(machine);
  await benches[name]?.((line) => {
    lines.push(line);
    console.log(line);
  });
  console.log("");
  const old = existsSync(resultsFile) ? readFileSync(resultsFile, "utf8") : "";
  writeFileSync(resultsFile, replaceSection(old, name, lines));
}
