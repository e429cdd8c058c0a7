import { cpus } from "node:os";
import { benchEngine } from "./engine.ts";
import { benchHttpClient } from "./http-client.ts";
import { benchLedger } from "./ledger.ts";
import { benchLinkProxy } from "./link-proxy.ts";
import { benchMockServer } from "./mock-server.ts";
import { benchPolicies } from "./policies.ts";

/**
 * Measures speed on this machine, now: medians of several runs, and ratios against a peer or a
 * bare baseline in the same run. Nothing here is a gate.
 */
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`);
await benchEngine();
console.log("");
await benchPolicies({ activationCount: 20_000, runCount: 5, print: console.log });
console.log("");
await benchMockServer();
console.log("");
await benchLedger();
console.log("");
await benchHttpClient({ requestCount: 20_000, runCount: 5, print: console.log });
console.log("");
await benchLinkProxy({ requestCount: 4_000, pacings: ["timer"], print: console.log });
