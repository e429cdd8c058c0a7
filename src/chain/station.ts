import type { Cause } from "../domain/outcome.ts";
import { type Condition, healthy } from "../fault/condition.ts";
import type { Clock } from "../kernel/clock.ts";
import { buildDistribution } from "../kernel/distribution.ts";
import { siteKey } from "../kernel/draw.ts";
import { type KeyedDuration, keyedDuration } from "../kernel/keyed-duration.ts";
import { roundMs } from "../kernel/units.ts";
import { CoDel } from "../policy/codel.ts";
import { PriorityRule } from "../policy/priority.ts";
import { Shedder } from "../policy/shed.ts";
import { WaitingLine } from "../policy/waiting-line.ts";
import { downstreamAttempt } from "./attempt.ts";
import type { CallMaker } from "./call.ts";
import type { Duties } from "./duties.ts";
import { drawFaultDelayMs, strikes } from "./fault-draw.ts";
import type { Forwarder } from "./forwarder.ts";
import { InService } from "./in-service.ts";
import type { StageSpec } from "./service-spec.ts";
import type { StationMeter } from "./station-meter.ts";
import type { Tracer } from "./tracer.ts";
import { type Visit, VisitEvent } from "./visit.ts";

/** What a stage asks for downstream while one operation runs there. */
export type Downstream = {
  /** Its number in the called service. */
  readonly operation: number;
  /** Whether a credit may be posted by it. */
  readonly posts: boolean;
  /** Whether it takes a credit back. */
  readonly reverses: boolean;
};

/** The downstream call of a stage: through what it is made, and what is asked for. */
export type StationCall = {
  readonly maker: CallMaker;
  /** By the number of the operation that runs here; `null`: the stage is no part of that one. */
  readonly downstream: readonly (Downstream | null)[];
  /** Keeps what cannot be delivered, and delivers it later; null: it fails. */
  readonly forwarder: Forwarder | null;
  /** Whether everything is stored first, and nothing called while the request waits. */
  readonly storesAlways: boolean;
};

export type StationParts = {
  /** `service.stage`; draws are keyed by it, so replicas share their luck. */
  readonly name: string;
  readonly spec: StageSpec;
  /** Names of the service's operations. */
  readonly operations: readonly string[];
  readonly seed: string;
  readonly clock: Clock;
  readonly meter: StationMeter;
  readonly call: StationCall | null;
  readonly duties: Duties | null;
  /** Whether a fault may freeze it: what is being served is then kept track of. */
  readonly canFreeze: boolean;
  readonly tracer: Tracer | null;
};

/**
 * One stage of one replica: workers that serve one queue.
 *
 *   enter -> (fault delay) -> join -> [queue] -> start -> served -> (call) -> leave
 *
 * A worker stays held during the call, unless the stage releases it. What waits beyond its deadline
 * leaves the queue; a service that has begun is always finished.
 */
export class Station {
  readonly name: string;
  readonly posts: boolean;
  readonly reads: boolean;
  readonly reconciles: boolean;
  /** What its end does beside letting go on; null: nothing. */
  readonly duties: Duties | null;
  readonly #clock: Clock;
  readonly #meter: StationMeter;
  readonly #tracer: Tracer | null;
  readonly #workers: number;
  readonly #queueMax: number = Number.NaN; // Of some it is infinite.
  readonly #service: KeyedDuration;
  readonly #delaySite: number;
  readonly #errorSite: number;
  readonly #releases: boolean;
  readonly #call: StationCall | null;
  readonly #line: WaitingLine<Visit>;
  readonly #priority: PriorityRule | null;
  readonly #codel: CoDel | null;
  readonly #shedder: Shedder | null;
  readonly #inService: InService | null;
  /** Kept waiting by a fault before they join the queue. */
  #delayed = 0;
  #busy = 0;
  #held = 0;
  #condition: Condition = healthy;
  #isTroubled = false;
  #slowFactor = 1;
  #isStopped = false;

  constructor(parts: StationParts) {
    const { name, spec, operations, seed, clock, meter, call, duties, canFreeze } = parts;
    this.name = name;
    this.posts = spec.posts;
    this.reads = spec.reads;
    this.reconciles = spec.reconciles === true;
    this.#clock = clock;
    this.#meter = meter;
    this.#tracer = parts.tracer;
    this.#workers = spec.workers;
    this.#service = keyedDuration(buildDistribution(spec.time), siteKey(seed, `${name}/service`));
    this.#delaySite = siteKey(seed, `${name}/delay`);
    this.#errorSite = siteKey(seed, `${name}/error`);
    this.#releases = spec.release;
    this.#call = call;
    this.duties = duties;
    const { limit, lifo, priority, codel } = spec.queue ?? {};
    this.#queueMax = limit ?? Number.POSITIVE_INFINITY;
    this.#priority = priority === undefined ? null : new PriorityRule(priority, operations);
    this.#line = new WaitingLine<Visit>(this.#priority?.laneCount, lifo?.above);
    this.#codel = codel === undefined ? null : new CoDel(codel);
    this.#shedder = spec.shed === undefined ? null : new Shedder(spec.shed);
    this.#inService = canFreeze ? new InService(clock) : null;
  }

