import Fastify from "fastify";
import { requestSchema } from "../../mock-bank/http-schemas.ts";
import { startStandalone } from "../../mock-bank/standalone.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

/** One of the two servers of the comparison, in a process of its own. */

const text = `
name: bench
duration: 1h
traffic: { asks: { calls: bank.serve, arrivals: { even: { rate: 1/s } } } }
services:
  bank: { stages: { serve: { workers: 64, time: 0ms } }, operations: { serve: [serve] } }
`;

async function startBare(): Promise<number> {
  const server = Fastify({ logger: false });
  const answer = {
    type: "object",
    properties: { code: { type: "string" }, message: { type: "string" } },
  };
  server.post("/serve", { schema: { ...requestSchema, response: { 200: answer } } }, () => ({
    code: "00",
    message: "approved",
  }));
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function startMock(): Promise<number> {
  const { scenario } = parseScenario(text, "bench.yaml").baseline;
  const { port } = await startStandalone(
    {
      scenario,
      seed: "bench",
      span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
      service: "bank",
      number: 1,
      endpoints: {},
      ledgerFile: "",
      storeFile: "",
      lossyServices: [],
      isRemoteAllowed: false,
    },
    0,
    monotonicMs(),
  );
  return port;
}

process.on("disconnect", () => process.exit());
process.send?.(process.argv[2] === "bare" ? await startBare() : await startMock());
