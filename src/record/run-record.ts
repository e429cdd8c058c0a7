import {
  type Cause,
  causes,
  decideOutcome,
  type Ending,
  endings,
  type Outcome,
  outcomes,
  uncreditedRatio,
} from "../domain/outcome.ts";
import type { ActivationRecord } from "./activation-record.ts";
import { ActivationTimes } from "./activation-times.ts";
import { isNotified } from "./audit.ts";
import { type Buckets, bucketOf, cutBuckets } from "./buckets.ts";
import { TimeHistogram } from "./histogram.ts";
import { type MoneyOptions, MoneyRecord } from "./money-record.ts";
import type { VariantResult } from "./result.ts";
import { RunStations, type StationShape } from "./run-stations.ts";
import type { RunWire } from "./run-wire.ts";
import type { StationRecord, StationWire } from "./station-record.ts";

/** A variant as measured; analysis adds the bottlenecks and the gates. */
export type VariantSummary = Omit<VariantResult, "bottlenecks" | "gates">;

export type RunRecordOptions = {
  /** Length of the traffic. */
  readonly durationMs: number;
  readonly promiseMs: number;
  readonly isLive: boolean;
  readonly money?: MoneyOptions;
  /**
   * Activations planned before this are in the series and in the books, and in no other figure: a
   * credit given twice is one whenever it was given. @default 0
   */
  readonly warmUpMs?: number;
  /** Time that the figures of stations are of. @default what the warm-up leaves of the traffic */
  readonly measuredMs?: number;
};

/**
 * All that is recorded of one variant: activations one by one as they finish, stations at the
 * end. Runs under several seeds add up exactly: counts, sums and histograms, no averages.
 */
export class RunRecord {
  readonly buckets: Buckets;
  readonly #durationMs: number;
  readonly #promiseMs: number;
  readonly #isLive: boolean;
  readonly #warmUpMs: number;
  readonly #measuredMs: number;
  #runCount = 0;
  /** Time that was to be measured, and was not: of runs that were stopped. */
  #unmeasuredMs = 0;
  #planned = 0;
  #attempts = 0;
  #unnotified = 0;
  #doubleCredited = 0;
  #phantom = 0;
  #missing = 0;
  #leaked = 0;
  #postingCount = 0;
  #money: MoneyRecord;
  readonly #accounting = zeros<Ending>(endings);
  readonly #outcomes = zeros<Outcome>(outcomes);
  readonly #causes = zeros<Cause>(causes);
  #times: ActivationTimes;
  #sendLag = new TimeHistogram();
  // The bucket of the activation before, and what belongs to it.
  #bucket = 0;
  #bucketFromMs = Number.NaN;
  #bucketToMs = Number.NaN;
  readonly #plannedBy: Float64Array;
  readonly #outcomesBy: Record<Outcome, Float64Array>;
  readonly #causesBy: Record<Cause, Float64Array>;
  #latencyBy: TimeHistogram[];
  #sendLagBy: TimeHistogram[];
  readonly #policies = new Map<string, Record<string, number>>();
  readonly #stations: RunStations;

  constructor(options: RunRecordOptions) {
    this.#money = new MoneyRecord(moneyOf(options));
    this.#durationMs = options.durationMs;
    this.#warmUpMs = options.warmUpMs ?? 0;
    this.#measuredMs = options.measuredMs ?? options.durationMs - this.#warmUpMs;
    this.#promiseMs = options.promiseMs;
    this.#isLive = options.isLive;
    this.#times = new ActivationTimes(options.isLive);
    this.buckets = cutBuckets(options.durationMs);
    this.#stations = new RunStations(this.buckets, options.durationMs);
    const perBucket = () => new Float64Array(this.buckets.count);
    this.#plannedBy = perBucket();
    const perName = <K extends string>(names: readonly K[]) =>
      Object.fromEntries(names.map((name) => [name, perBucket()])) as Record<K, Float64Array>;
    this.#outcomesBy = perName(outcomes);
    this.#causesBy = perName(causes);
    this.#latencyBy = Array.from(this.#plannedBy, () => new TimeHistogram(2));
    this.#sendLagBy = Array.from(this.#plannedBy, () => new TimeHistogram(2));
  }

