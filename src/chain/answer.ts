import type { Cause } from "../domain/outcome.ts";
import type { ResponseCode } from "../domain/response-code.ts";

/** What a service answers, and where the time of the answer went. */
export interface Answer {
  readonly code: ResponseCode;
  /** What is to blame where it does not approve; null: nothing is. */
  readonly cause: Cause | null;
  /** Time in the service itself, in those it called, and between them. [ms] */
  readonly ownMs: number;
  readonly downstreamMs: number;
  readonly betweenMs: number;
  /** The batch of the settlement that it says its credit is in; -1: it says none. */
  readonly batch: number;
}

/** An answer as who gives it or gets it has it; by itself, one that is kept while it travels. */
export class AnswerParts implements Answer {
  code: ResponseCode = "00";
  cause: Cause | null = null;
  ownMs = Number.NaN;
  downstreamMs = Number.NaN;
  betweenMs = Number.NaN;
  batch = -1;

  /** Takes over what another says, for who gave it is used for the next request meanwhile. */
  keep({ code, cause, ownMs, downstreamMs, betweenMs, batch }: Answer): void {
    this.code = code;
    this.cause = cause;
    this.ownMs = ownMs;
    this.downstreamMs = downstreamMs;
    this.betweenMs = betweenMs;
    this.batch = batch;
  }
}
