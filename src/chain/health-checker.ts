import { verdictOf } from "../domain/response-code.ts";
import { type Clock, seldom, type Timed } from "../kernel/clock.ts";
import { siteKey } from "../kernel/draw.ts";
import type { HealthBoard, HealthSpec } from "../policy/health.ts";
import type { CallOwner, CallResult } from "./call.ts";
import type { Caller } from "./caller.ts";
import type { Life } from "./life.ts";
import type { Routine } from "./routine.ts";

/**
 * Asks every replica of a service regularly whether it is well. The question travels the way of all
 * requests: what loses those loses this one too.
 */
export class HealthChecker implements Timed, Routine {
  readonly #clock: Clock;
  readonly #spec: HealthSpec;
  readonly #caller: Caller;
  readonly #probes: readonly HealthProbe[];
  readonly #life: Life;
  #roundCount = 0;

  /** @param site - Whose checks these are; draws are keyed by it. */
  constructor(
    clock: Clock,
    spec: HealthSpec,
    caller: Caller,
    board: HealthBoard,
    seed: string,
    site: string,
    life: Life,
  ) {
    this.#clock = clock;
    this.#spec = spec;
    this.#caller = caller;
    this.#life = life;
    this.#probes = Array.from(board.healthy, (_, replica) => {
      return new HealthProbe(board, replica, siteKey(seed, `${site}/health/${replica}`));
    });
  }

  start(): void {
    this.#clock.after(this.#spec.every, this, seldom);
  }

  fire(): void {
    if (this.#life.isOver) return;
    for (const probe of this.#probes) {
      this.#caller.probe(probe, probe.site, this.#roundCount, probe.replica, this.#spec.timeout);
    }
    this.#roundCount += 1;
    this.#clock.after(this.#spec.every, this, seldom);
  }
}

class HealthProbe implements CallOwner {
  readonly replica: number;
  readonly site: number;
  readonly #board: HealthBoard;

  constructor(board: HealthBoard, replica: number, site: number) {
    this.#board = board;
    this.replica = replica;
    this.site = site;
  }

  callEnded(result: CallResult): void {
    const isWell = result.end === "answered" && verdictOf(result.code) === "approved";
    this.#board.record(this.replica, isWell);
  }
}
