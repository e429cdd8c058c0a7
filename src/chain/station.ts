import type { Cause } from "../domain/outcome.ts";
import { type Condition, healthy } from "../fault/condition.ts";
import type { Clock } from "../kernel/clock.ts";
import { buildDistribution, type Distribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { roundMs } from "../kernel/units.ts";
import type { Caller } from "./caller.ts";
import { drawFaultDelayMs, strikes } from "./fault-draw.ts";
import { Fifo } from "./fifo.ts";
import type { StageSpec } from "./service-spec.ts";
import type { StationMeter } from "./station-meter.ts";
import { type Visit, VisitEvent } from "./visit.ts";

/** The downstream call of a stage: through which caller, and which operation (by its number). */
export type StationCall = {
  readonly caller: Caller;
  /** By the number of the operation that is running here. */
  readonly operationOf: (operation: string) => number;
};

/**
 * One stage of one replica: workers that serve one queue.
 *
 *   enter -> (fault delay) -> join -> [queue] -> start -> served -> (call) -> leave
 *
 * A worker stays held during the call, unless the stage releases it.
 */
export class Station {
  readonly name: string;
  readonly posts: boolean;
  readonly #clock: Clock;
  readonly #meter: StationMeter;
  readonly #workers: number;
  readonly #queueMax: number;
  readonly #service: Distribution;
  readonly #serviceSite: number;
  readonly #delaySite: number;
  readonly #errorSite: number;
  readonly #releases: boolean;
  readonly #call: StationCall | null;
  readonly #queue = new Fifo<Visit>();
  #busy = 0;
  #held = 0;
  #condition: Condition = healthy;
  #slowFactor = 1;
  #hangs = false;

  /** @param name - `service.stage`; draws are keyed by it, so replicas share their luck. */
  constructor(
    name: string,
    spec: StageSpec,
    seed: string,
    clock: Clock,
    meter: StationMeter,
    call: StationCall | null,
  ) {
    this.name = name;
    this.posts = spec.posts;
    this.#clock = clock;
    this.#meter = meter;
    this.#workers = spec.workers;
    this.#queueMax = spec.queue ?? Number.POSITIVE_INFINITY;
    this.#service = buildDistribution(spec.time);
    this.#serviceSite = siteKey(seed, `${name}/service`);
    this.#delaySite = siteKey(seed, `${name}/delay`);
    this.#errorSite = siteKey(seed, `${name}/error`);
    this.#releases = spec.release;
    this.#call = call;
  }

  /** The faults that act on this stage, and what those of the whole replica add. */
  setCondition(condition: Condition, replicaSlowFactor: number, replicaHangs: boolean): void {
    this.#condition = condition;
    this.#slowFactor = condition.slowFactor * replicaSlowFactor;
    this.#hangs = replicaHangs || condition.down === "hang";
    this.#startWaiting();
    this.#levels();
  }

  enter(visit: Visit): void {
    visit.station = this;
    const nowMs = this.#clock.nowMs();
    this.#meter.arrived(nowMs);
    const condition = this.#condition;
    if (condition !== healthy) {
      const isDown = condition.down === "maintenance" || condition.down === "refuse";
      const error = isDown ? undefined : strikes(condition, this.#errorSite, visit);
      if (isDown || error !== undefined) {
        this.#meter.failed(nowMs);
        const code = error ?? (condition.down === "maintenance" ? "91" : "96");
        visit.fail(code, visit.replica.ownCause(condition.down));
        return;
      }
      if (condition.delays.length > 0) {
        const delayMs = drawFaultDelayMs(condition, this.#delaySite, visit);
        this.#clock.after(delayMs, visit, VisitEvent.stageDelayOver);
        return;
      }
    }
    this.join(visit);
  }

  /** Takes a worker or a place in the queue; turned away if there is neither. */
  join(visit: Visit): void {
    visit.queuedMs = this.#clock.nowMs();
    if (this.#busy < this.#workers && !this.#hangs) this.#start(visit);
    else if (this.#queue.length < this.#queueMax) this.#queue.push(visit);
    else {
      this.#meter.dropped(visit.queuedMs);
      visit.fail("96", this.#whyFull(visit));
      return;
    }
    this.#levels();
  }

  /** The own service time of a visit is over. */
  served(visit: Visit): void {
    if (this.#call === null) {
      this.#free(visit);
      visit.replica.leaveStage(visit);
      return;
    }
    if (this.#releases) this.#free(visit);
    else {
      this.#held += 1;
      this.#levels();
    }
    const operation = this.#call.operationOf(visit.operation?.name ?? "");
    const { streamKey, index, attempt, merchant, amountMinor, trail } = visit;
    // 16 leaves room for the attempts of each call site below this one.
    this.#call.caller.call(
      visit,
      trail,
      operation,
      streamKey,
      index,
      attempt * 16,
      merchant,
      amountMinor,
    );
  }

  /** The downstream call ended: the held worker is free. */
  callEnded(visit: Visit): void {
    if (this.#releases) return;
    this.#held -= 1;
    this.#free(visit);
  }

  /** A queue that is full because most workers wait for another service is not its own fault. */
  #whyFull(visit: Visit): Cause {
    return 2 * this.#held > this.#workers ? "bank-delay" : visit.replica.ownCause(undefined);
  }

  #start(visit: Visit): void {
    const nowMs = this.#clock.nowMs();
    visit.startedMs = nowMs;
    this.#busy += 1;
    this.#meter.started(nowMs - visit.queuedMs);
    const u = draw(this.#serviceSite, visit.streamKey, visit.index, visit.attempt);
    let serviceMs = drawMs(this.#service, u);
    if (this.#slowFactor !== 1) serviceMs = roundMs(serviceMs * this.#slowFactor);
    this.#clock.after(serviceMs, visit, VisitEvent.served);
  }

  #free(visit: Visit): void {
    this.#busy -= 1;
    this.#meter.completed(this.#clock.nowMs() - visit.startedMs);
    this.#startWaiting();
    this.#levels();
  }

  #startWaiting(): void {
    while (!this.#hangs && this.#busy < this.#workers) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#start(next);
    }
  }

  #levels(): void {
    this.#meter.levels(this.#clock.nowMs(), this.#busy, this.#held, this.#queue.length);
  }
}
