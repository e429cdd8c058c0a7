import assert from "node:assert/strict";
import type { Cause } from "../domain/outcome.ts";
import { isResponseCode, type ResponseCode } from "../domain/response-code.ts";
import { type Condition, combineFaults, healthy } from "../fault/condition.ts";
import { type DownKind, type Fault, parseFaultTarget } from "../fault/fault.ts";
import { FaultTimeline } from "../fault/timeline.ts";
import type { Clock } from "../kernel/clock.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import type { Trail } from "./call.ts";
import { drawFaultDelayMs, strikes } from "./fault-draw.ts";
import type { Ledger } from "./ledger.ts";
import { operatorName } from "./network.ts";
import type { Operation } from "./operation.ts";
import type { ServiceSpec } from "./service-spec.ts";
import type { Station } from "./station.ts";
import { type Asker, Visit, VisitEvent } from "./visit.ts";

export type ReplicaParts = {
  readonly service: string;
  /** Counts from 1, as in `bank#2`. */
  readonly number: number;
  readonly spec: ServiceSpec;
  readonly seed: string;
  readonly clock: Clock;
  readonly stations: ReadonlyMap<string, Station>;
  readonly ledger: Ledger;
};

/** One copy of a service: takes requests in, leads them through its stages, answers. */
export class Replica {
  readonly service: string;
  readonly number: number;
  readonly clock: Clock;
  readonly operations: readonly Operation[];
  /** Called when the way the replica is down changes, so that a live server can close its door. */
  onDown: (down: DownKind | undefined) => void = () => {};
  /** Answers approved without a posting in the ledger: must stay 0. */
  missingCount = 0;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #ledger: Ledger;
  readonly #rejects: readonly { readonly code: ResponseCode; readonly below: number }[];
  readonly #decisionSite: number;
  readonly #delaySite: number;
  readonly #errorSite: number;
  readonly #pool: Visit[] = [];
  #condition: Condition = healthy;
  /** Came while the replica hung. */
  #atDoor: Visit[] = [];
  /** Ready to be answered when it stops hanging. */
  #unanswered: Visit[] = [];

