import { type CheckKind, failedCheck } from "../domain/credentials.ts";
import type { ResponseCode } from "../domain/response-code.ts";
import type { Journals } from "./journals.ts";
import type { Notifier } from "./notifier.ts";
import type { StageSpec } from "./service-spec.ts";
import type { Visit } from "./visit.ts";

export type DutiesParts = {
  readonly spec: StageSpec;
  readonly journals: Journals;
  /** Whether a repeat under the same key posts nothing twice, and must name the same amount. */
  readonly isProtected: boolean;
  readonly checksAmount: boolean;
  /** Tells merchants of what is posted; null: nobody does. */
  readonly notifier: Notifier | null;
};

/** What the end of a stage does beside letting a request go on: it checks, writes and looks up. */
export class Duties {
  readonly #parts: DutiesParts;
  readonly #checks: ReadonlySet<CheckKind>;

  constructor(parts: DutiesParts) {
    this.#parts = parts;
    this.#checks = new Set(parts.spec.checks);
  }

  /** @returns The code with which the request ends here; null: it goes on. */
  perform(visit: Visit, nowMs: number): ResponseCode | null {
    const { spec, journals } = this.#parts;
    const { streamKey, index } = visit;
    if (this.#checks.size > 0) {
      const it = { shown: visit.shown, streamKey, index, nowMs };
      if (failedCheck(this.#checks, it, journals.usedLinks) !== null) return "63";
    }
    if (spec.posts) {
      const code = this.#post(visit, nowMs);
      if (code !== null) return code;
    }
    if (spec.reverses && journals.ledger.reverse(streamKey, index, nowMs) === "unknown") {
      return "25";
    }
    if (spec.reads && !journals.ledger.stands(streamKey, index)) return "25";
    if (spec.hears) journals.notices.hear(streamKey, index, nowMs);
    return null;
  }

  #post(visit: Visit, nowMs: number): ResponseCode | null {
    const { journals, isProtected, checksAmount, notifier } = this.#parts;
    const { streamKey, index, merchant, amountMinor } = visit;
    const posted = journals.ledger.post(
      streamKey,
      index,
      merchant,
      amountMinor,
      nowMs,
      isProtected,
    );
    if (posted === "refused" || (posted === "other-amount" && checksAmount)) return "12";
    visit.mayHavePosted = true;
    if (posted === "posted") notifier?.tell(visit);
    return null;
  }
}

/** Whether the end of such a stage does anything of its own. */
export function hasDuties({ posts, reverses, reads, hears, checks }: StageSpec): boolean {
  return posts || reverses || reads || hears || checks.length > 0;
}
