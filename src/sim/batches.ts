import type { ActivationRecord } from "../record/activation-record.ts";
import { RunRecord, type RunRecordOptions, type VariantSummary } from "../record/run-record.ts";
import type { StationShape } from "../record/run-stations.ts";
import type { StationRecord } from "../record/station-record.ts";

/** What a batch came to: a summary without series. */
export type BatchFigures = Omit<VariantSummary, "series">;

/** One run in batches of equal length: from the finest cut to the coarsest. */
export type BatchCuts = readonly (readonly BatchFigures[])[];

/** A power of two, so that neighbours can be put together until eight are left. */
const batchCount = 32;
const coarsestCount = 8;

/**
 * One long run after its warm-up, in batches: each a record of its own, as if it were a run. An
 * activation belongs to the batch in which it was planned, what a station did to that in which it
 * did it.
 */
export class BatchRecords {
  readonly #options: RunRecordOptions;
  readonly #fromMs: number;
  readonly #batchMs: number;
  readonly #records: readonly RunRecord[];

  /** @param options - Those of the whole run. */
  constructor(options: RunRecordOptions) {
    const { durationMs, warmUpMs = 0 } = options;
    this.#fromMs = warmUpMs;
    this.#batchMs = (durationMs - warmUpMs) / batchCount;
    this.#options = { ...options, warmUpMs: 0, measuredMs: this.#batchMs };
    this.#records = Array.from({ length: batchCount }, () => {
      const record = new RunRecord(this.#options);
      record.beginRun();
      return record;
    });
  }

  /** Where one batch ends and the next begins. [ms] */
  get cutsMs(): readonly number[] {
    return this.#records.slice(1).map((_, index) => this.#fromMs + (index + 1) * this.#batchMs);
  }

  add(it: ActivationRecord): void {
    if (it.plannedMs < this.#fromMs) return;
    const batch = Math.floor((it.plannedMs - this.#fromMs) / this.#batchMs);
    this.#records[Math.min(batch, batchCount - 1)]?.add(it);
  }

  /** @param pieces - Of one replica, batch by batch. */
  addStation(shape: StationShape, pieces: readonly StationRecord[]): void {
    pieces.forEach((piece, batch) => {
      this.#records[batch]?.addStation(shape, piece);
    });
  }

  cuts(variant: string): BatchCuts {
    const cuts: (readonly BatchFigures[])[] = [];
    let records = this.#records;
    for (;;) {
      cuts.push(records.map((it) => withoutSeries(it.summarise(variant))));
      if (records.length <= coarsestCount) return cuts;
      records = this.#pairUp(records);
    }
  }

  /** Two batches of equal length are two runs of a record, and so one batch twice as long. */
  #pairUp(records: readonly RunRecord[]): readonly RunRecord[] {
    const pairs: RunRecord[] = [];
    for (let place = 0; place + 1 < records.length; place += 2) {
      const pair = new RunRecord(this.#options);
      for (const record of records.slice(place, place + 2)) pair.merge(record);
      pairs.push(pair);
    }
    return pairs;
  }
}

function withoutSeries({ series: _, ...figures }: VariantSummary): BatchFigures {
  return figures;
}
