import Fastify, { type FastifyInstance } from "fastify";
import { bodyMaxBytes, readBodies } from "./body.ts";
import { addErrorAnswers, answerBadUrl, answerUnreadable } from "./error-answers.ts";
import { addObservation } from "./observation-routes.ts";
import { addOpenApi } from "./open-api.ts";
import { addOperations } from "./operation-routes.ts";
import type { ServerParts } from "./server-parts.ts";

/** An HTTP server around one replica; it neither listens nor starts anything by itself. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    bodyLimit: bodyMaxBytes,
    keepAliveTimeout: 60_000,
    forceCloseConnections: true,
    // A text where a number belongs is a mistake, not a number.
    ajv: { customOptions: { coerceTypes: false } },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerBadUrl,
  });
  await addOpenApi(server, parts);
  readBodies(server);
  addErrorAnswers(server, parts);
  addObservation(server, parts);
  addOperations(server, parts);
  return server;
}
