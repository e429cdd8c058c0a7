import type { Session } from "../chain/session.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { type OpenTrace, Traffic } from "../chain/traffic.ts";
import {
  blameFor,
  blameTheWay,
  type Cause,
  causes,
  decideOutcome,
  type Outcome,
} from "../domain/outcome.ts";
import { replicationSeed } from "../kernel/draw.ts";
import {
  addRecords,
  clearRecords,
  newActivationRecord,
  type OnActivation,
  type ServiceRecords,
} from "../record/activation-record.ts";
import {
  causeOf,
  RunRecord,
  type RunRecordOptions,
  type VariantSummary,
} from "../record/run-record.ts";
import { StationRecord } from "../record/station-record.ts";
import type { Tail } from "../record/tail-result.ts";
import { moneyOptions } from "../scenario/money-options.ts";
import type { Scenario } from "../scenario/schema.ts";
import { streamNames } from "../traffic/plan.ts";
import { type BatchCuts, BatchRecords } from "./batches.ts";
import { compileFor, expectedActivationCount } from "./compiling.ts";
import type { OverheadOptions } from "./message-overhead.ts";
import { SimulatedServices } from "./services.ts";
import { StationPieces } from "./station-pieces.ts";
import type { TimelineTracer } from "./timeline-tracer.ts";
import { findUsualTimes, type UsualTimes } from "./usual-times.ts";
import { VirtualClock } from "./virtual-clock.ts";

export type SimulateOptions = {
  readonly scenario: Scenario;
  readonly variant: string;
  readonly span: Span;
  /** How many runs, each under luck of its own. */
  readonly seeds: number;
  /** The number of the first of them. @default 0 */
  readonly firstSeed?: number;
  readonly openTrace: OpenTrace;
  /** Told now and then how far a run is, 0..1. */
  readonly onProgress?: (seedIndex: number, doneRatio: number) => void;
  /** Asked now and then; true ends the run early. */
  readonly isStopped?: () => boolean;
  /** Messages take a little longer, as on real sockets. Absent: as the scenario says. */
  readonly overhead?: OverheadOptions;
  readonly onActivation?: OnActivation;
  /** Records a run in batches too: for intervals from one long run in its steady state. */
  readonly inBatches?: boolean;
  /** Notes what happens to a few activations. Absent: nobody does, and it costs nothing. */
  readonly tracer?: TimelineTracer;
};

export type Simulated = {
  /** All runs together. */
  readonly summary: VariantSummary;
  /** The same, to be added to that of further runs. */
  readonly record: RunRecord;
  /** Each run by itself, for paired comparisons; one that was stopped is no equal of the others. */
  readonly runs: readonly VariantSummary[];
  readonly isPartial: boolean;
  readonly eventCount: number;
  /** Activations of which something was still under way when their run ended. */
  readonly openCount: number;
  /** The last run in batches, if that was asked for and it ran to its end. */
  readonly batches: BatchCuts;
  /** Where the slowest of the first run lost their time. Absent or null: nobody looked, or cannot tell. */
  readonly tail?: Tail | null;
};

/** Events between two looks at the world outside. */
const eventsPerTurn = 200_000;

/** Runs one variant in virtual time, under each of its seeds. Yields to the event loop on its way. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { scenario, span, seeds, firstSeed = 0, variant } = options;
  compileFor(seeds * expectedActivationCount(scenario, span));
  const newRecord = () => new RunRecord(recordOptions(scenario, span));
  const total = newRecord();
  let batches: BatchCuts = [];
  const runs: VariantSummary[] = [];
  let isPartial = false;
  let eventCount = 0;
  let openCount = 0;
  for (let index = 0; index < seeds && !isPartial; index += 1) {
    // One run alone is all of them.
    const own = seeds === 1 ? total : newRecord();
    const seed = replicationSeed(scenario.seed, firstSeed + index);
    const run = new SimulatedRun(scenario, seed, options, own);
    while (run.advance(eventsPerTurn)) {
      options.onProgress?.(index, Math.min(1, run.nowMs / spanMs(span)));
      await new Promise((resolve) => setImmediate(resolve));
      if (options.isStopped?.() === true) {
        isPartial = true;
        break;
      }
    }
    openCount += run.openCount;
    run.finish(isPartial);
    batches = isPartial ? [] : run.batches(variant);
    eventCount += run.eventCount;
    if (!isPartial) runs.push(own.summarise(variant));
    if (own !== total) total.merge(own);
  }
  const summary = seeds === 1 && runs[0] !== undefined ? runs[0] : total.summarise(variant);
  return { summary, record: total, runs, isPartial, eventCount, openCount, batches };
}

/** How the runs of a case are recorded. A warm-up of `auto` has been found by now, or is none. */
export function recordOptions(
  scenario: Scenario,
  span: Span,
): RunRecordOptions & { readonly warmUpMs: number } {
  const { warmUp } = scenario;
  return {
    durationMs: spanMs(span),
    promiseMs: scenario.promise,
    isLive: false,
    money: moneyOptions(scenario, span),
    warmUpMs: typeof warmUp === "number" ? Math.min(warmUp, spanMs(span)) : 0,
  };
}

