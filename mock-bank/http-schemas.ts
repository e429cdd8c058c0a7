import { causes } from "../src/domain/outcome.ts";

/** JSON schemas of requests and answers: fastify validates and writes by them, OpenAPI shows them. */

export const requestSchema = {
  body: {
    type: ["object", "null"],
    properties: {
      merchant: { type: "integer", minimum: 0, description: "Number of the merchant." },
      amountMinor: { type: "integer", minimum: 0, description: "Amount in cents." },
    },
  },
  headers: {
    type: "object",
    properties: {
      "idempotency-key": {
        type: "string",
        maxLength: 255,
        description: "Asking again under the same key credits nothing twice.",
      },
      "x-tillstorm-draw": {
        type: "string",
        maxLength: 64,
        description: "stream.index.attempt: what chance is drawn by in this mock.",
      },
    },
  },
} as const;

const problemSchema = {
  description: "RFC 9457 problem details",
  type: "object",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { type: "string", description: "ISO 8583 field 39." },
    cause: { type: "string", enum: [...causes] },
  },
} as const;

export const answerSchemas = {
  200: {
    description: "The bank's decision",
    type: "object",
    required: ["code", "message"],
    properties: {
      code: { type: "string", description: "ISO 8583 field 39; 00 is approved." },
      message: { type: "string" },
    },
  },
  "4xx": problemSchema,
  "5xx": problemSchema,
} as const;

export const healthSchema = {
  summary: "Whether this replica takes requests",
  response: {
    "2xx": healthBody("ok"),
    "5xx": healthBody("how it is down: refuse, hang or maintenance"),
  },
} as const;

function healthBody(description: string) {
  return {
    description: "State of the replica",
    type: "object",
    properties: {
      status: { type: "string", description },
      service: { type: "string" },
      replica: { type: "integer" },
    },
  };
}
