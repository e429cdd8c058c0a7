import { spendableAtMs } from "../chain/bank-spec.ts";
import { serviceOf } from "../chain/chain-spec.ts";
import { KeyedMap } from "../chain/keyed-map.ts";
import {
  blameFor,
  type Cause,
  causes,
  decideOutcome,
  type TimeByCause,
} from "../domain/outcome.ts";
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
  }[];
  /** Rows of which something may still come: a credit, a delivery, a notice. */
  readonly #unsettled: Float64Array[] = [];
  readonly #it = newActivationRecord();
  readonly #staysOpen: boolean;
  readonly #lostOn = new KeyedMap<Cause>();
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
    }));
  }

  take(rows: Float64Array): void {
    for (let row = 0; row * rowLength < rows.length; row += 1) {
      readRow(rows, row, this.#it);
      // An answered activation has had its credit, for the bank posts before it answers: but not
      // where an operator acknowledges what it will deliver later, and notices come later too.
      if (!this.#staysOpen && this.#it.ending === "answered") this.#add(rows, row);
      else this.#unsettled.push(rows.slice(row * rowLength, (row + 1) * rowLength));
    }
  }

  /** @param lost - By link, whose messages were lost there: nobody who waited could know. */
  settle(lost: LinksSeen["lost"]): void {
    for (const { isTerminal, keys } of lost) {
      const cause = isTerminal ? "network" : "communication";
      for (let at = 0; at < keys.length; at += 2) {
        this.#lostOn.set(keys[at] ?? 0, keys[at + 1] ?? 0, cause);
      }
    }
    for (const row of this.#unsettled.splice(0)) this.#add(row, 0);
    this.checkBalance();
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
    for (const { reader, spendableAtMs } of this.#readers) {
      addRecords(it, {
        entry: reader.ledgerEntry(streamKey, index),
        book: reader.bookState(streamKey, index),
        heardAtMs: reader.heardAtMs(streamKey, index),
        spendableAtMs,
      });
    }
    // Who waits in vain blames whom they asked; if the message was lost, it was the way.
    const lostOn = this.#lostOn.get(streamKey, index);
    if (lostOn !== undefined && isSilence(it.cause)) it.cause = lostOn;
    const outcome = decideOutcome(it, scenario.promise);
    if (outcome === "late") {
      this.#usual ??= this.#parts.usualTimes();
      const usual = this.#usual.get(streamKey) ?? nothingUsual;
      it.lateCause = blameFor(spentOf(rows, row), usual, it.cause);
      if (lostOn !== undefined && isSilence(it.lateCause)) it.lateCause = lostOn;
    }
    record.add(it);
    const latencyMs = it.endedMs - it.plannedMs;
    onActivation?.(streamKey, index, it.plannedMs, latencyMs, outcome, causeOf(it, outcome));
  }
}

/** Of a stream of which nothing was ever approved: all of its time is beyond the usual. */
const nothingUsual: TimeByCause = new Float64Array(causes.length);

/** What an activation is blamed on that was never answered. */
function isSilence(cause: Cause): boolean {
  return cause === "bank-delay" || cause === "operator-capacity";
}

function staysOpen({ services }: Scenario): boolean {
  return Object.values(services).some(
    ({ stages, notices }) =>
      notices !== undefined || Object.values(stages).some(({ call }) => call?.store !== undefined),
  );
}