  /** The faults that act on this stage, and what those of the whole replica add. */
  setCondition(condition: Condition, replicaSlowFactor: number, replicaStops: StopKind): void {
    this.#condition = condition;
    this.#isTroubled = condition !== healthy;
    this.#slowFactor = condition.slowFactor * replicaSlowFactor;
    const isFrozen = replicaStops === "freeze" || condition.down === "freeze";
    this.#isStopped = isFrozen || replicaStops === "hang" || condition.down === "hang";
    this.#inService?.setFrozen(isFrozen);
    this.#startWaiting();
    this.#levels();
  }

  enter(visit: Visit): void {
    visit.station = this;
    const nowMs = this.#clock.nowMs();
    this.#meter.arrived(nowMs);
    if (this.#isTroubled) this.#meetFaults(visit, nowMs);
    else this.#join(visit);
  }

  /** The delay that a fault puts before the stage is over. */
  delayOver(visit: Visit): void {
    this.#delayed -= 1;
    this.#meter.delayed(this.#clock.nowMs(), -1);
    this.#join(visit);
  }

  /** The own service time of a visit is over. */
  served(visit: Visit): void {
    this.#inService?.remove(visit);
    this.#tracer?.note(visit, "served", this.#clock.nowMs() - visit.startedMs);
    if (this.#call !== null && !(this.#call.storesAlways && this.store(visit))) {
      this.#ask(visit, this.#call);
      return;
    }
    this.#free(visit);
    visit.replica.leaveStage(visit);
  }

  /** What this visit asks for downstream; null: nothing. */
  downstreamOf({ operation }: Visit): Downstream | null {
    if (this.#call === null || operation === null) return null;
    return this.#call.downstream[operation.number] ?? null;
  }

  /** The downstream call ended: the held worker is free. */
  callEnded(visit: Visit): void {
    if (this.#releases) return;
    this.#held -= 1;
    this.#free(visit);
  }

  /** The deadline of a visit passed while it waited. */
  expired(visit: Visit): void {
    if (!visit.isWaiting) return;
    this.#line.remove(visit);
    if (this.#line.length === 0) this.#codel?.emptied();
    this.#levels();
    this.#expire(visit);
  }

  /** Takes the request over to deliver it later. False: there is no store here, or it is full. */
  store(visit: Visit): boolean {
    const forwarder = this.#call?.forwarder ?? null;
    const downstream = this.downstreamOf(visit);
    if (forwarder === null || downstream === null) return false;
    if (!forwarder.take(visit, downstream.operation)) return false;
    if (downstream.posts) {
      visit.replica.book.write(visit.payment, "stored", -1, this.#clock.nowMs());
    }
    return true;
  }

  /** The replica was killed: everything here is gone. */
  die(): void {
    const count = this.#delayed + this.#line.length + this.#busy;
    const nowMs = this.#clock.nowMs();
    if (count > 0) this.#meter.killed(nowMs, count);
    this.#meter.levels(nowMs, 0, 0, 0);
  }

  /** What acts on the stage fails the visit, or keeps it from the queue for a while. */
  #meetFaults(visit: Visit, nowMs: number): void {
    const condition = this.#condition;
    const isDown = condition.down === "maintenance" || condition.down === "refuse";
    const error = isDown ? undefined : strikes(condition, this.#errorSite, visit);
    if (isDown || error !== undefined) {
      this.#meter.failed(nowMs);
      const code = error ?? (condition.down === "maintenance" ? "91" : "96");
      this.#tracer?.note(visit, "struck", undefined, code);
      visit.fail(code, visit.replica.ownCause(condition.down));
    } else if (condition.delays.length > 0) {
      const delayMs = drawFaultDelayMs(condition, this.#delaySite, visit);
      this.#delayed += 1;
      this.#meter.delayed(nowMs, 1);
      this.#tracer?.note(visit, "delayed", delayMs);
      this.#clock.after(delayMs, visit, VisitEvent.stageDelayOver);
    } else this.#join(visit);
  }

  /** Asks downstream; the worker stays held until the answer, unless the stage releases it. */
  #ask(visit: Visit, { maker }: StationCall): void {
    if (this.#releases) this.#free(visit);
    else {
      this.#held += 1;
      this.#levels();
    }
    const operation = this.downstreamOf(visit)?.operation ?? 0;
    const { payment, attempt, deadlineMs, messageType } = visit;
    const asked = downstreamAttempt(attempt);
    maker.call(visit, payment, operation, asked, deadlineMs, null, messageType);
  }

  /** Takes a worker or a place in the queue; turned away if there is neither. */
  #join(visit: Visit): void {
    const nowMs = this.#clock.nowMs();
    visit.queuedMs = nowMs;
    if (visit.deadlineMs <= nowMs) this.#expire(visit);
    else if (this.#busy < this.#workers && !this.#isStopped) {
      this.#start(visit);
      this.#levels();
      // What takes no time needs no event; a service that may be frozen is kept track of by one.
      if (visit.servedMs > nowMs || this.#inService !== null) this.#serve(visit);
      else this.served(visit);
    } else this.#queue(visit, nowMs);
  }

  #queue(visit: Visit, nowMs: number): void {
    if (this.#line.length >= this.#queueMax) this.#drop(visit, "full");
    else if (this.#sheds(visit, nowMs)) this.#drop(visit, "shed");
    else {
      this.#wait(visit);
      this.#levels();
    }
  }

  #drop(visit: Visit, why: "full" | "shed" | "codel"): void {
    const nowMs = this.#clock.nowMs();
    this.#meter.dropped(nowMs, nowMs - visit.queuedMs);
    this.#tracer?.note(visit, "dropped", this.#line.length, why);
    visit.fail("96", this.#whyFull(visit));
  }

  /** A queue that is full because most workers wait for another service is not its own fault. */
  #whyFull(visit: Visit): Cause {
    return 2 * this.#held > this.#workers ? "bank-delay" : visit.replica.ownCause(undefined);
  }

  #sheds(visit: Visit, nowMs: number): boolean {
    if (this.#shedder === null) return false;
    return this.#shedder.sheds(nowMs, visit.deadlineMs, this.#line.length, this.#workers);
  }

  #wait(visit: Visit): void {
    visit.lane = this.#priority === null ? 0 : laneOf(visit, this.#priority);
    this.#tracer?.note(visit, "queued", this.#line.length);
    this.#line.push(visit);
    if (visit.deadlineMs < Number.POSITIVE_INFINITY) {
      visit.timer = this.#clock.timer(visit.deadlineMs, visit, VisitEvent.expired);
    }
  }

  /** A worker takes it up: it is known by now when its service will end. */
  #start(visit: Visit): void {
    const nowMs = this.#clock.nowMs();
    visit.startedMs = nowMs;
    this.#busy += 1;
    this.#meter.started(nowMs, nowMs - visit.queuedMs);
    this.#tracer?.note(visit, "started", nowMs - visit.queuedMs);
    const { payment } = visit;
    const serviceMs = this.#service.drawMs(payment.streamKey, payment.index, visit.attempt);
    visit.servedMs = nowMs + (this.#slowFactor === 1 ? serviceMs : this.#slowed(serviceMs));
  }

  #slowed(serviceMs: number): number {
    return roundMs(serviceMs * this.#slowFactor);
  }

  #serve(visit: Visit): void {
    if (this.#inService === null) this.#clock.at(visit.servedMs, visit, VisitEvent.served);
    else this.#inService.add(visit);
  }

  #free(visit: Visit): void {
    const nowMs = this.#clock.nowMs();
    const heldMs = nowMs - visit.startedMs;
    this.#busy -= 1;
    this.#meter.completed(nowMs, heldMs);
    this.#shedder?.observed(heldMs);
    this.#startWaiting();
    this.#levels();
  }

  #startWaiting(): void {
    while (!this.#isStopped && this.#busy < this.#workers) {
      const next = this.#line.shift();
      if (next === undefined) return;
      if (this.#isLeftOut(next)) continue;
      this.#start(next);
      this.#serve(next);
    }
  }

  /** Whether the next in the queue is not served after all, and is told so. */
  #isLeftOut(next: Visit): boolean {
    const isPatient = next.deadlineMs === Number.POSITIVE_INFINITY;
    if (isPatient && this.#codel === null) return false;
    if (!isPatient) this.#clock.cancel(next.timer);
    const nowMs = this.#clock.nowMs();
    if (this.#codel?.drops(nowMs, nowMs - next.queuedMs, this.#line.length) === true) {
      this.#drop(next, "codel");
    } else if (next.deadlineMs <= nowMs) this.#expire(next);
    else return false;
    return true;
  }

  #expire(visit: Visit): void {
    const nowMs = this.#clock.nowMs();
    this.#meter.expired(nowMs, nowMs - visit.queuedMs);
    this.#tracer?.note(visit, "expired", nowMs - visit.queuedMs);
    visit.fail("68", this.#whyFull(visit));
  }

  #levels(): void {
    this.#meter.levels(this.#clock.nowMs(), this.#busy, this.#held, this.#line.length);
  }
}

function laneOf({ operation, payment }: Visit, priority: PriorityRule): number {
  return priority.laneOf(operation?.name ?? "", payment.amountMinor);
}

/** How the replica as a whole stands still, if it does. */
export type StopKind = "hang" | "freeze" | undefined;
