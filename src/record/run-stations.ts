import type { Buckets } from "./buckets.ts";
import type { Series, StationResult } from "./result.ts";
import type { RunWire } from "./run-wire.ts";
import { StationRecord, type StationWire } from "./station-record.ts";

/** What one station needs besides its record to be reported. */
export type StationShape = {
  readonly name: string;
  readonly replicas: number;
  readonly workers: number;
};

/** A station, and what it did before figures began to count; null: they began with the run. */
type KnownStation = {
  readonly shape: StationShape;
  readonly record: StationRecord;
  warmUp: StationRecord | null;
};

/** The stations of a run, or of several: their replicas added up, in the order in which they came. */
export class RunStations {
  readonly #buckets: Buckets;
  readonly #durationMs: number;
  readonly #stations = new Map<string, KnownStation>();

  /** @param durationMs - Length of the traffic of one run. */
  constructor(buckets: Buckets, durationMs: number) {
    this.#buckets = buckets;
    this.#durationMs = durationMs;
  }

  add(shape: StationShape, record: StationRecord | StationWire, isWarmUp: boolean): void {
    let known = this.#stations.get(shape.name);
    if (known === undefined) {
      known = { shape, record: this.#newStation(), warmUp: null };
      this.#stations.set(shape.name, known);
    }
    if (isWarmUp) {
      known.warmUp ??= this.#newStation();
      known.warmUp.add(record);
    } else known.record.add(record);
  }

  merge(other: RunStations): void {
    for (const { shape, record, warmUp } of other.#stations.values()) {
      this.add(shape, record, false);
      if (warmUp !== null) this.add(shape, warmUp, true);
    }
  }

  toWire(): RunWire["stations"] {
    return [...this.#stations.values()].map(({ shape, record, warmUp }) => ({
      shape,
      record: record.toWire(),
      warmUp: warmUp?.toWire() ?? null,
    }));
  }

  addWire(wire: RunWire["stations"]): void {
    for (const { shape, record, warmUp } of wire) {
      this.add(shape, record, false);
      if (warmUp !== null) this.add(shape, warmUp, true);
    }
  }

  /** @param measuredMs - Time that the figures are of, all runs together. */
  results(measuredMs: number): StationResult[] {
    return [...this.#stations.values()].map((it) => resultOf(it, measuredMs));
  }

  /** Means per run, warm-up included. */
  series(runCount: number): Series["stations"] {
    const { bucketMs } = this.#buckets;
    const perRun = (counts: Float64Array) => Array.from(counts, (count) => count / runCount);
    // The last bucket may be cut short by the end of the traffic.
    const spanMs = (bucket: number) =>
      Math.min(bucketMs, this.#durationMs - bucket * bucketMs) * runCount;
    return [...this.#stations.values()].map(({ shape, record: measured, warmUp }) => {
      const record = warmUp === null ? measured : this.#sumOf([warmUp, measured]);
      return {
        name: shape.name,
        arrivals: perRun(record.arrivalsBy),
        dropped: perRun(record.dropsBy),
        utilisationRatio: Array.from(
          record.busyMsBy,
          (busyMs, bucket) => busyMs / (spanMs(bucket) * shape.workers * shape.replicas),
        ),
        queueMean: Array.from(record.queueMsBy, (queueMs, bucket) => queueMs / spanMs(bucket)),
        blockedRatio: Array.from(
          record.blockedMsBy,
          (heldMs, bucket) => heldMs / (spanMs(bucket) * shape.workers * shape.replicas),
        ),
        queueEnd: perRun(record.queueEndBy),
      };
    });
  }

  #newStation(): StationRecord {
    return new StationRecord(this.#buckets, this.#durationMs);
  }

  #sumOf(records: readonly StationRecord[]): StationRecord {
    const sum = this.#newStation();
    for (const record of records) sum.add(record);
    return sum;
  }
}

function resultOf({ shape, record }: KnownStation, measuredMs: number): StationResult {
  // Stopped before the figures began to count, it was at work for nothing of no time.
  const overMs = measuredMs > 0 ? measuredMs : Number.POSITIVE_INFINITY;
  const workerMs = overMs * shape.workers * shape.replicas;
  return {
    name: shape.name,
    replicas: shape.replicas,
    workers: shape.workers,
    arrivals: record.arrivals,
    completions: record.completions,
    dropped: record.dropCount,
    failed: record.failCount,
    ...(record.expiredCount > 0 && { expired: record.expiredCount }),
    ...(record.killedCount > 0 && { killed: record.killedCount }),
    utilisationRatio: sum(record.busyMsBy) / workerMs,
    blockedRatio: sum(record.blockedMsBy) / workerMs,
    queueMean: sum(record.queueMsBy) / overMs,
    queueMax: record.queueMax,
    waitedRatio: record.startCount === 0 ? null : record.waitedCount / record.startCount,
    waitMeanMs: record.waits.meanMs,
    waitP50Ms: record.waits.quantileMs(0.5),
    waitP99Ms: record.waits.quantileMs(0.99),
    serviceMeanMs: record.completions === 0 ? null : record.heldSumMs / record.completions,
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
