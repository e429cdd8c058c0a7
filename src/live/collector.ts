import { batchSpendableAtMs, spendableAtMs } from "../chain/bank-spec.ts";
import { journalTerms, serviceOf } from "../chain/chain-spec.ts";
import { StrayMessages } from "../chain/stray-messages.ts";
import {
  blameFor,
  blameTheWay,
  causes,
  decideOutcome,
  type TimeByCause,
} from "../domain/outcome.ts";
import { faultKind } from "../fault/fault.ts";
import {
  addRecords,
  clearRecords,
  newActivationRecord,
  type OnActivation,
} from "../record/activation-record.ts";
import { causeOf, type RunRecord } from "../record/run-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import { readRow, rowLength, spentOf } from "./activation-row.ts";
import { JournalReader } from "./journal-store.ts";
import type { LinksSeen } from "./link-proxies.ts";

export type CollectorParts = {
  readonly record: RunRecord;
  readonly scenario: Scenario;
  /** The file of a service's journals. */
  readonly fileOf: (service: string) => string;
  /** Where time goes where nothing goes wrong, by stream; asked for when something is late. */
  readonly usualTimes: () => ReadonlyMap<number, TimeByCause>;
  readonly onActivation: OnActivation | undefined;
};

/** Joins the driver's rows with the journals of the services, so that memory stays flat. */
export class Collector {
  readonly #parts: CollectorParts;
  readonly #readers: readonly {
    readonly service: string;
    readonly reader: JournalReader;
    readonly spendableAtMs: (postedAtMs: number) => number;
    readonly settlesInBatches: boolean;
    readonly isReconciled: boolean;
  }[];
  /** Rows of which something may still come: a credit, a delivery, a notice. */
  readonly #unsettled: Float64Array[] = [];
  readonly #it = newActivationRecord();
  readonly #staysOpen: boolean;
  /** Credits that stand, as found activation by activation. */
  #creditCount = 0;
  /** What terminals asked for by them. [minor units] */
  #creditMinor = 0;
  readonly #strays = new StrayMessages();
  #usual: ReadonlyMap<number, TimeByCause> | undefined;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    const { scenario, fileOf } = parts;
    this.#staysOpen = staysOpen(scenario);
    this.#readers = Object.keys(scenario.services).map((service) => ({
      service,
      reader: new JournalReader(fileOf(service)),
      spendableAtMs: (postedAtMs) =>
        spendableAtMs(serviceOf(scenario, service).settlement, postedAtMs),
      settlesInBatches: serviceOf(scenario, service).settlement !== undefined,
      isReconciled: journalTerms(scenario, service).isReconciled,
    }));
  }

  take(rows: Float64Array): void {
    for (let row = 0; row * rowLength < rows.length; row += 1) {
      readRow(rows, row, this.#it);
      // An answered activation has had its credit, for the bank posts before it answers.
      if (!this.#staysOpen && this.#it.ending === "answered") this.#add(rows, row);
      else this.#unsettled.push(rows.slice(row * rowLength, (row + 1) * rowLength));
    }
  }

  /**
   * @param strays - By link, whose messages were lost there, or held too long.
   * @param isQuiet - Nothing is under way any more, so that the ledgers are as they will stay.
   */
  settle(strays: LinksSeen["strays"], isQuiet: boolean): void {
    for (const { blame, keys } of strays) {
      for (let at = 0; at < keys.length; at += 2) {
        this.#strays.strayed(blame, keys[at] ?? 0, keys[at + 1] ?? 0);
      }
    }
    for (const row of this.#unsettled.splice(0)) this.#add(row, 0);
    this.#addClosings();
    this.checkBalance();
    if (isQuiet) this.#checkTotals();
  }

  #addClosings(): void {
    const { scenario, record } = this.#parts;
    for (const { service, reader } of this.#readers) {
      const bank = serviceOf(scenario, service).reconciliation?.with;
      const settlement = bank === undefined ? undefined : serviceOf(scenario, bank).settlement;
      if (settlement === undefined) continue;
      for (const it of reader.closings()) {
        record.money.closed(batchSpendableAtMs(settlement, it.batch), it);
      }
    }
  }

  /** What stands by the rows is what the activations have: as many credits, and as much money. */
  #checkTotals(): void {
    let [count, minor] = [0, 0];
    for (const { reader } of this.#readers) {
      const standing = reader.standing();
      count += standing.count;
      minor += standing.amountMinor;
    }
    if (count === this.#creditCount && minor === this.#creditMinor) return;
    const what =
      `${count} credits of ${minor} stand, ` +
      `and the activations have ${this.#creditCount} of ${this.#creditMinor}`;
    this.#parts.record.money.broken("unbalanced", what);
  }

  /** Holds the debits of every ledger against its credits: they are equal at any moment. */
  checkBalance(): void {
    for (const { service, reader } of this.#readers) {
      const { debitMinor, creditMinor } = reader.trialBalance();
      if (debitMinor === creditMinor) continue;
      const what = `${service}: debits of ${debitMinor}, credits of ${creditMinor}`;
      this.#parts.record.money.broken("unbalanced", what);
    }
  }

  close(): void {
    for (const { reader } of this.#readers) reader.close();
  }

  #add(rows: Float64Array, row: number): void {
    const { record, scenario, onActivation } = this.#parts;
    const it = this.#it;
    readRow(rows, row, it);
    clearRecords(it);
    const { streamKey, index } = it;
    for (const { reader, ...rules } of this.#readers) {
      addRecords(it, {
        entry: reader.ledgerEntry(streamKey, index),
        book: reader.bookState(streamKey, index),
        foundAtMs: reader.foundAtMs(streamKey, index),
        heardAtMs: reader.heardAtMs(streamKey, index),
        ...rules,
      });
    }
    this.#creditCount += it.creditCount;
    this.#creditMinor += it.creditCount * it.amountMinor;
    const way = this.#strays.take(streamKey, index);
    it.cause = blameTheWay(it.cause, way);
    const outcome = decideOutcome(it, scenario.promise);
    if (outcome === "late") {
      this.#usual ??= this.#parts.usualTimes();
      const usual = this.#usual.get(streamKey) ?? nothingUsual;
      it.lateCause = blameTheWay(blameFor(spentOf(rows, row), usual, it.cause), way);
    }
    record.add(it);
    const { plannedMs } = it;
    const latencyMs = it.endedMs - plannedMs;
    const creditMs = it.creditedAtMs - plannedMs;
    const cause = causeOf(it, outcome);
    onActivation?.(streamKey, index, plannedMs, latencyMs, outcome, cause, creditMs);
  }
}

/** Of a stream of which nothing was ever approved: all of its time is beyond the usual. */
const nothingUsual: TimeByCause = new Float64Array(causes.length);

/** Whether what was answered may still be told of, delivered, or credited once more. */
function staysOpen({ services, faults }: Scenario): boolean {
  const all = Object.values(services);
  const banks = all.filter(({ stages }) => Object.values(stages).some(({ posts }) => posts));
  return (
    banks.length > 1 ||
    // What went astray is known at the end.
    faults.some((fault) => faultKind(fault) === "link") ||
    banks.some(({ idempotency }) => idempotency.keeps === "nothing") ||
    all.some(({ notices, reconciliation, stages }) => {
      const stores = Object.values(stages).some(({ call }) => call?.store !== undefined);
      return notices !== undefined || reconciliation !== undefined || stores;
    })
  );
}
