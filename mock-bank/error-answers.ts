import type { Socket } from "node:net";
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { healthPath } from "../src/live/protocol.ts";
import { bodyMaxBytes } from "./body.ts";
import { type ProblemStatus, problem, problemType, sendProblem, statusClaimed } from "./problem.ts";
import type { ServerParts } from "./server-parts.ts";

/** Answers what cannot be served with problem details: never a stack, never our own insides. */
export function addErrorAnswers(server: FastifyInstance, { operations, onBug }: ServerParts): void {
  const methods = methodsByPath(operations);
  const known = operations.map((operation) => `POST /${operation}`).join(", ");
  // Before the body is read: what is wrong with the body of a lost request helps nobody.
  server.addHook("onRequest", (request, reply, next) => {
    if (!request.is404) next();
    else {
      const allowed = methods.get(request.url.replace(/\?.*/s, ""));
      if (allowed === undefined) {
        sendProblem(reply, 404, `no such path; this server answers ${known}`);
      } else {
        reply.header("allow", allowed);
        sendProblem(reply, 405, `this path answers ${allowed}`);
      }
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    const status = statusClaimed(error);
    if (status === 500) onBug(error);
    return sendProblem(reply, status, detailOf(status, error));
  });
}

/** Answers a path that cannot be decoded. */
export function answerBadUrl(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, 400, "the path is not well-formed");
}

/** Answers what is no HTTP request at all, and hangs up. */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const status = unreadableStatus(error.code);
  const { title, ...rest } = problem(status, "this is no well-formed HTTP/1.1 request");
  const body = JSON.stringify({ title, ...rest });
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${problemType}\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

function unreadableStatus(code: string): ProblemStatus {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

function detailOf(status: ProblemStatus, error: unknown): string {
  if (status === 500) return "the server failed";
  if (status === 413) return `a body holds at most ${bodyMaxBytes} bytes`;
  return error instanceof Error ? error.message : "the request cannot be read";
}

function methodsByPath(operations: readonly string[]): ReadonlyMap<string, string> {
  const methods = new Map(
    ["/healthz", "/metrics", "/openapi.json"].map((path) => [path, "GET, HEAD"]),
  );
  for (const path of [...operations.map((operation) => `/${operation}`), healthPath]) {
    const others = methods.get(path);
    methods.set(path, others === undefined ? "POST" : `${others}, POST`);
  }
  return methods;
}
