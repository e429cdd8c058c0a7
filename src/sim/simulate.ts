import type { Session } from "../chain/session.ts";
import { type OpenTrace, type Span, spanMs, Traffic } from "../chain/traffic.ts";
import { decideOutcome } from "../domain/outcome.ts";
import { replicationSeed } from "../kernel/draw.ts";
import type { ActivationRecord, OnActivation } from "../record/activation-record.ts";
import { RunRecord, type VariantSummary } from "../record/run-record.ts";
import { StationRecord } from "../record/station-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { OverheadOptions } from "./message-overhead.ts";
import { SimulatedServices } from "./services.ts";
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
  /** Messages take a little longer, as on real sockets. Absent: as the scenario says. */
  readonly overhead?: OverheadOptions;
  readonly onActivation?: OnActivation;
};

export type Simulated = {
  /** All runs together. */
  readonly summary: VariantSummary;
  /** Each run by itself, for paired comparisons. */
  readonly runs: readonly VariantSummary[];
  readonly isPartial: boolean;
  readonly eventCount: number;
  /** Activations of which something was still under way when their run ended. */
  readonly openCount: number;
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
  let openCount = 0;
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
    openCount += run.openCount;
    run.finish();
    eventCount += run.eventCount;
    runs.push(own.summarise(variant));
    total.merge(own);
  }
  return { summary: total.summarise(variant), runs, isPartial, eventCount, openCount };
}

/** One run of one scenario under one seed. */
class SimulatedRun {
  readonly measuresSends = false;
  readonly #clock = new VirtualClock();
  readonly #endMs: number;
  readonly #durationMs: number;
  readonly #record: RunRecord;
  readonly #traffic: Traffic;
  readonly #promiseMs: number;
  readonly #onActivation: OnActivation | undefined;
  readonly #services: SimulatedServices;
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
    { span, openTrace, overhead, onActivation }: SimulateOptions,
    record: RunRecord,
  ) {
    this.#record = record;
    this.#promiseMs = scenario.promise;
    this.#onActivation = onActivation;
    this.#durationMs = spanMs(span);
    this.#endMs = this.#durationMs + scenario.drain;
    this.#services = new SimulatedServices({
      scenario,
      seed,
      clock: this.#clock,
      span,
      overhead,
      newStation: () => new StationRecord(record.buckets, this.#durationMs),
    });
    const world = this.#services.worldOf({ isOver: false });
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

  get openCount(): number {
    return this.#traffic.openCount;
  }

  /** @returns Whether there is more to do. */
  advance(eventMax: number): boolean {
    return this.#clock.run(this.#endMs, eventMax);
  }

  finish(): void {
    this.#traffic.stop();
    for (const { record: station, ...shape } of this.#services.stations) {
      station.close(Math.max(this.#durationMs, this.nowMs));
      this.#record.addStation(shape, station);
    }
    for (const { missingCount, policyCounts } of this.#services.replicas) {
      this.#record.addMissing(missingCount);
      for (const counts of policyCounts) this.#record.addPolicies(counts.site, counts.read());
    }
    for (const counts of this.#traffic.policyCounts) {
      this.#record.addPolicies(counts.site, counts.read());
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
      for (const ledger of this.#services.ledgers) {
        const creditedAtMs = ledger.take(terminals.streamKey, session.index);
        if (Number.isNaN(creditedAtMs)) continue;
        it.creditCount += 1;
        if (!(it.creditedAtMs <= creditedAtMs)) it.creditedAtMs = creditedAtMs;
      }
    }
    this.#record.add(it);
    this.#onActivation?.(
      terminals.streamKey,
      session.index,
      it.plannedMs,
      it.endedMs - it.plannedMs,
      decideOutcome(it, this.#promiseMs),
    );
  }
}
