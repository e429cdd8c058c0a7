import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { healthOperation } from "../src/chain/caller.ts";
import { Payment } from "../src/chain/payment.ts";
import { readShown, type ShownOnWire } from "../src/live/credentials-wire.ts";
import {
  deadlineHeader,
  drawKeyHeader,
  healthPath,
  messageHeader,
  messageTypeNames,
  parseDeadlineMs,
  parseMessageType,
  rehearsalHeader,
} from "../src/live/protocol.ts";
import { Exchange } from "./exchange.ts";
import { answerSchemas, requestSchema } from "./http-schemas.ts";
import { sendProblem } from "./problem.ts";
import { keyMaxLength, RequestKeys } from "./request-keys.ts";
import type { ServerParts } from "./server-parts.ts";

type OperationBody = ShownOnWire & { readonly merchant?: number; readonly amountMinor?: number };
type OperationRequest = { Body: OperationBody | null | undefined };

/**
 * `POST /<operation>` for each operation of the service: one visit to the replica. And `POST
 * /tillstorm/health`, by which the callers in the chain check health: it waits, fails and is refused as an operation is.
 */
export function addOperations(server: FastifyInstance, parts: ServerParts): void {
  const { operations, number } = parts;
  const keys = new RequestKeys(number);
  operations.forEach((operation, operationIndex) => {
    addOperation(server, parts, keys, operation, `/${operation}`, operationIndex);
  });
  addOperation(server, parts, keys, "health", healthPath, healthOperation);
}

function addOperation(
  server: FastifyInstance,
  { stage, metrics }: ServerParts,
  keys: RequestKeys,
  name: string,
  path: string,
  operationIndex: number,
): void {
  const count = metrics.counterOf(name);
  const schema = {
    operationId: name,
    summary: `Run the operation ${name}`,
    hide: operationIndex === healthOperation,
    ...requestSchema,
    response: answerSchemas,
  };
  server.post<OperationRequest>(path, { schema }, (request, reply) => {
    const key = keys.keyOf(request.headers);
    if (key === undefined) return sendProblem(reply, 400, badKey);
    const leftMs = parseDeadlineMs(request.headers[deadlineHeader]);
    if (leftMs === undefined) return sendProblem(reply, 400, badDeadline);
    const messageType = parseMessageType(request.headers[messageHeader]);
    if (messageType === undefined) return sendProblem(reply, 400, badMessageType);
    const isRehearsal = request.headers[rehearsalHeader] !== undefined;
    const take = (): FastifyReply => {
      const on = stage();
      if (isRehearsal && !on.isRehearsal) return sendProblem(reply, 410, "the rehearsal is over");
      if (on.isRehearsal && !isRehearsal) {
        setImmediate(take); // The order to start the run has arrived too, and is read next.
        return reply;
      }
      on.clock.catchUp();
      if (on.replica.refuses) return hangUp(request, reply);
      const nowMs = on.clock.nowMs();
      const body = request.body ?? {};
      const merchant = body.merchant ?? 0;
      on.replica.accept(
        new Exchange(reply, on, operationIndex !== healthOperation, count),
        new Payment(key.streamKey, key.index, merchant, body.amountMinor ?? 0),
        operationIndex,
        key.attempt,
        nowMs + leftMs,
        readShown(on.keys, body, merchant, nowMs),
        messageType,
      );
      return reply;
    };
    return take();
  });
}

const badDeadline = `expected ${deadlineHeader}: the milliseconds that are left, such as 1500`;

const badMessageType = `expected ${messageHeader}: ${messageTypeNames.join(", ")}, or none`;

const badKey =
  `expected ${drawKeyHeader}: stream.index.attempt, ` +
  `or an Idempotency-Key of 1 to ${keyMaxLength} characters`;

/** The door is shut, but this connection was open before: it ends without an answer. */
function hangUp(request: FastifyRequest<OperationRequest>, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}
