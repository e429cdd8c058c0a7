import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Replica } from "../src/chain/replica.ts";
import { siteKey } from "../src/kernel/draw.ts";
import { type DrawKey, parseDrawKey } from "../src/live/draw-key.ts";
import { drawKeyHeader } from "../src/live/protocol.ts";
import type { WallClock } from "../src/live/wall-clock.ts";
import { Exchange } from "./exchange.ts";
import { answerSchemas, healthSchema, requestSchema } from "./http-schemas.ts";
import type { ServerMetrics } from "./metrics.ts";
import { problem, sendProblem } from "./problem.ts";

/** The replica that answers now, with its clock: a rehearsal's copy until the run begins. */
export type Stage = { readonly replica: Replica; readonly clock: WallClock };

export type ServerParts = {
  readonly service: string;
  readonly number: number;
  readonly operations: readonly string[];
  readonly stage: () => Stage;
  readonly metrics: ServerMetrics;
};

const bodyMaxBytes = 16 * 1024;
const keyMaxLength = 255;
/** The stream of requests that bring no key of their own. */
const strangerStream = siteKey("tillstorm", "requests without a key");

/** An HTTP server around one replica; it neither listens nor starts anything by itself. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const { service, number, stage, metrics } = parts;
  const server = Fastify({
    logger: false,
    bodyLimit: bodyMaxBytes,
    keepAliveTimeout: 60_000,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  });
  await server.register(swagger, {
    openapi: {
      info: {
        title: `Tillstorm mock ${service}`,
        description: `Replica ${number} of the service ${service}, as the scenario describes it.`,
        version: "1",
      },
    },
  });
  server.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type("application/problem+json")
      .send(
        problem(
          404,
          `no such path: this server answers POST /${parts.operations[0] ?? ""}`,
          request.url,
        ),
      ),
  );
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
  server.get("/healthz", { schema: healthSchema }, (_request, reply) => {
    const { down } = stage().replica;
    return reply
      .code(down === undefined ? 200 : 503)
      .send({ status: down ?? "ok", service, replica: number });
  });
  server.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.render()),
  );
  let strangers = 0;
  parts.operations.forEach((operation, operationIndex) => {
    const path = `/${operation}`;
    const count = metrics.counterOf(operation);
    server.post(
      path,
      {
        schema: {
          summary: `Run the operation ${operation}`,
          ...requestSchema,
          response: answerSchemas,
        },
      },
      (
        request: FastifyRequest<{ Body: { merchant?: number; amountMinor?: number } | undefined }>,
        reply,
      ) => {
        const { clock, replica } = stage();
        const key = keyOf(request, strangers);
        if (key === undefined) {
          return sendProblem(reply, badKey());
        }
        if (key.streamKey === strangerStream) strangers += 1;
        clock.catchUp();
        if (replica.down === "refuse") {
          reply.hijack();
          request.raw.socket.resetAndDestroy();
          return reply;
        }
        const beganMs = clock.nowMs();
        const exchange = new Exchange(reply, (visit) => count(visit.code, clock.nowMs() - beganMs));
        replica.accept(
          exchange,
          null,
          operationIndex,
          key.streamKey,
          key.index,
          key.attempt,
          request.body?.merchant ?? 0,
          request.body?.amountMinor ?? 0,
        );
        return reply;
      },
    );
    server.route({
      method: ["GET", "PUT", "DELETE", "PATCH"],
      url: path,
      schema: { hide: true },
      handler: (request, reply: FastifyReply) =>
        reply
          .code(405)
          .header("allow", "POST")
          .type("application/problem+json")
          .send(problem(405, `send POST to ${path}`, request.url)),
    });
  });
  return server;
}

/** What a request's draws and its posting are keyed by; `undefined` if its headers are bad. */
function keyOf(request: FastifyRequest, strangers: number): DrawKey | undefined {
  const drawText = request.headers[drawKeyHeader];
  if (typeof drawText === "string") return parseDrawKey(drawText);
  const idempotencyKey = request.headers["idempotency-key"];
  if (typeof idempotencyKey !== "string") {
    return { streamKey: strangerStream, index: strangers, attempt: 0 };
  }
  if (idempotencyKey === "" || idempotencyKey.length > keyMaxLength) return undefined;
  return {
    streamKey: siteKey("idempotency-key", idempotencyKey),
    index: siteKey("idempotency-key, again", idempotencyKey) >>> 0,
    attempt: 0,
  };
}

function badKey(): Error & { statusCode: number } {
  return Object.assign(
    new Error(
      `expected ${drawKeyHeader}: stream.index.attempt, or an Idempotency-Key of 1 to 255 characters`,
    ),
    { statusCode: 400 },
  );
}
