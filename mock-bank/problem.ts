import type { FastifyReply } from "fastify";

/** RFC 9457 problem details of a request that never reached the chain. */
export function problem(status: number, detail: string, instance?: string) {
  const body = { type: "about:blank", title: titles[status] ?? "Error", status, detail };
  return instance === undefined ? body : { ...body, instance };
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  404: "Not found",
  405: "Method not allowed",
  413: "Content too large",
  415: "Unsupported media type",
  500: "Internal error",
};

/** Answers a request that cannot be read; what is wrong inside is not told to strangers. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const claimed =
    typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : 500;
  const status = typeof claimed === "number" && claimed >= 400 ? claimed : 500;
  const detail = status < 500 && error instanceof Error ? error.message : "the server failed";
  return reply.code(status).type("application/problem+json").send(problem(status, detail));
}
