import type { Closing } from "../domain/closing.ts";
import type { ActivationRecord } from "./activation-record.ts";
import { AdvancePool, type AdvanceTerms } from "./advance-pool.ts";
import { auditActivation, consistentAtMs, describeRecords } from "./audit.ts";
import { mergedClosings } from "./closings.ts";
import { type HistogramWire, TimeHistogram } from "./histogram.ts";
import { type AuditRule, auditRuleNames, type Money, type Violation } from "./money-result.ts";

/** Violations of each rule that are named one by one; all are counted. */
const exampleMaxCount = 3;

export type MoneyOptions = {
  /** Null: no money is advanced. */
  readonly advance: AdvanceTerms | null;
  /** End of the run, its drain included. [ms] */
  readonly endMs: number;
};

const sumKeys = [
  ...(["postedCount", "postedMinor", "reversedCount", "reversedMinor", "barredCount"] as const),
  ...(["operatorCount", "operatorMinor", "reconciledCount", "reconciledMinor"] as const),
  ...(["unmatchedCount", "unmatchedMinor"] as const),
  ...(["heardCount", "pendingCount", "inconsistentCount"] as const),
] as const;

const batchSums = ["bankCount", "bankMinor", "operatorCount", "operatorMinor"] as const;
const reversalKeys = ["pending", "acknowledged", "listed", "deleted"] as const;

/** Batches that are reported one by one; what comes later counts to the last. */
const batchMaxCount = 1_000;

/** The books of one variant: sums over its activations, and what an auditor finds wrong in them. */
export class MoneyRecord {
  readonly #sums = zeros(sumKeys);
  readonly #reversals = zeros(reversalKeys);
  readonly #violations = zeros(auditRuleNames);
  readonly #examples: Violation[] = [];
  readonly #batches = new Map<number, Money["batches"][number]>();
  /** The one that was asked for last: mostly it is asked for again. */
  #lastBatch: Money["batches"][number] | null = null;
  /** Credits that an exchange of totals may still find: their amounts. */
  readonly #unmatched = new Map<string, number>();
  #spendable = new TimeHistogram();
  #consistent = new TimeHistogram();
  readonly #pool: AdvancePool | null;
  /** Of the runs that were merged in. */
  readonly #advance = { count: 0, minor: 0, feesMinor: 0, peakMinor: 0, outstandingMinor: 0 };
  #peakAtMs: number | null = null;
  /** Names a stream by its key in the present run. */
  nameOf: (streamKey: number) => string = (streamKey) => String(streamKey);

  constructor({ advance, endMs }: MoneyOptions) {
    this.#pool = advance === null ? null : new AdvancePool(advance, endMs);
  }

