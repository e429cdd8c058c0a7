import type { Clock } from "../kernel/clock.ts";
import { objectList } from "../kernel/object-list.ts";
import { type Visit, VisitEvent } from "./visit.ts";

/**
 * What is being served at a station that may freeze. While it is frozen no service goes on; when it
 * thaws each takes as long as it still had to (preemptive resume).
 */
export class InService {
  readonly #clock: Clock;
  readonly #visits = objectList<Visit>();
  #isFrozen = false;
  #frozenAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Its service begins, and ends at its `servedMs` unless the station freezes. */
  add(visit: Visit): void {
    visit.timer = this.#clock.timer(visit.servedMs, visit, VisitEvent.served);
    visit.servingSlot = this.#visits.length;
    this.#visits.push(visit);
  }

  remove(visit: Visit): void {
    const last = this.#visits.pop();
    if (last === undefined || last === visit) return;
    this.#visits[visit.servingSlot] = last;
    last.servingSlot = visit.servingSlot;
  }

  setFrozen(isFrozen: boolean): void {
    if (isFrozen === this.#isFrozen) return;
    this.#isFrozen = isFrozen;
    const nowMs = this.#clock.nowMs();
    if (isFrozen) {
      this.#frozenAtMs = nowMs;
      for (const visit of this.#visits) this.#clock.cancel(visit.timer);
      return;
    }
    for (const visit of this.#visits) {
      visit.servedMs += nowMs - this.#frozenAtMs;
      visit.timer = this.#clock.timer(visit.servedMs, visit, VisitEvent.served);
    }
  }
}
