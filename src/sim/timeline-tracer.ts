import { KeyedMap } from "../chain/keyed-map.ts";
import type { PaymentKey } from "../chain/payment.ts";
import type { Tracer } from "../chain/tracer.ts";
import type { Cause, Outcome } from "../domain/outcome.ts";
import type { Clock } from "../kernel/clock.ts";
import type { ActivationRecord } from "../record/activation-record.ts";
import { describeRecords } from "../record/audit.ts";
import { causeOf } from "../record/run-record.ts";
import { ofItself, type TimelineNote } from "../record/timeline.ts";

/** What became of one activation, as the record had it when it was finished. */
export type TracedEnd = {
  readonly outcome: Outcome;
  readonly cause: Cause | null;
  readonly plannedMs: number;
  readonly latencyMs: number;
  readonly creditMs: number;
  readonly amountMinor: number;
  readonly records: string;
};

/** What was noted of one activation; it has no end while something of it is under way. */
export type Noted = { readonly notes: Omit<TimelineNote, "hop">[]; end: TracedEnd | null };

/** Notes what happens to the chosen activations of one simulated run, and to no others. */
export class TimelineTracer {
  readonly #noted = new KeyedMap<Noted>();
  #openCount: number;

  constructor(chosen: readonly PaymentKey[]) {
    for (const { streamKey, index } of chosen) {
      this.#noted.set(streamKey, index, { notes: [], end: null });
    }
    this.#openCount = chosen.length;
  }

  /** Nothing more is to be noted. */
  get isComplete(): boolean {
    return this.#openCount === 0;
  }

  of({ streamKey, index }: PaymentKey): Noted | undefined {
    return this.#noted.get(streamKey, index);
  }

  /** Who notes what happens at one place, such as `bank#2.risk`. */
  at(place: string, clock: Clock): Tracer {
    return {
      note: (of, event, value = Number.NaN, word = "", peer = "") => {
        const { payment, attempt = ofItself } = of;
        const noted = this.#noted.get(payment.streamKey, payment.index);
        noted?.notes.push({ atMs: clock.nowMs(), place, attempt, event, value, word, peer });
      },
    };
  }

  finished(it: ActivationRecord, outcome: Outcome): void {
    const noted = this.#noted.get(it.streamKey, it.index);
    if (noted === undefined) return;
    this.#openCount -= 1;
    noted.end = {
      outcome,
      cause: causeOf(it, outcome),
      plannedMs: it.plannedMs,
      latencyMs: it.endedMs - it.plannedMs,
      creditMs: it.creditedAtMs - it.plannedMs,
      amountMinor: it.amountMinor,
      records: describeRecords(it),
    };
  }
}