  constructor({ service, number, spec, seed, clock, stations, ledger }: ReplicaParts) {
    this.service = service;
    this.number = number;
    this.clock = clock;
    this.#stations = stations;
    this.#ledger = ledger;
    this.operations = Object.entries(spec.operations).map(([name, stages]) =>
      buildOperation(name, stages, stations),
    );
    let below = 0;
    this.#rejects = Object.entries(spec.rejects).flatMap(([code, share]) => {
      below += share ?? 0;
      return isResponseCode(code) ? [{ code, below }] : [];
    });
    this.#decisionSite = siteKey(seed, `${service}/decision`);
    this.#delaySite = siteKey(seed, `${service}/delay`);
    this.#errorSite = siteKey(seed, `${service}/error`);
  }

  get down(): DownKind | undefined {
    return this.#condition.down;
  }

  /** Lets those of `faults` that are aimed at this replica or its stages take effect in time. */
  startFaults(faults: readonly Fault[], windowFromMs: number): void {
    const mine = faults.flatMap((fault) => {
      const target = parseFaultTarget(fault.on);
      if (target === undefined || target.service !== this.service) return [];
      if (target.replica !== undefined && target.replica !== this.number) return [];
      return [{ fault, stage: target.stage }];
    });
    const timeline: FaultTimeline = new FaultTimeline(
      this.clock,
      mine.map(({ fault }) => fault),
      () => {
        const active = mine.filter(({ fault }) => timeline.isActive(fault));
        const on = (stage: string | undefined) =>
          combineFaults(active.filter((it) => it.stage === stage).map(({ fault }) => fault));
        this.#setCondition(on(undefined), on);
      },
    );
    timeline.start(windowFromMs);
  }

  /** Takes a request in; `asker.replied` follows, now or later, or never while it hangs. */
  accept(
    asker: Asker,
    trail: Trail | null,
    operation: number,
    streamKey: number,
    index: number,
    attempt: number,
    merchant: number,
    amountMinor: number,
  ): void {
    const visit = this.#pool.pop() ?? new Visit(this);
    visit.asker = asker;
    visit.trail = trail;
    visit.operation = this.operations[operation] ?? null;
    visit.streamKey = streamKey;
    visit.index = index;
    visit.attempt = attempt;
    visit.merchant = merchant;
    visit.amountMinor = amountMinor;
    visit.step = 0;
    visit.station = null;
    visit.arrivedMs = this.clock.nowMs();
    visit.callMs = 0;
    visit.code = "00";
    visit.cause = null;
    visit.downstreamMs = 0;
    visit.betweenMs = 0;
    if (this.#condition === healthy) this.begin(visit);
    else this.#meetDoor(visit);
  }

  /** Past the door: on to the first stage. */
  begin(visit: Visit): void {
    if (this.#condition.down === "hang") {
      this.#atDoor.push(visit);
      return;
    }
    this.#enterStage(visit);
  }

  /** The visit is done with its stage: posts if the stage posts, then goes on. */
  leaveStage(visit: Visit): void {
    if (visit.station?.posts === true) {
      const { streamKey, index, amountMinor } = visit;
      this.#ledger.post(streamKey, index, amountMinor, this.clock.nowMs());
    }
    visit.step += 1;
    this.#enterStage(visit);
  }

  /** Answers the visit with its code, unless the replica hangs. */
  reply(visit: Visit): void {
    if (this.#condition.down === "hang") {
      this.#unanswered.push(visit);
      return;
    }
    const posts = visit.operation !== null && visit.operation.postingStep >= 0;
    if (posts && visit.code === "00" && !this.#ledger.has(visit.streamKey, visit.index)) {
      this.missingCount += 1;
    }
    visit.ownMs = this.clock.nowMs() - visit.arrivedMs - visit.callMs;
    const asker = visit.asker;
    visit.asker = null;
    visit.trail = null;
    asker?.replied(visit);
    this.#pool.push(visit);
  }

  /** Whose fault it is when this replica itself fails a request. */
  ownCause(down: DownKind | undefined): Cause {
    if (this.service === operatorName) return "operator-capacity";
    return down === undefined ? "bank-delay" : "communication";
  }

  #meetDoor(visit: Visit): void {
    const condition = this.#condition;
    if (condition.down === "maintenance") {
      visit.fail("91", this.ownCause("maintenance"));
      return;
    }
    const error = strikes(condition, this.#errorSite, visit);
    if (error !== undefined) visit.fail(error, this.ownCause(undefined));
    else if (condition.delays.length > 0) {
      const delayMs = drawFaultDelayMs(condition, this.#delaySite, visit);
      this.clock.after(delayMs, visit, VisitEvent.doorDelayOver);
    } else this.begin(visit);
  }

  #enterStage(visit: Visit): void {
    const { operation, step } = visit;
    assert(operation !== null, "a visit has an operation");
    const decidesAt =
      operation.postingStep >= 0 ? operation.postingStep : operation.stations.length;
    if (step === decidesAt && this.#rejects.length > 0) {
      const code = this.#decide(visit);
      if (code !== undefined) {
        visit.fail(code, null);
        return;
      }
    }
    const station = operation.stations[step];
    if (station === undefined) this.reply(visit);
    else station.enter(visit);
  }

  /** The decision is drawn for the activation, not the attempt: asking again changes nothing. */
  #decide(visit: Visit): ResponseCode | undefined {
    const u = draw(this.#decisionSite, visit.streamKey, visit.index, 0);
    return this.#rejects.find(({ below }) => u < below)?.code;
  }

  #setCondition(own: Condition, stage: (name: string) => Condition): void {
    const before = this.#condition.down;
    this.#condition = own;
    for (const [name, station] of this.#stations) {
      station.setCondition(stage(name), own.slowFactor, own.down === "hang");
    }
    if (own.down !== before) this.onDown(own.down);
    if (before === "hang" && own.down !== "hang") this.#resume();
  }

  /** What was ready is answered first, then what waited at the door is taken up, in order. */
  #resume(): void {
    const unanswered = this.#unanswered;
    const atDoor = this.#atDoor;
    this.#unanswered = [];
    this.#atDoor = [];
    for (const visit of unanswered) this.reply(visit);
    for (const visit of atDoor) this.#enterStage(visit);
  }
}

function buildOperation(
  name: string,
  stages: readonly string[],
  byName: ReadonlyMap<string, Station>,
): Operation {
  const stations = stages.map((stage) => {
    const station = byName.get(stage);
    assert(station !== undefined, `operation ${name} names a stage that exists`);
    return station;
  });
  return { name, stations, postingStep: stations.findIndex((station) => station.posts) };
}
