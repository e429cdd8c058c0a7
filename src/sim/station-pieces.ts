import type { RunRecord } from "../record/run-record.ts";
import type { StationShape } from "../record/run-stations.ts";
import { assertLaws } from "../record/station-laws.ts";
import type { StationRecord } from "../record/station-record.ts";
import type { BatchRecords } from "./batches.ts";

/** The record of one station of one replica, in pieces: cut where the warm-up ends, and batches do. */
export class StationPieces {
  readonly #shape: StationShape;
  readonly #record: StationRecord;
  readonly #pieces: StationRecord[] = [];

  constructor({ record, ...shape }: StationShape & { readonly record: StationRecord }) {
    this.#shape = shape;
    this.#record = record;
  }

  cut(nowMs: number): void {
    this.#pieces.push(this.#record.cut(nowMs));
  }

  /**
   * The run is over: hands the pieces on.
   *
   * @param warmUpCount - How many pieces are warm-up.
   * @throws {Error} when all pieces together break a law of queues: our bug.
   */
  finish(
    endMs: number,
    warmUpCount: number,
    to: { readonly run: RunRecord; readonly batches: BatchRecords | null },
  ): void {
    const record = this.#record;
    record.close(endMs);
    const still = record.stillThere(endMs);
    const pieces = [...this.#pieces, record];
    pieces.forEach((piece, place) => {
      to.run.addStation(this.#shape, piece, place < warmUpCount);
    });
    to.batches?.addStation(this.#shape, pieces.slice(warmUpCount));
    // The last piece takes the others in: it is nobody's any more.
    for (const piece of this.#pieces) record.add(piece);
    assertLaws(this.#shape.name, record, still);
  }
}
