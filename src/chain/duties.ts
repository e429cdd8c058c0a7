import { type CheckKind, checkKinds, failedCheck } from "../domain/credentials.ts";
import type { ResponseCode } from "../domain/response-code.ts";
import type { TraceEvent } from "../domain/trace-event.ts";
import type { Journals } from "./journals.ts";
import type { Posted, Reversed } from "./ledger.ts";
import type { Notifier } from "./notifier.ts";
import type { StageSpec } from "./service-spec.ts";
import type { Tracer } from "./tracer.ts";
import type { Visit } from "./visit.ts";

export type DutiesParts = {
  readonly spec: StageSpec;
  readonly journals: Journals;
  /** Whether a repeat under the same key posts nothing twice, and must name the same amount. */
  readonly isProtected: boolean;
  readonly checksAmount: boolean;
  /** Tells merchants of what is posted; null: nobody does. */
  readonly notifier: Notifier | null;
  readonly tracer: Tracer | null;
};

/** What the end of a stage does beside letting a request go on: it checks, writes and looks up. */
export class Duties {
  readonly #parts: DutiesParts;
  readonly #checks: readonly CheckKind[];

  constructor(parts: DutiesParts) {
    this.#parts = parts;
    this.#checks = checkKinds.filter((it) => parts.spec.checks.includes(it));
  }

  /** @returns The code with which the request ends here; null: it goes on. */
  perform(visit: Visit, nowMs: number): ResponseCode | null {
    const { spec, journals, tracer } = this.#parts;
    const { streamKey, index } = visit.payment;
    if (this.#checks.length > 0) {
      const { shown, payment } = visit;
      const failed = failedCheck(this.#checks, shown, payment, nowMs, journals.usedLinks);
      if (failed !== null) {
        tracer?.note(visit, "checkFailed", undefined, failed);
        return "63";
      }
    }
    if (spec.posts) {
      const code = this.#post(visit, nowMs);
      if (code !== null) return code;
    }
    if (spec.reverses && !this.#reverse(visit, nowMs)) return "25";
    if (spec.reads) {
      const stands = journals.ledger.stands(streamKey, index);
      tracer?.note(visit, stands ? "found" : "notFound");
      if (!stands) return "25";
    }
    if (spec.reconciles === true && !this.#agrees(visit)) return "95";
    if (spec.hears) {
      tracer?.note(visit, "heard");
      journals.notices.hear(streamKey, index, nowMs);
    }
    return null;
  }

  /** @returns Whether the ledger has the total that was sent, of the batch that is asked about. */
  #agrees({ payment: { index, amountMinor } }: Visit): boolean {
    return this.#parts.journals.ledger.batchMinor(index) === amountMinor;
  }

  /** @returns Whether there was something to take back. */
  #reverse(visit: Visit, nowMs: number): boolean {
    const { journals, tracer } = this.#parts;
    const { streamKey, index } = visit.payment;
    const reversed = journals.ledger.reverse(streamKey, index, nowMs);
    tracer?.note(visit, reversedAs[reversed]);
    return reversed !== "unknown";
  }

  #post(visit: Visit, nowMs: number): ResponseCode | null {
    const { journals, isProtected, checksAmount, notifier, tracer } = this.#parts;
    const { streamKey, index, merchant, amountMinor } = visit.payment;
    const posted = journals.ledger.post(
      streamKey,
      index,
      merchant,
      amountMinor,
      nowMs,
      isProtected,
    );
    tracer?.note(visit, postedAs[posted]);
    if (posted === "refused" || (posted === "other-amount" && checksAmount)) return "12";
    visit.mayHavePosted = true;
    if (posted === "posted") notifier?.tell(visit);
    return null;
  }
}

/** What a tracer hears of a posting, and of a reversal. */
const postedAs = {
  posted: "posted",
  stood: "stood",
  "other-amount": "otherAmount",
  refused: "barredBefore",
} as const satisfies Record<Posted, TraceEvent>;
const reversedAs = {
  reversed: "reversed",
  again: "reversedBefore",
  unknown: "barred",
} as const satisfies Record<Reversed, TraceEvent>;

/** Whether the end of such a stage does anything of its own. */
export function hasDuties(spec: StageSpec): boolean {
  const { posts, reverses, reads, reconciles, hears, checks } = spec;
  return posts || reverses || reads || reconciles === true || hears || checks.length > 0;
}