  /**
   * Call once a run; `add` and `addStation` calls follow.
   *
   * @param streamNameOf - Names a stream by its key, for what the auditor reports.
   */
  beginRun(streamNameOf?: (streamKey: number) => string): void {
    this.#runCount += 1;
    if (streamNameOf !== undefined) this.#money.nameOf = streamNameOf;
  }

  /** The run was stopped: its figures are of the time until then. */
  stoppedAt(nowMs: number): void {
    const measuredFromMs = Math.max(nowMs, this.#warmUpMs);
    this.#unmeasuredMs += Math.max(0, this.#durationMs - measuredFromMs);
  }

  /** The books; an auditor of the whole run tells them what it found. */
  get money(): MoneyRecord {
    return this.#money;
  }

  /** @param outcome - Where it is known already. */
  add(it: ActivationRecord, outcome = decideOutcome(it, this.#promiseMs)): void {
    const bucket = this.#bucketOf(it.plannedMs);
    increment(this.#plannedBy, bucket);
    // Nearly all are credited: a name that is written out is found without a search.
    if (outcome === "credited") increment(this.#outcomesBy.credited, bucket);
    else this.#addUncreditedTo(bucket, it, outcome);
    if (!Number.isNaN(it.endedMs)) {
      (this.#latencyBy[bucket] as TimeHistogram).record(it.endedMs - it.plannedMs);
    }
    if (this.#hasSendLag(it)) this.#sendLagBy[bucket]?.record(it.sendLagMs);
    if (it.isBad && !Number.isNaN(it.creditedAtMs)) this.#leaked += 1;
    if (it.creditCount > 1) this.#doubleCredited += 1;
    this.#money.add(it);
    if (it.posts) this.#addPosting(it);
    if (it.plannedMs >= this.#warmUpMs) this.#addFigures(it, outcome);
  }

  /**
   * Adds what a replica recorded at one of its stages.
   *
   * @param isWarmUp - It is what came before the figures began to count.
   */
  addStation(shape: StationShape, record: StationRecord | StationWire, isWarmUp = false): void {
    this.#stations.add(shape, record, isWarmUp);
  }

  /** Adds all that another record of the same length holds: its runs count as further runs. */
  merge(other: RunRecord): void {
    this.#runCount += other.#runCount;
    this.#unmeasuredMs += other.#unmeasuredMs;
    this.#planned += other.#planned;
    this.#attempts += other.#attempts;
    this.#unnotified += other.#unnotified;
    this.#doubleCredited += other.#doubleCredited;
    this.#phantom += other.#phantom;
    this.#missing += other.#missing;
    for (const ending of endings) this.#accounting[ending] += other.#accounting[ending];
    for (const cause of causes) {
      this.#causes[cause] += other.#causes[cause];
      addAll(this.#causesBy[cause], other.#causesBy[cause]);
    }
    this.#leaked += other.#leaked;
    this.#postingCount += other.#postingCount;
    this.#money.merge(other.#money);
    for (const outcome of outcomes) {
      this.#outcomes[outcome] += other.#outcomes[outcome];
      addAll(this.#outcomesBy[outcome], other.#outcomesBy[outcome]);
    }
    addAll(this.#plannedBy, other.#plannedBy);
    this.#times.merge(other.#times);
    this.#sendLag.add(other.#sendLag);
    this.#latencyBy.forEach((histogram, bucket) => {
      histogram.add(other.#latencyBy[bucket] ?? new TimeHistogram(2));
    });
    this.#sendLagBy.forEach((histogram, bucket) => {
      histogram.add(other.#sendLagBy[bucket] ?? new TimeHistogram(2));
    });
    this.#stations.merge(other.#stations);
    for (const [site, counts] of other.#policies) this.addPolicies(site, counts);
  }

  /** For the way between threads: a structured clone of it arrives whole. */
  toWire(): RunWire {
    return {
      counts: {
        runs: this.#runCount,
        unmeasuredMs: this.#unmeasuredMs,
        planned: this.#planned,
        attempts: this.#attempts,
        unnotified: this.#unnotified,
        doubleCredited: this.#doubleCredited,
        phantom: this.#phantom,
        missing: this.#missing,
        leaked: this.#leaked,
        posting: this.#postingCount,
      },
      accounting: this.#accounting,
      outcomes: this.#outcomes,
      causes: this.#causes,
      plannedBy: this.#plannedBy,
      outcomesBy: this.#outcomesBy,
      causesBy: this.#causesBy,
      money: this.#money.toWire(),
      ...this.#times.toWire(),
      sendLag: this.#sendLag.toWire(),
      latencyBy: this.#latencyBy.map((it) => it.toWire()),
      sendLagBy: this.#sendLagBy.map((it) => it.toWire()),
      policies: this.#policies,
      stations: this.#stations.toWire(),
    };
  }

  /** @param options - Those of the record that was sent. */
  static fromWire(wire: RunWire, options: RunRecordOptions): RunRecord {
    const it = new RunRecord(options);
    it.#runCount = wire.counts.runs;
    it.#unmeasuredMs = wire.counts.unmeasuredMs;
    it.#planned = wire.counts.planned;
    it.#attempts = wire.counts.attempts;
    it.#unnotified = wire.counts.unnotified;
    it.#doubleCredited = wire.counts.doubleCredited;
    it.#phantom = wire.counts.phantom;
    it.#missing = wire.counts.missing;
    it.#leaked = wire.counts.leaked;
    it.#postingCount = wire.counts.posting;
    Object.assign(it.#accounting, wire.accounting);
    Object.assign(it.#outcomes, wire.outcomes);
    Object.assign(it.#causes, wire.causes);
    addAll(it.#plannedBy, wire.plannedBy);
    for (const outcome of outcomes) addAll(it.#outcomesBy[outcome], wire.outcomesBy[outcome]);
    for (const cause of causes) addAll(it.#causesBy[cause], wire.causesBy[cause]);
    it.#money = MoneyRecord.fromWire(wire.money, moneyOf(options));
    it.#times = ActivationTimes.fromWire(wire, options.isLive);
    it.#sendLag = TimeHistogram.fromWire(wire.sendLag);
    it.#latencyBy = wire.latencyBy.map((histogram) => TimeHistogram.fromWire(histogram));
    it.#sendLagBy = wire.sendLagBy.map((histogram) => TimeHistogram.fromWire(histogram));
    for (const [site, counts] of wire.policies) it.addPolicies(site, counts);
    it.#stations.addWire(wire.stations);
    return it;
  }

  /** Adds what the policies at one place did. */
  addPolicies(site: string, counts: Readonly<Record<string, number>>): void {
    const known = this.#policies.get(site) ?? {};
    for (const [name, count] of Object.entries(counts)) known[name] = (known[name] ?? 0) + count;
    if (Object.keys(known).length > 0) this.#policies.set(site, known);
  }

  addMissing(count: number): void {
    this.#missing += count;
  }

  summarise(name: string): VariantSummary {
    return {
      name,
      seeds: this.#runCount,
      planned: this.#planned,
      accounting: { ...this.#accounting },
      outcomes: { ...this.#outcomes },
      uncreditedRatio: uncreditedRatio(this.#outcomes),
      causes: { ...this.#causes },
      unnotified: this.#unnotified,
      attempts: this.#attempts,
      integrity: {
        doubleCredited: this.#doubleCredited,
        phantom: this.#phantom,
        missing: this.#missing,
        leaked: this.#leaked,
      },
      ...(this.#postingCount > 0 && { money: this.#money.toMoney() }),
      ...this.#times.toSpreads(),
      sendLagMs: this.#sendLag.toSpread(),
      stations: this.#stations.results(this.#measuredMs * this.#runCount - this.#unmeasuredMs),
      ...(this.#policies.size > 0 && {
        policies: [...this.#policies].map(([site, counts]) => ({ site, counts })),
      }),
      series: this.#series(),
    };
  }

  #addUncreditedTo(bucket: number, it: ActivationRecord, outcome: Outcome): void {
    const cause = causeOf(it, outcome);
    increment(this.#outcomesBy[outcome], bucket);
    if (cause !== null) increment(this.#causesBy[cause], bucket);
  }

  /** Of what posts, whenever it was planned. */
  #addPosting({ creditCount, toldApproved }: ActivationRecord): void {
    this.#postingCount += 1;
    if (toldApproved && creditCount === 0) this.#phantom += 1;
  }

  #addUncredited(it: ActivationRecord, outcome: Outcome): void {
    const cause = causeOf(it, outcome);
    this.#outcomes[outcome] += 1;
    if (cause !== null) this.#causes[cause] += 1;
  }

  #addFigures(it: ActivationRecord, outcome: Outcome): void {
    this.#planned += 1;
    this.#attempts += it.attempts;
    if (it.ending === "answered") this.#accounting.answered += 1;
    else this.#accounting[it.ending] += 1;
    if (outcome === "credited") this.#outcomes.credited += 1;
    else this.#addUncredited(it, outcome);
    if (this.#hasSendLag(it)) this.#sendLag.record(it.sendLagMs);
    this.#times.add(it);
    if (it.toldApproved === false && !Number.isNaN(it.creditedAtMs) && !isNotified(it)) {
      this.#unnotified += 1;
    }
  }

  /** Mostly that of the one before: a division takes longer than two comparisons. */
  #bucketOf(plannedMs: number): number {
    if (!(plannedMs >= this.#bucketFromMs && plannedMs < this.#bucketToMs)) {
      this.#bucket = bucketOf(this.buckets, plannedMs);
      this.#bucketFromMs = this.#bucket * this.buckets.bucketMs;
      this.#bucketToMs = this.#bucketFromMs + this.buckets.bucketMs;
    }
    return this.#bucket;
  }

  #hasSendLag(it: ActivationRecord): boolean {
    return this.#isLive && !Number.isNaN(it.sendLagMs);
  }

  #series(): VariantResult["series"] {
    const { bucketMs } = this.buckets;
    const runs = Math.max(1, this.#runCount);
    const perRun = (counts: Float64Array) => Array.from(counts, (count) => count / runs);
    return {
      bucketMs,
      timesMs: Array.from(this.#plannedBy, (_, bucket) => bucket * bucketMs),
      planned: perRun(this.#plannedBy),
      credited: perRun(this.#outcomesBy.credited),
      late: perRun(this.#outcomesBy.late),
      declined: perRun(this.#outcomesBy.declined),
      blocked: perRun(this.#outcomesBy.blocked),
      lost: perRun(this.#outcomesBy.lost),
      causes: Object.fromEntries(
        causes.map((cause) => [cause, perRun(this.#causesBy[cause])]),
      ) as Record<Cause, number[]>,
      latencyP50Ms: this.#latencyBy.map((histogram) => histogram.quantileMs(0.5)),
      latencyP99Ms: this.#latencyBy.map((histogram) => histogram.quantileMs(0.99)),
      sendLagP99Ms: this.#isLive
        ? this.#sendLagBy.map((histogram) => histogram.quantileMs(0.99))
        : [],
      stations: this.#stations.series(runs),
    };
  }
}

function moneyOf({ money, durationMs }: RunRecordOptions): MoneyOptions {
  return money ?? { advance: null, endMs: durationMs };
}

/** What a late or lost activation suffered from; null for any other. */
export function causeOf(it: ActivationRecord, outcome: Outcome): Cause | null {
  if (outcome === "late") return it.lateCause;
  return outcome === "lost" ? it.cause : null;
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

function addAll(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i += 1) into[i] = (into[i] as number) + (from[i] ?? 0);
}

function increment(array: Float64Array, index: number): void {
  array[index] = (array[index] as number) + 1;
}