/** How long the traffic is that figures are of: without its warm-up. [ms] */
export function measuredMs(scenario: Scenario, span: Span): number {
  const { durationMs, warmUpMs } = recordOptions(scenario, span);
  return durationMs - warmUpMs;
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
  readonly #tracer: TimelineTracer | undefined;
  readonly #services: SimulatedServices;
  readonly #stations: readonly StationPieces[];
  readonly #batches: BatchRecords | null;
  /** Where the records of stations are cut, in order; the first is the end of the warm-up, if any. */
  readonly #cutsMs: readonly number[];
  readonly #hasWarmUp: boolean;
  #cutCount = 0;
  readonly #activation = newActivationRecord();
  /** What a service has written down of it; the same object for each. */
  readonly #records: { -readonly [K in keyof ServiceRecords]: ServiceRecords[K] } = {
    entry: undefined,
    book: undefined,
    foundAtMs: Number.NaN,
    heardAtMs: Number.NaN,
    spendableAtMs: (postedAtMs) => postedAtMs,
    settlesInBatches: false,
    isReconciled: false,
  };
  /** Credits that stand, as found activation by activation. */
  #creditCount = 0;
  /** Found when the first activation is late: most runs have none. */
  readonly #usualTimes: () => UsualTimes;
  #usual: UsualTimes | undefined;

  constructor(
    scenario: Scenario,
    seed: string,
    { span, openTrace, overhead, onActivation, tracer, inBatches }: SimulateOptions,
    record: RunRecord,
  ) {
    const recorded = recordOptions(scenario, span);
    const { warmUpMs } = recorded;
    this.#hasWarmUp = warmUpMs > 0;
    this.#batches = inBatches === true ? new BatchRecords(recorded) : null;
    this.#cutsMs = [...(this.#hasWarmUp ? [warmUpMs] : []), ...(this.#batches?.cutsMs ?? [])];
    this.#record = record;
    this.#promiseMs = scenario.promise;
    this.#onActivation = onActivation;
    this.#tracer = tracer;
    this.#durationMs = spanMs(span);
    this.#endMs = this.#durationMs + scenario.drain;
    this.#services = new SimulatedServices({
      scenario,
      seed,
      clock: this.#clock,
      span,
      overhead,
      tracer,
      newStation: () => new StationRecord(record.buckets, this.#durationMs),
    });
    this.#stations = this.#services.stations.map((it) => new StationPieces(it));
    const world = this.#services.worldOf({ isOver: false });
    this.#traffic = new Traffic(scenario, world, span, openTrace, this);
    for (const { of } of this.#services.journals) {
      of.book.onFound = (key, index) => record.money.found(key, index);
    }
    this.#usualTimes = () => findUsualTimes(scenario, seed, span, openTrace);
    record.beginRun(streamNames(seed, Object.keys(scenario.traffic)));
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
    const cutMs = this.#cutsMs[this.#cutCount];
    if (cutMs === undefined) return this.#clock.run(this.#endMs, eventMax);
    if (this.#clock.run(cutMs, eventMax)) return true;
    for (const station of this.#stations) station.cut(cutMs);
    this.#cutCount += 1;
    return true;
  }

  /** After `finish`: the run in batches; empty if that was not asked for. */
  batches(variant: string): BatchCuts {
    return this.#batches?.cuts(variant) ?? [];
  }

  /** @param isStopped - It did not come to its end: nothing is known of the time after this. */
  finish(isStopped = false): void {
    const isQuiet = this.openCount === 0;
    this.#traffic.stop();
    if (isQuiet) this.#checkCount();
    for (const { of, spendableAtMs } of this.#services.closings) {
      for (const it of of.list) this.#record.money.closed(spendableAtMs(it.batch), it);
    }
    const endMs = isStopped ? this.nowMs : Math.max(this.#durationMs, this.nowMs);
    if (isStopped) this.#record.stoppedAt(endMs);
    const to = { run: this.#record, batches: this.#batches };
    for (const station of this.#stations) station.finish(endMs, this.#hasWarmUp ? 1 : 0, to);
    for (const { missingCount, policyCounts } of this.#services.replicas) {
      this.#record.addMissing(missingCount);
      for (const counts of policyCounts) this.#record.addPolicies(counts.site, counts.read());
    }
    for (const counts of this.#traffic.policyCounts) {
      this.#record.addPolicies(counts.site, counts.read());
    }
  }

  /** Every credit that stands belongs to an activation that was planned. */
  #checkCount(): void {
    const standing = this.#services.journals.reduce((sum, { of }) => {
      return sum + of.ledger.standingCount;
    }, 0);
    if (standing === this.#creditCount) return;
    const what = `${standing} credits stand, and the activations have ${this.#creditCount}`;
    this.#record.money.broken("unbalanced", what);
  }

  finished(session: Session): void {
    const { terminals } = session;
    const it = this.#activation;
    it.streamKey = terminals.streamKey;
    it.index = session.payment.index;
    it.amountMinor = terminals.asksWho ? session.payment.amountMinor : 0;
    it.plannedMs = session.plannedMs;
    it.ending = session.ending;
    it.endedMs = session.endedMs;
    it.toldApproved = session.toldApproved;
    it.toldDeclined = session.toldDeclined;
    it.isBad = session.intent !== "genuine";
    it.reversal = session.reversal;
    it.posts = terminals.posts;
    it.attempts = session.attempts;
    it.cause = session.cause;
    clearRecords(it);
    if (this.#services.journals.length > 0) this.#consultJournals(terminals.identity !== null);
    const way = this.#services.strays.take(it.streamKey, it.index);
    it.cause = blameTheWay(it.cause, way);
    const outcome = decideOutcome(it, this.#promiseMs);
    if (outcome === "late") it.lateCause = blameTheWay(this.#blame(session), way);
    this.#record.add(it, outcome);
    this.#batches?.add(it);
    this.#creditCount += it.creditCount;
    this.#tracer?.finished(it, outcome);
    if (this.#onActivation !== undefined) this.#tell(this.#onActivation, outcome);
  }

  /** Adds what the services have written down of the activation, which they may forget. */
  #consultJournals(hasLink: boolean): void {
    const it = this.#activation;
    const { streamKey, index } = it;
    const records = this.#records;
    for (const { of, spendableAtMs, settlesInBatches, isReconciled } of this.#services.journals) {
      records.entry = of.ledger.take(streamKey, index);
      records.foundAtMs = of.book.foundAtMs(streamKey, index);
      records.book = of.book.take(streamKey, index);
      records.heardAtMs = of.notices.take(streamKey, index);
      records.spendableAtMs = spendableAtMs;
      records.settlesInBatches = settlesInBatches;
      records.isReconciled = isReconciled;
      addRecords(it, records);
      if (hasLink) of.usedLinks.forget(streamKey, index);
    }
  }

  #tell(onActivation: OnActivation, outcome: Outcome): void {
    const it = this.#activation;
    const { streamKey, index, plannedMs } = it;
    const latencyMs = it.endedMs - plannedMs;
    const creditMs = it.creditedAtMs - plannedMs;
    onActivation(streamKey, index, plannedMs, latencyMs, outcome, causeOf(it, outcome), creditMs);
  }

  #blame({ spent, terminals, cause }: Session): Cause {
    this.#usual ??= this.#usualTimes();
    return blameFor(spent.toTimes(), this.#usual.get(terminals.streamKey) ?? nothingUsual, cause);
  }
}

/** Of a stream of which nothing was ever approved: all of its time is beyond the usual. */
const nothingUsual = new Float64Array(causes.length);
