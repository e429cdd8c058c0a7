import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const seconds = 3;
export const connectionCount = 32;

export type BenchServer = { readonly child: ChildProcess; readonly port: number };

/** Starts a compiled module of this folder in a process of its own; it sends the port it opened. */
export async function startServer(module: string, ...args: string[]): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args);
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`${module} ${args[0]} ended with ${code}`)));
  });
  return { child, port };
}

/** Requests answered each second in a closed loop, from a thread of its own. [1/s] */
export async function load({ port }: BenchServer): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/serve`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ merchant: 4711, amountMinor: 8_600 }),
    connections: connectionCount,
    duration: seconds,
    workers: 1,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error("a server failed under load");
  return result.requests.total / result.duration;
}
