import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { median, renderRates } from "./measure.ts";

const runCount = 5;
const seconds = 3;
const connections = 32;

/**
 * Requests a second of a mock server against a bare fastify server of the same route and schema,
 * closed loop, turn by turn in the same run. Both answer at once: what is compared is the cost of
 * the chain around the route.
 */
export async function benchMockServer(): Promise<void> {
  console.log(`servers, POST in closed loop over ${connections} connections`);
  const bare = await startServer("bare");
  const mock = await startServer("mock");
  try {
    const rates = { bare: [] as number[], mock: [] as number[] };
    await load(bare.port);
    await load(mock.port);
    for (let i = 0; i < runCount; i += 1) {
      rates.bare.push(await load(bare.port));
      rates.mock.push(await load(mock.port));
    }
    console.log(`  bare fastify:        ${renderRates(rates.bare)}`);
    console.log(`  mock, one stage:     ${renderRates(rates.mock)}`);
    console.log(`  ratio mock to bare:  ${(median(rates.mock) / median(rates.bare)).toFixed(2)}`);
  } finally {
    bare.child.disconnect();
    mock.child.disconnect();
  }
}

async function startServer(kind: "bare" | "mock"): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL("mock-server-child.js", import.meta.url)), [kind]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`the ${kind} server ended with ${code}`)));
  });
  return { child, port };
}

async function load(port: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/serve`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ merchant: 4711, amountMinor: 8_600 }),
    connections,
    duration: seconds,
    workers: 1,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error("a server failed under load");
  return result.requests.total / result.duration;
}
