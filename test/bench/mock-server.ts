import { connectionCount, load, startServer } from "./closed-loop.ts";
import { median, renderRates } from "./measure.ts";

const runCount = 5;

/**
 * Requests a second of a mock server against a bare fastify server of the same route and schema,
 * closed loop, turn by turn in the same run. Both answer at once: what is compared is the cost of
 * the chain around the route.
 */
export async function benchMockServer(print: (line: string) => void): Promise<void> {
  print(`servers, POST in closed loop over ${connectionCount} connections`);
  const bare = await startServer("mock-server-child.js", "bare");
  const mock = await startServer("mock-server-child.js", "mock");
  try {
    const rates = { bare: [] as number[], mock: [] as number[] };
    await load(bare);
    await load(mock);
    for (let i = 0; i < runCount; i += 1) {
      rates.bare.push(await load(bare));
      rates.mock.push(await load(mock));
    }
    print(`  bare fastify:        ${renderRates(rates.bare)}`);
    print(`  mock, one stage:     ${renderRates(rates.mock)}`);
    print(`  ratio mock to bare:  ${(median(rates.mock) / median(rates.bare)).toFixed(2)}`);
  } finally {
    bare.child.disconnect();
    mock.child.disconnect();
  }
}
