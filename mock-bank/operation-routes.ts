import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { drawKeyHeader } from "../src/live/protocol.ts";
import { Exchange } from "./exchange.ts";
import { answerSchemas, requestSchema } from "./http-schemas.ts";
import { sendProblem } from "./problem.ts";
import { keyMaxLength, RequestKeys } from "./request-keys.ts";
import type { ServerParts } from "./server-parts.ts";

type OperationBody = { readonly merchant?: number; readonly amountMinor?: number };
type OperationRequest = { Body: OperationBody | null | undefined };

/** `POST /<operation>` for each operation of the service: one visit to the replica. */
export function addOperations(server: FastifyInstance, parts: ServerParts): void {
  const { operations, number, stage, metrics } = parts;
  const keys = new RequestKeys(number);
  operations.forEach((operation, operationIndex) => {
    const count = metrics.counterOf(operation);
    const schema = {
      operationId: operation,
      summary: `Run the operation ${operation}`,
      ...requestSchema,
      response: answerSchemas,
    };
    server.post<OperationRequest>(`/${operation}`, { schema }, (request, reply) => {
      const key = keys.keyOf(request.headers);
      if (key === undefined) return sendProblem(reply, 400, badKey);
      const { clock, replica } = stage();
      clock.catchUp();
      if (replica.down === "refuse") return hangUp(request, reply);
      const beganMs = clock.nowMs();
      replica.accept(
        new Exchange(reply, (visit) => count(visit.code, clock.nowMs() - beganMs)),
        null,
        operationIndex,
        key.streamKey,
        key.index,
        key.attempt,
        request.body?.merchant ?? 0,
        request.body?.amountMinor ?? 0,
      );
      return reply;
    });
  });
}

const badKey =
  `expected ${drawKeyHeader}: stream.index.attempt, ` +
  `or an Idempotency-Key of 1 to ${keyMaxLength} characters`;

/** The door is shut, but this connection was open before: it ends without an answer. */
function hangUp(request: FastifyRequest<OperationRequest>, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}
