import type { IncomingHttpHeaders } from "node:http";
import { siteKey } from "../src/kernel/draw.ts";
import { type DrawKey, parseDrawKey } from "../src/live/draw-key.ts";
import { drawKeyHeader } from "../src/live/protocol.ts";

export const keyMaxLength = 255;

/** Keys whose attempts are counted; the one asked longest ago is forgotten first. */
const recentMaxCount = 10_000;

/**
 * What the draws and the posting of a request are keyed by. The driver says it outright, in
 * `x-tillstorm-draw`. Others send an Idempotency-Key, and asking again under it is another attempt
 * for the same credit. A request with neither is a new activation each time.
 */
export class RequestKeys {
  readonly #keylessStream: number;
  #keylessCount = 0;
  readonly #askedCounts = new Map<string, number>();

  /** @param replica - Replicas share a ledger: two keyless requests must not meet in it. */
  constructor(replica: number) {
    this.#keylessStream = siteKey("tillstorm", `requests without a key#${replica}`);
  }

  /** `undefined` if the headers are bad. */
  keyOf(headers: IncomingHttpHeaders): DrawKey | undefined {
    const drawText = headers[drawKeyHeader];
    if (typeof drawText === "string") return parseDrawKey(drawText);
    const idempotencyKey = headers["idempotency-key"];
    if (typeof idempotencyKey !== "string") {
      this.#keylessCount += 1;
      return { streamKey: this.#keylessStream, index: this.#keylessCount, attempt: 0 };
    }
    if (idempotencyKey === "" || idempotencyKey.length > keyMaxLength) return undefined;
    return {
      streamKey: siteKey("idempotency-key", idempotencyKey),
      index: siteKey("idempotency-key, again", idempotencyKey) >>> 0,
      attempt: this.#attemptOf(idempotencyKey),
    };
  }

  #attemptOf(idempotencyKey: string): number {
    const attempt = this.#askedCounts.get(idempotencyKey) ?? 0;
    this.#askedCounts.delete(idempotencyKey);
    this.#askedCounts.set(idempotencyKey, attempt + 1);
    if (this.#askedCounts.size > recentMaxCount) {
      for (const oldest of this.#askedCounts.keys()) {
        this.#askedCounts.delete(oldest);
        break;
      }
    }
    return attempt;
  }
}
