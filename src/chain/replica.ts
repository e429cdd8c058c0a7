import assert from "node:assert/strict";
import type { Credentials } from "../domain/credentials.ts";
import type { MessageType } from "../domain/message-type.ts";
import type { Cause } from "../domain/outcome.ts";
import {
  declinesPayment,
  type ResponseCode,
  responseCodeOf,
  verdictOf,
} from "../domain/response-code.ts";
import { type Condition, healthy } from "../fault/condition.ts";
import type { DownKind, Fault } from "../fault/fault.ts";
import type { Clock } from "../kernel/clock.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { objectList } from "../kernel/object-list.ts";
import { batchOf, type SettlementSpec } from "./bank-spec.ts";
import { DoorLimits } from "./door-limits.ts";
import type { Duties } from "./duties.ts";
import { drawFaultDelayMs, strikes } from "./fault-draw.ts";
import type { Forwarder } from "./forwarder.ts";
import type { Journals } from "./journals.ts";
import { KeptAnswers } from "./kept-answers.ts";
import type { Life } from "./life.ts";
import { operatorName } from "./network.ts";
import type { Notifier } from "./notifier.ts";
import { buildOperation, type Operation } from "./operation.ts";
import type { OperatorBook } from "./operator-book.ts";
import type { Payment } from "./payment.ts";
import { PolicyCounts } from "./policy-counts.ts";
import type { Reconciler } from "./reconciler.ts";
import { type FaultTime, startReplicaFaults } from "./replica-faults.ts";
import type { Routine } from "./routine.ts";
import type { ServiceSpec } from "./service-spec.ts";
import type { Station } from "./station.ts";
import type { Tracer } from "./tracer.ts";
import { type Asker, Visit, VisitEvent } from "./visit.ts";

export type ReplicaParts = {
  readonly service: string;
  /** Counts from 1, as in `bank#2`. */
  readonly number: number;
  readonly spec: ServiceSpec;
  readonly seed: string;
  readonly clock: Clock;
  readonly stations: ReadonlyMap<string, Station>;
  readonly journals: Journals;
  readonly life: Life;
  /** What its policies did, at its door and at its call sites. */
  readonly policyCounts: readonly PolicyCounts[];
  /** Started with the replica: health checks and deliveries that go on by themselves. */
  readonly routines: readonly Routine[];
  readonly forwarders: readonly Forwarder[];
  /** Tells merchants of their credit; null: nobody does. */
  readonly notifier: Notifier | null;
  /** Closes the batches of its bank; null: nobody does, or another replica. */
  readonly reconciler: Reconciler | null;
  /** Whether a fault may kill it: who is inside is then kept track of. */
  readonly canDie: boolean;
  readonly tracer: Tracer | null;
};

/** One copy of a service: takes requests in, leads them through its stages, answers. */
export class Replica {
  readonly service: string;
  readonly number: number;
  readonly clock: Clock;
  readonly operations: readonly Operation[];
  /** Called when the way the replica is down changes, so that a live server can close its door. */
  onDown: (down: DownKind | undefined) => void = () => {};
  readonly life: Life;
  readonly policyCounts: readonly PolicyCounts[];
  /** Hears what happens in it, outside of its stages; null: nobody does. */
  readonly tracer: Tracer | null;
  /** Answers approved without a posting in the ledger: must stay 0. */
  missingCount = 0;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #journals: Journals;
  readonly #hasTriggers: boolean;
  /** Whether there is anything to decide. */
  readonly #decides: boolean;
  readonly #settlement: SettlementSpec | undefined;
  readonly #kept: KeptAnswers | null;
  readonly #notifier: Notifier | null;
  readonly #reconciler: Reconciler | null;
  readonly #rejects: readonly { readonly code: ResponseCode; readonly below: number }[];
  readonly #decisionSite: number;
  readonly #delaySite: number;
  readonly #errorSite: number;
  readonly #pool = objectList<Visit>();
  readonly #limits: DoorLimits;
  readonly #doorCounts: PolicyCounts;
  readonly #routines: readonly Routine[];
  readonly #forwarders: readonly Forwarder[];
  readonly #canDie: boolean;
  readonly #present = objectList<Visit>();
  #condition: Condition = healthy;
  /** Something acts on it. Fields, here and below, for a getter that compares is slow, and every visit asks. */
  #isTroubled = false;
  /** Its door is shut: who asks hears so at once. */
  refuses = false;
  /** It hangs, or is frozen. */
  #isStopped = false;
  /** Came while the replica hung. */
  #atDoor = objectList<Visit>();
  /** Ready to be answered when it stops hanging. */
  #unanswered = objectList<Visit>();