  add(it: ActivationRecord): void {
    auditActivation(it, this.#violated);
    if (it.posts) this.#addPosting(it);
  }

  /** An exchange of totals found the credit of an activation that was recorded before. */
  found(streamKey: number, index: number): void {
    const amountMinor = this.#unmatched.get(keyOf(streamKey, index));
    if (amountMinor === undefined) return; // It does not stand, or is known by another way.
    this.#unmatched.delete(keyOf(streamKey, index));
    this.#sums.unmatchedCount -= 1;
    this.#sums.unmatchedMinor -= amountMinor;
    this.#sums.reconciledCount += 1;
    this.#sums.reconciledMinor += amountMinor;
  }

  /** How the exchange over one batch ended. @param atMs - When the money of it is spendable. */
  closed(atMs: number, { batch: _, totalMinor, ...closing }: Closing): void {
    const isEmpty = totalMinor === 0 && closing.uploadedCount === 0;
    // Nothing to say: a cut-off at which neither side had anything.
    if (isEmpty && closing.state === "agreed" && !this.#batches.has(atMs)) return;
    const own = this.#batchAt(atMs);
    own.closing = mergedClosings(own.closing, closing);
  }

  /** A rule about the books as a whole was broken. */
  broken(rule: AuditRule, what: string): void {
    this.#violations[rule] += 1;
    this.#example({ rule, activation: "–", plannedMs: 0, amountMinor: 0, what });
  }

  /** Adds the books of another run. */
  merge(other: MoneyRecord): void {
    for (const key of sumKeys) this.#sums[key] += other.#sums[key];
    for (const key of reversalKeys) this.#reversals[key] += other.#reversals[key];
    for (const rule of auditRuleNames) this.#violations[rule] += other.#violations[rule];
    for (const example of other.#examples) this.#example(example);
    for (const batch of other.#batches.values()) {
      const own = this.#batchAt(batch.atMs);
      for (const key of batchSums) own[key] += batch[key];
      if (batch.closing !== undefined) own.closing = mergedClosings(own.closing, batch.closing);
    }
    this.#spendable.add(other.#spendable);
    this.#consistent.add(other.#consistent);
    const theirs = other.#advanceSoFar();
    if (theirs.peakMinor > this.#advance.peakMinor) {
      this.#advance.peakMinor = theirs.peakMinor;
      this.#peakAtMs = theirs.peakAtMs;
    }
    for (const key of ["count", "minor", "feesMinor", "outstandingMinor"] as const) {
      this.#advance[key] += theirs[key];
    }
  }

  /** For the way between threads: nothing is lost that `merge` or `toMoney` look at. */
  toWire(): MoneyWire {
    return {
      sums: this.#sums,
      reversals: this.#reversals,
      violations: this.#violations,
      examples: this.#examples,
      batches: [...this.#batches.values()],
      spendable: this.#spendable.toWire(),
      consistent: this.#consistent.toWire(),
      advance: this.#advanceSoFar(),
    };
  }

  static fromWire(wire: MoneyWire, options: MoneyOptions): MoneyRecord {
    const record = new MoneyRecord(options);
    Object.assign(record.#sums, wire.sums);
    Object.assign(record.#reversals, wire.reversals);
    Object.assign(record.#violations, wire.violations);
    record.#examples.push(...wire.examples);
    for (const batch of wire.batches) record.#batches.set(batch.atMs, { ...batch });
    record.#spendable = TimeHistogram.fromWire(wire.spendable);
    record.#consistent = TimeHistogram.fromWire(wire.consistent);
    const { peakAtMs, ...sums } = wire.advance;
    Object.assign(record.#advance, sums);
    record.#peakAtMs = peakAtMs;
    return record;
  }

  toMoney(): Money {
    const advance = this.#advanceSoFar();
    const violations = { ...this.#violations };
    if (advance.outstandingMinor > 0) violations.advanceOpen += 1;
    return {
      ...this.#sums,
      batches: [...this.#batches.values()].map((it) => ({ ...it })).sort((a, b) => a.atMs - b.atMs),
      reversals: { ...this.#reversals },
      spendableMs: this.#spendable.toSpread(),
      consistentMs: this.#consistent.toSpread(),
      ...(this.#pool !== null && { advance }),
      violations,
      examples: [...this.#examples],
    };
  }

  #addPosting(it: ActivationRecord): void {
    const sums = this.#sums;
    const stands = it.creditCount > 0;
    if (it.reversal !== "none") this.#reversals[it.reversal] += 1;
    if (!Number.isNaN(it.postedAtMs)) this.#posted(it, stands);
    else if (!Number.isNaN(it.reversedAtMs)) sums.barredCount += 1;
    if (it.book === "approved" || it.book === "stored") {
      sums.operatorCount += 1;
      sums.operatorMinor += it.amountMinor;
    } else if (stands && isFound(it)) {
      sums.reconciledCount += 1;
      sums.reconciledMinor += it.amountMinor;
    } else if (stands) {
      sums.unmatchedCount += 1;
      sums.unmatchedMinor += it.amountMinor;
      if (it.isReconciled) this.#unmatched.set(keyOf(it.streamKey, it.index), it.amountMinor);
    }
    if (!Number.isNaN(it.batchAtMs)) this.#settled(it);
    if (stands && !Number.isNaN(it.heardAtMs)) sums.heardCount += 1;
    if (stands && (it.reversal === "listed" || it.reversal === "pending")) sums.pendingCount += 1;
    this.#pool?.add(it);
  }

  #settled(it: ActivationRecord): void {
    const batch = this.#batchAt(it.batchAtMs);
    batch.bankCount += 1;
    batch.bankMinor += it.amountMinor;
    if (it.book !== "approved" && it.book !== "stored") return;
    batch.operatorCount += 1;
    batch.operatorMinor += it.amountMinor;
  }

  #batchAt(atMs: number): Money["batches"][number] {
    if (this.#lastBatch?.atMs === atMs) return this.#lastBatch;
    const isFull = this.#batches.size >= batchMaxCount && !this.#batches.has(atMs);
    const key = isFull ? Math.max(...this.#batches.keys()) : atMs;
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      batch = { atMs, bankCount: 0, bankMinor: 0, operatorCount: 0, operatorMinor: 0 };
      this.#batches.set(key, batch);
    }
    this.#lastBatch = batch;
    return batch;
  }

  #posted(it: ActivationRecord, stands: boolean): void {
    const sums = this.#sums;
    const creditCount = Math.max(1, it.creditCount);
    sums.postedCount += creditCount;
    sums.postedMinor += creditCount * it.amountMinor;
    if (stands) this.#spendable.record(it.spendableAtMs - it.plannedMs);
    else {
      sums.reversedCount += 1;
      sums.reversedMinor += it.amountMinor;
    }
    const atMs = consistentAtMs(it);
    if (Number.isNaN(atMs)) sums.inconsistentCount += 1;
    else this.#consistent.record(Math.max(0, atMs - it.postedAtMs));
  }

  #advanceSoFar() {
    const own = this.#pool;
    const peak = own?.peak() ?? { minor: 0, atMs: null };
    const isOwn = peak.minor > this.#advance.peakMinor;
    return {
      count: this.#advance.count + (own?.count ?? 0),
      minor: this.#advance.minor + (own?.lentMinor ?? 0),
      feesMinor: this.#advance.feesMinor + (own?.feesMinor ?? 0),
      peakMinor: isOwn ? peak.minor : this.#advance.peakMinor,
      peakAtMs: isOwn ? peak.atMs : this.#peakAtMs,
      outstandingMinor: this.#advance.outstandingMinor + (own?.outstandingMinor ?? 0),
    };
  }

  readonly #violated = (rule: AuditRule, it: ActivationRecord): void => {
    this.#violations[rule] += 1;
    if (this.#hasEnough(rule)) return;
    const { plannedMs, amountMinor, streamKey, index } = it;
    const activation = `${this.nameOf(streamKey)}#${index}`;
    this.#example({ rule, activation, plannedMs, amountMinor, what: describeRecords(it) });
  };

  #hasEnough(rule: AuditRule): boolean {
    return this.#examples.filter((it) => it.rule === rule).length >= exampleMaxCount;
  }

  #example(example: Violation): void {
    if (!this.#hasEnough(example.rule)) this.#examples.push(example);
  }
}

/** Whether settlement tells the operator of a credit: by its exchange, or where none is, by rule. */
function isFound({ isReconciled, foundAtMs, batchAtMs }: ActivationRecord): boolean {
  return !Number.isNaN(isReconciled ? foundAtMs : batchAtMs);
}

function keyOf(streamKey: number, index: number): string {
  return `${streamKey}#${index}`;
}

export type MoneyWire = {
  readonly sums: Readonly<Record<(typeof sumKeys)[number], number>>;
  readonly reversals: Readonly<Record<(typeof reversalKeys)[number], number>>;
  readonly violations: Readonly<Record<AuditRule, number>>;
  readonly examples: readonly Violation[];
  readonly batches: readonly Readonly<Money["batches"][number]>[];
  readonly spendable: HistogramWire;
  readonly consistent: HistogramWire;
  readonly advance: {
    readonly count: number;
    readonly minor: number;
    readonly feesMinor: number;
    readonly peakMinor: number;
    readonly peakAtMs: number | null;
    readonly outstandingMinor: number;
  };
};

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
