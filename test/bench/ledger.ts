import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectionCount, load, startServer } from "./closed-loop.ts";
import { median, renderRates } from "./measure.ts";

const runCount = 7;

/**
 * Requests a second of a bank that posts a credit for each, with its journals in SQLite, against
 * the same bank with them in memory; closed loop, turn by turn in the same run. What is compared is
 * the price of a ledger that outlives its process.
 */
export async function benchLedger(print: (line: string) => void): Promise<void> {
  print(`banks, each POST a credit, in closed loop over ${connectionCount} connections`);
  const folder = await mkdtemp(path.join(tmpdir(), "tillstorm-bench-"));
  const memory = await startServer("ledger-child.js", "memory");
  const sqlite = await startServer("ledger-child.js", "sqlite", path.join(folder, "bank.db"));
  try {
    const rates = { memory: [] as number[], sqlite: [] as number[] };
    await load(memory);
    await load(sqlite);
    for (let i = 0; i < runCount; i += 1) {
      rates.memory.push(await load(memory));
      rates.sqlite.push(await load(sqlite));
    }
    const ratio = median(rates.sqlite) / median(rates.memory);
    print(`  ledger in memory:         ${renderRates(rates.memory)}`);
    print(`  ledger in SQLite:         ${renderRates(rates.sqlite)}`);
    print(`  ratio SQLite to memory:   ${ratio.toFixed(2)}`);
  } finally {
    memory.child.disconnect();
    sqlite.child.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}
