import { type Cause, causes, type TimeByCause } from "../domain/outcome.ts";
import type { Call } from "./call.ts";

/** Where the time of one activation went, by what it would be blamed on. [ms] */
export class TimeSpent {
  // A field each: every answer is added up here, and few activations are ever late.
  #networkMs = Number.NaN;
  #communicationMs = Number.NaN;
  #bankMs = Number.NaN;
  #operatorMs = Number.NaN;

  clear(): void {
    this.#networkMs = 0;
    this.#communicationMs = 0;
    this.#bankMs = 0;
    this.#operatorMs = 0;
  }

  /** Time in which nothing could happen because of `cause`. */
  lose(cause: "network" | "bank-delay" | "operator-capacity", lostMs: number): void {
    if (cause === "network") this.#networkMs += lostMs;
    else if (cause === "bank-delay") this.#bankMs += lostMs;
    else this.#operatorMs += lostMs;
  }

  /** One request of the terminal, answered after `elapsedMs`: its parts. */
  answered(call: Call, elapsedMs: number, isOperator: boolean): void {
    const { ownMs, downstreamMs, betweenMs } = call;
    if (isOperator) this.#operatorMs += ownMs;
    else this.#bankMs += ownMs;
    this.#bankMs += downstreamMs;
    this.#communicationMs += betweenMs;
    this.#networkMs += Math.max(0, elapsedMs - ownMs - downstreamMs - betweenMs);
  }

  toTimes(): TimeByCause {
    return Float64Array.from(causes, (cause) => this.#of(cause));
  }

  #of(cause: Cause): number {
    if (cause === "network") return this.#networkMs;
    if (cause === "communication") return this.#communicationMs;
    if (cause === "bank-delay") return this.#bankMs;
    return cause === "operator-capacity" ? this.#operatorMs : 0;
  }
}
