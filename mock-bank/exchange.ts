import type { FastifyReply } from "fastify";
import type { Asker, Visit } from "../src/chain/visit.ts";
import type { Cause } from "../src/domain/outcome.ts";
import { type ResponseCode, responseCodes, verdictOf } from "../src/domain/response-code.ts";
import { problemOf, renderTiming, statusOf } from "../src/live/protocol.ts";
import { problemType } from "./problem.ts";
import type { Stage } from "./server-parts.ts";

/** One HTTP request that waits for its visit to the replica to end. */
export class Exchange implements Asker {
  readonly #reply: FastifyReply;
  readonly #stage: Stage;
  readonly #isCounted: boolean;
  readonly #count: (code: ResponseCode, elapsedMs: number) => void;
  readonly #beganMs: number;

  /**
   * @param isCounted - Whether it counts among the open operations of the stage.
   * @param count - Told of the answer, and of the time it took.
   */
  constructor(
    reply: FastifyReply,
    stage: Stage,
    isCounted: boolean,
    count: (code: ResponseCode, elapsedMs: number) => void,
  ) {
    this.#reply = reply;
    this.#stage = stage;
    this.#isCounted = isCounted;
    this.#count = count;
    this.#beganMs = stage.clock.nowMs();
    if (isCounted) stage.openCount += 1;
  }

  /** The replica object was given up while the process lives on: the connection ends unanswered. */
  hungUp(): void {
    this.#close();
    this.#reply.hijack();
    this.#reply.raw.destroy();
  }

  replied(visit: Visit): void {
    this.#close();
    const { code, cause, ownMs, downstreamMs, betweenMs, batch } = visit;
    this.#count(code, this.#stage.clock.nowMs() - this.#beganMs);
    const timing = renderTiming(ownMs, downstreamMs, betweenMs);
    this.#stage.afterCommit(() => this.#send(code, cause, timing, batch));
  }

  #send(code: ResponseCode, cause: Cause | null, timing: string, batch: number): void {
    this.#reply.header("server-timing", timing);
    if (verdictOf(code) === "retriable") {
      this.#reply.code(statusOf(code)).type(problemType).send(problemOf(code, cause));
    } else {
      const said = { code, message: responseCodes[code] };
      const decision = batch < 0 ? said : { ...said, batch };
      this.#reply.send(cause === null ? decision : { ...decision, cause });
    }
  }

  #close(): void {
    if (this.#isCounted) this.#stage.openCount -= 1;
  }
}
