import { buildReplica } from "../../src/chain/build.ts";
import { MemoryStore } from "../../src/chain/forward-store.ts";
import { type MemoryJournals, memoryJournals } from "../../src/chain/journals.ts";
import type { MemoryLedger } from "../../src/chain/ledger.ts";
import type { Life } from "../../src/chain/life.ts";
import { Payment } from "../../src/chain/payment.ts";
import type { Replica } from "../../src/chain/replica.ts";
import type { StationMeter } from "../../src/chain/station-meter.ts";
import type { Asker, Visit } from "../../src/chain/visit.ts";
import type { MessageType } from "../../src/domain/message-type.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { type CountingTrail, HandClock, ScriptedTransport } from "./scripted.ts";

/** What one station said of itself. */
export class RecordingMeter implements StationMeter {
  readonly counts = { arrived: 0, dropped: 0, failed: 0, expired: 0, killed: 0 };
  /** How long each waited, in the order in which they were taken up. [ms] */
  readonly waitedMs: number[] = [];
  /** How long each held its worker. [ms] */
  readonly heldMs: number[] = [];
  /** Busy, held, queued. */
  level: readonly [number, number, number] = [0, 0, 0];

  arrived(): void {
    this.counts.arrived += 1;
  }
  dropped(): void {
    this.counts.dropped += 1;
  }
  failed(): void {
    this.counts.failed += 1;
  }
  expired(): void {
    this.counts.expired += 1;
  }
  delayed(): void {}
  killed(_nowMs: number, count: number): void {
    this.counts.killed += count;
  }
  started(_nowMs: number, waitMs: number): void {
    this.waitedMs.push(waitMs);
  }
  completed(_nowMs: number, heldMs: number): void {
    this.heldMs.push(heldMs);
  }
  levels(_nowMs: number, busy: number, held: number, queued: number): void {
    this.level = [busy, held, queued];
  }
}

/** Who asks a replica, and what it hears: `30 00`, `30 96 bank-delay`, `30 hung up`. */
export class Customer implements Asker {
  readonly heard: string[] = [];
  ownMs = Number.NaN;
  downstreamMs = Number.NaN;
  betweenMs = Number.NaN;
  readonly #clock: HandClock;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  replied(visit: Visit): void {
    const cause = visit.cause === null ? "" : ` ${visit.cause}`;
    this.heard.push(`${this.#clock.nowMs()} ${visit.code}${cause}`);
    this.ownMs = visit.ownMs;
    this.downstreamMs = visit.downstreamMs;
    this.betweenMs = visit.betweenMs;
  }

  hungUp(): void {
    this.heard.push(`${this.#clock.nowMs()} hung up`);
  }
}

export type Asked = {
  readonly index?: number;
  readonly attempt?: number;
  /** By its place among the operations; -1: a health check. */
  readonly operation?: number;
  readonly amountMinor?: number;
  readonly deadlineMs?: number;
  readonly trail?: CountingTrail;
  readonly messageType?: MessageType;
};

/** What a killed process leaves to the next one. */
export type ProcessLeft = {
  readonly clock?: HandClock;
  readonly store?: MemoryStore;
  readonly journals?: MemoryJournals;
};

/** One replica as the chain builds it; time, and the services that it calls, are in the test's hand. */
export class ReplicaUnderTest {
  readonly clock: HandClock;
  readonly ledger: MemoryLedger;
  readonly journals: MemoryJournals;
  readonly life: Life = { isOver: false };
  readonly replica: Replica;
  readonly store: MemoryStore;
  readonly #meters = new Map<string, RecordingMeter>();
  readonly #ways = new Map<string, ScriptedTransport>();
  #nextIndex = 0;

  /**
   * @param services - The part of a scenario; `bank` is the one that is built, unless told otherwise.
   * @param more - Of a process that was there before: its clock, its store and its journals.
   */
  constructor(services: string, faults = "[]", more: { service?: string } & ProcessLeft = {}) {
    this.journals = more.journals ?? memoryJournals();
    this.ledger = this.journals.ledger;
    this.clock = more.clock ?? new HandClock();
    this.store = more.store ?? new MemoryStore();
    const { service = "bank" } = more;
    const text = `
name: one-replica
duration: 1h
traffic: { asks: { calls: ${service}.ask, arrivals: { even: { rate: 1/s } } } }
services:
${services}
faults: ${faults}
`;
    const { scenario } = parseScenario(text, "replica.yaml").baseline;
    const world = {
      clock: this.clock,
      seed: scenario.seed,
      transportTo: (_from: string, to: string) => this.way(to),
      storeOf: () => this.store,
      tracerAt: () => null,
      life: this.life,
    };
    this.replica = buildReplica(scenario, world, service, 1, this.journals, (it) => this.meter(it));
    const nowMs = this.clock.nowMs();
    const time = { seed: scenario.seed, windowFromMs: 0, untilMs: scenario.duration, nowMs };
    this.replica.start(scenario.faults, time);
  }

  meter(stage: string): RecordingMeter {
    const meter = this.#meters.get(stage) ?? new RecordingMeter();
    this.#meters.set(stage, meter);
    return meter;
  }

  /** What a service that it calls was asked. */
  way(service: string): ScriptedTransport {
    const way = this.#ways.get(service) ?? new ScriptedTransport(this.clock);
    this.#ways.set(service, way);
    return way;
  }

  /** One request now; each is an activation of its own unless `index` says which. */
  ask(it: Asked = {}): Customer {
    const customer = new Customer(this.clock);
    const { index = this.#nextIndex, attempt = 0, operation = 0, amountMinor = 100 } = it;
    const { deadlineMs = Number.POSITIVE_INFINITY, trail = null, messageType = null } = it;
    this.#nextIndex += 1;
    const payment = new Payment(7, index, index, amountMinor, trail);
    this.replica.accept(customer, payment, operation, attempt, deadlineMs, null, messageType);
    return customer;
  }

  /** Several at once. */
  askAll(count: number, it: Asked = {}): readonly Customer[] {
    return Array.from({ length: count }, () => this.ask(it));
  }

  /** What its policies did: at its door, and at all its calls together. */
  get counts(): Readonly<Record<string, number>> {
    return Object.assign({}, ...this.replica.policyCounts.map((it) => it.read()));
  }
}
