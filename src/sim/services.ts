import assert from "node:assert/strict";
import { batchSpendableAtMs, spendableAtMs } from "../chain/bank-spec.ts";
import { buildReplica } from "../chain/build.ts";
import { journalTerms, serviceOf } from "../chain/chain-spec.ts";
import type { MemoryClosings } from "../chain/closings.ts";
import { hasDuties } from "../chain/duties.ts";
import { MemoryStore } from "../chain/forward-store.ts";
import { type MemoryJournals, memoryJournals } from "../chain/journals.ts";
import type { Life } from "../chain/life.ts";
import type { Replica } from "../chain/replica.ts";
import type { Span } from "../chain/span.ts";
import type { StrayMessages } from "../chain/stray-messages.ts";
import type { World } from "../chain/world.ts";
import { crashEpisodes } from "../fault/crash.ts";
import type { StationRecord } from "../record/station-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import { DirectTransport } from "./direct-transport.ts";
import { MessageOverhead, type OverheadOptions } from "./message-overhead.ts";
import { ReplicaHost } from "./replica-host.ts";
import { SimulatedLinks } from "./simulated-links.ts";
import type { TimelineTracer } from "./timeline-tracer.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export type ServicesOptions = {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly clock: VirtualClock;
  readonly span: Span;
  readonly overhead: OverheadOptions | undefined;
  readonly newStation: () => StationRecord;
  /** Hears what happens to activations. Absent: nobody does. */
  readonly tracer?: TimelineTracer | undefined;
};

/** All services of one simulated run: their replicas, ledgers, stores, and the ways to them. */
export class SimulatedServices {
  /** By service, with when its credits are spendable. */
  readonly journals: {
    readonly of: MemoryJournals;
    readonly spendableAtMs: (postedAtMs: number) => number;
    readonly settlesInBatches: boolean;
    readonly isReconciled: boolean;
  }[] = [];
  /** Of each service that closes batches: how, and when the money of a batch is spendable. */
  readonly closings: {
    readonly of: MemoryClosings;
    readonly spendableAtMs: (batch: number) => number;
  }[] = [];
  readonly stations: {
    readonly name: string;
    readonly replicas: number;
    readonly workers: number;
    readonly record: StationRecord;
  }[] = [];
  readonly #options: ServicesOptions;
  readonly #hosts: ReplicaHost[] = [];
  readonly #transports: ReadonlyMap<string, DirectTransport>;
  readonly #links: SimulatedLinks;
  readonly #journalsOf = new Map<string, MemoryJournals>();

  constructor(options: ServicesOptions) {
    this.#options = options;
    const { scenario, clock, seed, span, overhead } = options;
    const untilMs = span.toMs + scenario.drain;
    this.#links = new SimulatedLinks(scenario, clock, seed, span.fromMs, untilMs);
    this.#transports = new Map(
      Object.keys(scenario.services).map((service) => [
        service,
        new DirectTransport(
          overhead === undefined ? null : new MessageOverhead(clock, seed, service, overhead),
        ),
      ]),
    );
    for (const [service, transport] of this.#transports) this.#start(service, transport);
    for (const service of this.#journalsOf.keys()) this.#watchClosings(service);
  }

  /** Whose messages links with faults have lost, or held for too long. */
  get strays(): StrayMessages {
    return this.#links.strays;
  }

  /** Every replica that ever served, those that were killed too. */
  get replicas(): readonly Replica[] {
    return this.#hosts.flatMap(({ generations }) => generations);
  }

  /**
   * The world as one process sees it.
   *
   * @param replica - Which one it is, such as `bank#2`; `undefined`: the terminals.
   */
  worldOf(life: Life, stores = new Map<string, MemoryStore>(), replica?: string): World {
    const { clock, seed, tracer } = this.#options;
    return {
      clock,
      seed,
      life,
      transportTo: (from, service) => {
        const transport = this.#transports.get(service) ?? new DirectTransport();
        return this.#links.between(from, service, transport);
      },
      storeOf: (site) => {
        const store = stores.get(site) ?? new MemoryStore();
        stores.set(site, store);
        return store;
      },
      tracerAt: (site) => {
        const place = replica === undefined ? site : site.replace(/^[^.]+/, replica);
        return tracer?.at(place, clock) ?? null;
      },
    };
  }

  /** What nobody asks for any more when a batch is closed is forgotten by the bank too. */
  #watchClosings(service: string): void {
    const { scenario } = this.#options;
    const bankName = serviceOf(scenario, service).reconciliation?.with;
    const own = this.#journalsOf.get(service);
    if (bankName === undefined || own === undefined) return;
    const { settlement } = serviceOf(scenario, bankName);
    const bank = this.#journalsOf.get(bankName);
    assert(settlement !== undefined && bank !== undefined, "the loader has seen to that");
    const spendableAtMs = (batch: number) => batchSpendableAtMs(settlement, batch);
    this.closings.push({ of: own.closings, spendableAtMs });
    own.closings.onClosed = (batch) => {
      bank.ledger.forgetThrough(batch, (key, index) => own.book.isOpen(key, index));
    };
  }

  #start(service: string, transport: DirectTransport): void {
    const { scenario, clock, span, seed, newStation } = this.#options;
    const spec = serviceOf(scenario, service);
    const terms = journalTerms(scenario, service);
    const journals = memoryJournals(terms);
    this.#journalsOf.set(service, journals);
    // Nobody looks into those of a service that has nothing to write down.
    if (Object.values(spec.stages).some((it) => hasDuties(it) || it.call !== undefined)) {
      this.journals.push({
        of: journals,
        spendableAtMs: (postedAtMs) => spendableAtMs(spec.settlement, postedAtMs),
        settlesInBatches: spec.settlement !== undefined,
        isReconciled: terms.isReconciled,
      });
    }
    const untilMs = span.toMs + scenario.drain;
    for (let number = 1; number <= spec.replicas; number += 1) {
      const records = new Map<string, StationRecord>();
      const stores = new Map<string, MemoryStore>();
      for (const [stage, { workers }] of Object.entries(spec.stages)) {
        const record = newStation();
        records.set(stage, record);
        this.stations.push({
          name: `${service}.${stage}`,
          replicas: spec.replicas,
          workers,
          record,
        });
      }
      const build = () =>
        buildReplica(
          scenario,
          this.worldOf({ isOver: false }, stores, `${service}#${number}`),
          service,
          number,
          journals,
          (stage) => records.get(stage) ?? newStation(),
        );
      const host = new ReplicaHost(clock, build, (replica, nowMs) => {
        replica.start(scenario.faults, { seed, windowFromMs: span.fromMs, untilMs, nowMs });
      });
      host.start(crashEpisodes(scenario.faults, seed, service, number, span.fromMs, untilMs));
      transport.connect(host);
      this.#hosts.push(host);
    }
  }
}
