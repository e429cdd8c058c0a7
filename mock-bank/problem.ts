import type { FastifyReply } from "fastify";

export const problemType = "application/problem+json";

const titles = {
  400: "Bad request",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  410: "Gone",
  413: "Content too large",
  415: "Unsupported media type",
  431: "Request header fields too large",
  500: "Internal error",
} as const;

/** The statuses of requests that never reach the chain. */
export type ProblemStatus = keyof typeof titles;

/** RFC 9457 problem details of a request that never reached the chain. */
export type Problem = {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: ProblemStatus;
  /** What to do about it, for a person. */
  readonly detail: string;
};

export function problem(status: ProblemStatus, detail: string): Problem {
  return { type: "about:blank", title: titles[status], status, detail };
}

export function sendProblem(
  reply: FastifyReply,
  status: ProblemStatus,
  detail: string,
): FastifyReply {
  return reply.code(status).type(problemType).send(problem(status, detail));
}

/** What an error of fastify, or of ours, claims to be; anything unheard of is a mistake of ours. */
export function statusClaimed(error: unknown): ProblemStatus {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return 500;
  const { statusCode } = error;
  return typeof statusCode === "number" && isProblemStatus(statusCode) ? statusCode : 500;
}

function isProblemStatus(status: number): status is ProblemStatus {
  return Object.hasOwn(titles, status);
}