  constructor(parts: ReplicaParts) {
    const { service, number, spec, seed, clock, stations, journals } = parts;
    this.service = service;
    this.number = number;
    this.clock = clock;
    this.#stations = stations;
    this.#journals = journals;
    this.#settlement = spec.settlement;
    this.#hasTriggers = spec.triggers === "cents";
    this.#kept = KeptAnswers.of(spec.idempotency);
    this.#notifier = parts.notifier;
    this.#reconciler = parts.reconciler;
    this.life = parts.life;
    this.tracer = parts.tracer;
    this.#routines = parts.routines;
    this.#forwarders = parts.forwarders;
    this.#canDie = parts.canDie;
    const doorCounts = new PolicyCounts(service, parts.tracer);
    this.#doorCounts = doorCounts;
    this.#limits = new DoorLimits(spec, doorCounts);
    this.policyCounts = [doorCounts, ...parts.policyCounts];
    this.operations = Object.entries(spec.operations).map(([name, stages], place) =>
      buildOperation(name, place, stages, stations),
    );
    let below = 0;
    this.#rejects = Object.entries(spec.rejects).flatMap(([name, share]) => {
      below += share ?? 0;
      const code = responseCodeOf(name);
      return code === undefined ? [] : [{ code, below }];
    });
    this.#decides = this.#rejects.length > 0 || this.#hasTriggers;
    this.#decisionSite = siteKey(seed, `${service}/decision`);
    this.#delaySite = siteKey(seed, `${service}/delay`);
    this.#errorSite = siteKey(seed, `${service}/error`);
  }

  get down(): DownKind | undefined {
    return this.#condition.down;
  }

  /** What the service as an operator knows of each payment. */
  get book(): OperatorBook {
    return this.#journals.book;
  }

  /** Requests acknowledged and not delivered yet, credits not yet told of, batches not closed. */
  get storedCount(): number {
    const own = (this.#notifier?.pendingCount ?? 0) + (this.#reconciler?.pendingCount ?? 0);
    return this.#forwarders.reduce((sum, { pendingCount }) => sum + pendingCount, own);
  }

  /** Begins what the replica does by itself: faults strike it, health checks go out. */
  start(faults: readonly Fault[], time: FaultTime): void {
    startReplicaFaults(this.clock, this, faults, time, (own, stage) => {
      if (!this.life.isOver) this.#setCondition(own, stage);
    });
    for (const routine of this.#routines) routine.start();
  }

  /** Takes a request in; `asker.replied` follows, now or later, or never while it hangs. */
  accept(
    asker: Asker,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): void {
    const visit = this.#pool.pop() ?? new Visit(this);
    visit.asker = asker;
    visit.payment = payment;
    visit.operation = this.operations[operation] ?? null;
    visit.attempt = attempt;
    visit.shown = shown;
    visit.messageType = messageType;
    visit.batch = -1;
    visit.deadlineMs = deadlineMs;
    visit.step = 0;
    visit.station = null;
    visit.arrivedMs = this.clock.nowMs();
    visit.callMs = 0;
    visit.mayHavePosted = false;
    visit.code = "00";
    visit.cause = null;
    visit.downstreamMs = 0;
    visit.betweenMs = 0;
    if (this.#canDie) this.#enterList(visit);
    this.tracer?.note(visit, "arrived", undefined, visit.operation?.name);
    if (this.#isTroubled) this.#meetDoor(visit);
    else this.begin(visit);
  }

  /** Past the door: on to the first stage. */
  begin(visit: Visit): void {
    if (this.#isStopped) {
      this.tracer?.note(visit, "stands");
      this.#atDoor.push(visit);
    } else this.#admit(visit);
  }

  /** The visit is done with its stage: what the stage does at its end is done, then it goes on. */
  leaveStage(visit: Visit): void {
    const duties = visit.station?.duties ?? null;
    if (duties !== null && !this.#fulfil(duties, visit)) return;
    visit.step += 1;
    this.#enterStage(visit);
  }

  /** Answers the visit with its code, unless the replica hangs. */
  reply(visit: Visit): void {
    if (this.#isStopped) {
      this.tracer?.note(visit, "heldBack", undefined, visit.code);
      this.#unanswered.push(visit);
      return;
    }
    const nowMs = this.clock.nowMs();
    const { operation } = visit;
    if (operation !== null && operation.postingStep >= 0) this.#witness(visit, nowMs);
    if (this.#settlement !== undefined) visit.batch = this.#batchOf(visit, this.#settlement);
    visit.ownMs = nowMs - visit.arrivedMs - visit.callMs;
    if (visit.isLimited) this.#limits.leave(visit, nowMs);
    if (this.#canDie) this.#leaveList(visit);
    this.tracer?.note(visit, "answers", visit.ownMs, visit.code);
    const asker = visit.asker;
    visit.asker = null;
    visit.shown = null;
    asker?.replied(visit);
    this.#pool.push(visit);
  }

  /** Is killed: what it was doing dies with it, and every connection to it breaks. */
  die(): void {
    this.life.isOver = true;
    this.closeStations();
    for (const visit of this.#present.splice(0)) {
      this.tracer?.note(visit, "killed");
      visit.asker?.hungUp();
    }
  }

  /** Ends the records of its stations: whoever is there is killed. */
  closeStations(): void {
    for (const station of this.#stations.values()) station.die();
  }

  /** Whose fault it is when this replica itself fails a request. */
  ownCause(down: DownKind | undefined): Cause {
    if (this.service === operatorName) return "operator-capacity";
    return down === undefined ? "bank-delay" : "communication";
  }

  /** Past the door's own limits, which turn away what is too much. */
  #admit(visit: Visit): void {
    // A health check: the replica is well enough to answer.
    if (visit.operation === null || (this.#kept !== null && this.#isKept(visit, this.#kept))) {
      this.reply(visit);
    } else if (this.#limits.isLimiting && !this.#limits.admits(visit, this.clock.nowMs())) {
      visit.fail("96", this.ownCause(undefined));
    } else this.#enterStage(visit);
  }

  /** Whether it was answered before, and is so again. */
  #isKept(visit: Visit, answers: KeptAnswers): boolean {
    const isPosting = visit.operation !== null && visit.operation.postingStep >= 0;
    const code = isPosting ? answers.answerTo(visit, this.clock.nowMs()) : null;
    if (code === null) return false;
    this.#doorCounts.did("kept", visit);
    visit.code = code;
    return true;
  }

  /** @returns Whether the visit goes on: a duty may end it. */
  #fulfil(duties: Duties, visit: Visit): boolean {
    const code = duties.perform(visit, this.clock.nowMs());
    if (code === null) return true;
    visit.fail(code, code === "63" ? "link" : null);
    return false;
  }

  /** Holds the answer to what posts against the ledger, and keeps it for when it is asked for again. */
  #witness(visit: Visit, nowMs: number): void {
    const { streamKey, index } = visit.payment;
    if (visit.code === "00" && !this.#journals.ledger.has(streamKey, index)) this.missingCount += 1;
    // What was turned away at the door never began, and is asked anew.
    if (visit.station !== null) this.#kept?.keep(visit, nowMs);
  }

  /** The batch of its first posting, however often it was asked for; -1: there is none, or none to name. */
  #batchOf({ operation, code, payment }: Visit, settlement: SettlementSpec): number {
    if (operation?.namesBatch !== true || code !== "00") return -1;
    const { streamKey, index } = payment;
    const postedAtMs = this.#journals.ledger.postedAtMs(streamKey, index);
    return Number.isNaN(postedAtMs) ? -1 : batchOf(settlement, postedAtMs);
  }

  #enterList(visit: Visit): void {
    visit.presentSlot = this.#present.length;
    this.#present.push(visit);
  }

  #leaveList(visit: Visit): void {
    const last = this.#present.pop();
    if (last === undefined || last === visit) return;
    this.#present[visit.presentSlot] = last;
    last.presentSlot = visit.presentSlot;
  }

  #meetDoor(visit: Visit): void {
    const condition = this.#condition;
    if (condition.down === "maintenance") {
      this.tracer?.note(visit, "turnedAway", undefined, "91");
      visit.fail("91", this.ownCause("maintenance"));
      return;
    }
    const error = strikes(condition, this.#errorSite, visit);
    if (error !== undefined) {
      this.tracer?.note(visit, "turnedAway", undefined, error);
      visit.fail(error, this.ownCause(undefined));
    } else if (condition.delays.length > 0) {
      const delayMs = drawFaultDelayMs(condition, this.#delaySite, visit);
      this.tracer?.note(visit, "delayed", delayMs);
      this.clock.after(delayMs, visit, VisitEvent.doorDelayOver);
    } else this.begin(visit);
  }

  #enterStage(visit: Visit): void {
    const { operation, step } = visit;
    if (operation === null) assert.fail("a visit has an operation");
    if (step === operation.decidingStep && this.#decides && this.#declines(visit)) return;
    const station = operation.stations[step];
    if (station === undefined) this.reply(visit);
    else station.enter(visit);
  }

  #declines(visit: Visit): boolean {
    const code = this.#decide(visit);
    if (code === undefined) return false;
    this.tracer?.note(visit, "declined", undefined, code);
    visit.fail(code, null);
    return true;
  }

  /** The decision is drawn for the activation, not the attempt: asking again changes nothing. */
  #decide(visit: Visit): ResponseCode | undefined {
    const trigger = this.#hasTriggers ? triggerOf(visit.payment.amountMinor) : undefined;
    if (trigger !== undefined) return trigger;
    const u = draw(this.#decisionSite, visit.payment.streamKey, visit.payment.index, 0);
    return this.#rejects.find(({ below }) => u < below)?.code;
  }

  #setCondition(own: Condition, stage: (name: string) => Condition): void {
    const before = this.#condition.down;
    this.#condition = own;
    this.#isTroubled = own !== healthy;
    this.refuses = own.down === "refuse";
    this.#isStopped = own.down === "hang" || own.down === "freeze";
    for (const [name, station] of this.#stations) {
      const stops = own.down === "hang" || own.down === "freeze" ? own.down : undefined;
      station.setCondition(stage(name), own.slowFactor, stops);
    }
    if (own.down !== before) this.onDown(own.down);
    const wasStopped = before === "hang" || before === "freeze";
    if (wasStopped && !this.#isStopped) this.#resume();
  }

  /** What was ready is answered first, then what waited at the door is taken up, in order. */
  #resume(): void {
    const unanswered = this.#unanswered;
    const atDoor = this.#atDoor;
    this.#unanswered = objectList();
    this.#atDoor = objectList();
    for (const visit of unanswered) this.reply(visit);
    for (const visit of atDoor) this.#admit(visit);
  }
}

/** The code that the cents of an amount ask for, such as 91 of 10.91; what approves asks nothing. */
function triggerOf(amountMinor: number): ResponseCode | undefined {
  const code = responseCodeOf(String(amountMinor % 100).padStart(2, "0"));
  if (code === undefined) return undefined;
  return declinesPayment(code) || verdictOf(code) === "retriable" ? code : undefined;
}
