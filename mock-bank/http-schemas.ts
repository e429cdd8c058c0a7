import { causes } from "../src/domain/outcome.ts";
import { drawKeyHeader, messageHeader, messageTypeNames } from "../src/live/protocol.ts";
import { problemType } from "./problem.ts";
import { keyMaxLength } from "./request-keys.ts";

/** JSON schemas of requests and answers: fastify validates and writes by them, OpenAPI shows them. */

/** Larger numbers would lose their last digit on the way. */
const integerMax = Number.MAX_SAFE_INTEGER;

export const requestSchema = {
  body: {
    // A request without a body is validated as null.
    type: ["object", "null"],
    properties: {
      merchant: {
        type: "integer",
        minimum: 0,
        maximum: integerMax,
        description: "Number of the merchant.",
      },
      amountMinor: {
        type: "integer",
        minimum: 0,
        maximum: integerMax,
        description: "Amount in cents.",
      },
      link: {
        type: "string",
        maxLength: 255,
        description: "The signed link through which the merchant came.",
      },
      captcha: { type: "boolean", description: "The page's captcha was solved." },
      code: {
        type: "string",
        maxLength: 16,
        description: "The second factor: a one-time password of RFC 6238.",
      },
      terminalMs: {
        type: "integer",
        minimum: -integerMax,
        maximum: integerMax,
        description: "The terminal's clock, in ms since the start of the run.",
      },
    },
  },
  headers: {
    type: "object",
    properties: {
      "idempotency-key": {
        type: "string",
        minLength: 1,
        maxLength: keyMaxLength,
        description: "Asking again under the same key credits nothing twice.",
      },
      [drawKeyHeader]: {
        type: "string",
        maxLength: 64,
        description:
          "stream.index.attempt: what chance is drawn by in this mock. Goes before Idempotency-Key.",
      },
      [messageHeader]: {
        type: "string",
        description: `ISO 8583 message type of what is no plain request: ${messageTypeNames.join(", ")}.`,
      },
      traceparent: { type: "string", description: "W3C trace context; taken and not used." },
    },
  },
} as const;

const problemBody = {
  description: "RFC 9457 problem details",
  content: {
    [problemType]: {
      schema: {
        type: "object",
        required: ["type", "title", "status"],
        properties: {
          type: { type: "string" },
          title: { type: "string" },
          status: { type: "integer" },
          detail: { type: "string" },
          code: { type: "string", description: "ISO 8583 field 39: 68, 91 or 96." },
          cause: { type: "string", enum: [...causes] },
        },
      },
    },
  },
} as const;

export const answerSchemas = {
  200: {
    description: "The decision",
    type: "object",
    required: ["code", "message"],
    properties: {
      code: { type: "string", description: "ISO 8583 field 39; 00 is approved." },
      message: { type: "string" },
      batch: {
        type: "integer",
        description: "ISO 8583 field 15: the batch of the settlement, from 0; absent: none.",
      },
      cause: { type: "string", enum: [...causes], description: "link: a check was not passed." },
    },
    headers: {
      "Server-Timing": { type: "string", description: "Where the time went: own, downstream." },
    },
  },
  "4xx": { ...problemBody, description: "The request cannot be read" },
  "5xx": { ...problemBody, description: "No decision: 500 (96), 503 (91), 504 (68)" },
} as const;

export const healthSchema = {
  operationId: "healthz",
  summary: "Whether this replica takes requests",
  response: {
    200: healthBody("It does", ["ok"]),
    503: healthBody("It does not", ["refuse", "hang", "maintenance"]),
  },
} as const;

function healthBody(description: string, states: readonly string[]) {
  return {
    description,
    type: "object",
    required: ["status", "service", "replica"],
    properties: {
      status: { type: "string", enum: states },
      service: { type: "string" },
      replica: { type: "integer" },
    },
  };
}
