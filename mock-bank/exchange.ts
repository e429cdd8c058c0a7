import type { FastifyReply } from "fastify";
import type { Asker, Visit } from "../src/chain/visit.ts";
import { responseCodes, verdictOf } from "../src/domain/response-code.ts";
import { problemOf, renderTiming, statusOf } from "../src/live/protocol.ts";
import { problemType } from "./problem.ts";

/** One HTTP request that waits for its visit to the replica to end. */
export class Exchange implements Asker {
  readonly #reply: FastifyReply;
  readonly #done: (visit: Visit) => void;

  constructor(reply: FastifyReply, done: (visit: Visit) => void) {
    this.#reply = reply;
    this.#done = done;
  }

  /** The replica object was given up while the process lives on: the connection ends unanswered. */
  hungUp(): void {
    this.#reply.hijack();
    this.#reply.raw.destroy();
  }

  replied(visit: Visit): void {
    this.#done(visit);
    const { code, cause } = visit;
    this.#reply.header(
      "server-timing",
      renderTiming(visit.ownMs, visit.downstreamMs, visit.betweenMs),
    );
    if (verdictOf(code) === "retriable") {
      this.#reply.code(statusOf(code)).type(problemType).send(problemOf(code, cause));
    } else this.#reply.send({ code, message: responseCodes[code] });
  }
}
