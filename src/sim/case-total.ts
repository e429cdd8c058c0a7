import type { Span } from "../chain/span.ts";
import { RunRecord, type VariantSummary } from "../record/run-record.ts";
import type { Tail } from "../record/tail-result.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { BatchCuts } from "./batches.ts";
import { recordOptions, type Simulated } from "./simulate.ts";

/**
 * Adds up the runs of one case. Sums of fractions depend on their order: whoever adds the runs in
 * the order of their seeds gets the same to the last bit, wherever each was simulated.
 */
export class CaseTotal {
  readonly #variant: string;
  readonly #record: RunRecord;
  readonly #runs: VariantSummary[] = [];
  #isPartial = false;
  #eventCount = 0;
  #openCount = 0;
  #batches: BatchCuts = [];
  #tail: Tail | null = null;

  constructor(of: {
    readonly scenario: Scenario;
    readonly variant: string;
    readonly span: Span;
  }) {
    this.#variant = of.variant;
    this.#record = new RunRecord(recordOptions(of.scenario, of.span));
  }

  /** How many runs it holds. */
  get runCount(): number {
    return this.#runs.length;
  }

  add(part: Simulated): void {
    this.#record.merge(part.record);
    this.#runs.push(...part.runs);
    this.#isPartial ||= part.isPartial;
    this.#eventCount += part.eventCount;
    this.#openCount += part.openCount;
    this.#batches = part.batches;
    this.#tail ??= part.tail ?? null;
  }

  simulated(): Simulated {
    return {
      summary: this.#record.summarise(this.#variant),
      record: this.#record,
      runs: [...this.#runs],
      isPartial: this.#isPartial,
      eventCount: this.#eventCount,
      openCount: this.#openCount,
      batches: this.#batches,
      ...(this.#tail !== null && { tail: this.#tail }),
    };
  }
}
