import { buildReplica, serviceOf, type World } from "../chain/build.ts";
import { MemoryLedger } from "../chain/ledger.ts";
import type { Replica } from "../chain/replica.ts";
import type { Session } from "../chain/session.ts";
import { type OpenTrace, type Span, spanMs, Traffic } from "../chain/traffic.ts";
import { replicationSeed } from "../kernel/draw.ts";
import type { ActivationRecord } from "../record/activation-record.ts";
import { RunRecord, type VariantSummary } from "../record/run-record.ts";
import { StationRecord } from "../record/station-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import { DirectTransport } from "./direct-transport.ts";
import { VirtualClock } from "./virtual-clock.ts";

export type SimulateOptions = {
  readonly scenario: Scenario;
  readonly variant: string;
  readonly span: Span;
  /** How many runs, each under luck of its own. */
  readonly seeds: number;
  readonly openTrace: OpenTrace;
  /** Told now and then how far a run is, 0..1. */
  readonly onProgress?: (seedIndex: number, doneRatio: number) => void;
  /** Asked now and then; true ends the run early. */
  readonly isStopped?: () => boolean;
};

export type Simulated = {
  /** All runs together. */
  readonly summary: VariantSummary;
  /** Each run by itself, for paired comparisons. */
  readonly runs: readonly VariantSummary[];
  readonly isPartial: boolean;
  readonly eventCount: number;
};

/** Events between two looks at the world outside. */
const eventsPerTurn = 200_000;

/** Runs one variant in virtual time, under each of its seeds. Yields to the event loop on its way. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { scenario, span, seeds, variant } = options;
  const newRecord = () =>
    new RunRecord({ durationMs: spanMs(span), promiseMs: scenario.promise, isLive: false });
  const total = newRecord();
  const runs: VariantSummary[] = [];
  let isPartial = false;
  let eventCount = 0;
  for (let index = 0; index < seeds && !isPartial; index += 1) {
    const own = newRecord();
    const run = new SimulatedRun(scenario, replicationSeed(scenario.seed, index), options, own);
    while (run.advance(eventsPerTurn)) {
      options.onProgress?.(index, Math.min(1, run.nowMs / spanMs(span)));
      await new Promise((resolve) => setImmediate(resolve));
      if (options.isStopped?.() === true) {
        isPartial = true;
        break;
      }
    }
    run.finish();
    eventCount += run.eventCount;
    runs.push(own.summarise(variant));
    total.merge(own);
  }
  return { summary: total.summarise(variant), runs, isPartial, eventCount };
}

/** One run of one scenario under one seed. */
class SimulatedRun {
  readonly measuresSends = false;
  readonly #clock = new VirtualClock();
  readonly #endMs: number;
  readonly #durationMs: number;
  readonly #record: RunRecord;
  readonly #traffic: Traffic;
  readonly #ledgers: MemoryLedger[] = [];
  readonly #replicas: Replica[] = [];
  readonly #stations: {
    readonly name: string;
    readonly replicas: number;
    readonly workers: number;
    readonly record: StationRecord;
  }[] = [];
  readonly #activation: ActivationRecord = {
    plannedMs: 0,
    ending: "unfinished",
    endedMs: Number.NaN,
    sendLagMs: Number.NaN,
    toldApproved: false,
    toldDeclined: false,
    creditedAtMs: Number.NaN,
    creditCount: 0,
    posts: false,
    attempts: 0,
    cause: "communication",
  };

  constructor(
    scenario: Scenario,
    seed: string,
    { span, openTrace }: SimulateOptions,
    record: RunRecord,
  ) {
    this.#record = record;
    this.#durationMs = spanMs(span);
    this.#endMs = this.#durationMs + scenario.drain;
    const transports = new Map(
      Object.keys(scenario.services).map((service) => [service, new DirectTransport()]),
    );
    const transportTo = (service: string) => transports.get(service) ?? new DirectTransport();
    const world: World = { clock: this.#clock, seed, transportTo };
    for (const [service, transport] of transports) {
      const ledger = new MemoryLedger();
      this.#ledgers.push(ledger);
      const spec = serviceOf(scenario, service);
      for (let number = 1; number <= spec.replicas; number += 1) {
        const replica = buildReplica(scenario, world, service, number, ledger, (stage) => {
          const station = new StationRecord(record.buckets, this.#durationMs);
          this.#stations.push({
            name: `${service}.${stage}`,
            replicas: spec.replicas,
            workers: spec.stages[stage]?.workers ?? 1,
            record: station,
          });
          return station;
        });
        replica.startFaults(scenario.faults, span.fromMs);
        transport.connect(replica);
        this.#replicas.push(replica);
      }
    }
    this.#traffic = new Traffic(scenario, world, span, openTrace, this);
    record.beginRun();
    this.#traffic.start();
  }

  get nowMs(): number {
    return this.#clock.nowMs();
  }

  get eventCount(): number {
    return this.#clock.queue.firedCount;
  }

  /** @returns Whether there is more to do. */
  advance(eventMax: number): boolean {
    return this.#clock.run(this.#endMs, eventMax);
  }

  finish(): void {
    this.#traffic.stop();
    for (const { record: station, ...shape } of this.#stations) {
      station.close(Math.max(this.#durationMs, this.nowMs));
      this.#record.addStation(shape, station);
    }
    for (const { missingCount } of this.#replicas) {
      this.#record.addMissing(missingCount);
    }
  }

  finished(session: Session): void {
    const { terminals } = session;
    const it = this.#activation;
    it.plannedMs = session.plannedMs;
    it.ending = session.ending;
    it.endedMs = session.endedMs;
    it.toldApproved = session.toldApproved;
    it.toldDeclined = session.toldDeclined;
    it.posts = terminals.posts;
    it.attempts = session.attempts;
    it.cause = session.cause;
    it.creditedAtMs = !terminals.posts && session.toldApproved ? session.endedMs : Number.NaN;
    it.creditCount = 0;
    if (terminals.posts) {
      for (const ledger of this.#ledgers) {
        const creditedAtMs = ledger.take(terminals.streamKey, session.index);
        if (Number.isNaN(creditedAtMs)) continue;
        it.creditCount += 1;
        if (!(it.creditedAtMs <= creditedAtMs)) it.creditedAtMs = creditedAtMs;
      }
    }
    this.#record.add(it);
  }
}
