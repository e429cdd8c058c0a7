import type { Cause } from "../domain/outcome.ts";
import { causes, type TimeByCause } from "../domain/outcome.ts";
import type { Call } from "./call.ts";

const networkPlace = causes.indexOf("network");
const communicationPlace = causes.indexOf("communication");
const bankPlace = causes.indexOf("bank-delay");
const operatorPlace = causes.indexOf("operator-capacity");

/** Where the time of one activation went, by what it would be blamed on. */
export class TimeSpent {
  readonly ms: TimeByCause = new Float64Array(causes.length);

  clear(): void {
    for (let place = 0; place < this.ms.length; place += 1) this.ms[place] = 0;
  }

  /** Time in which nothing could happen because of `cause`. */
  lose(cause: Cause, lostMs: number): void {
    this.#add(causes.indexOf(cause), lostMs);
  }

  /** One request of the terminal, answered after `elapsedMs`: its parts. */
  answered(call: Call, elapsedMs: number, isOperator: boolean): void {
    const { ownMs, downstreamMs, betweenMs } = call;
    this.#add(isOperator ? operatorPlace : bankPlace, ownMs);
    this.#add(bankPlace, downstreamMs);
    this.#add(communicationPlace, betweenMs);
    this.#add(networkPlace, Math.max(0, elapsedMs - ownMs - downstreamMs - betweenMs));
  }

  #add(place: number, ms: number): void {
    this.ms[place] = (this.ms[place] ?? 0) + ms;
  }
}
