import { type ResponseCode, verdictOf } from "../domain/response-code.ts";
import type { IdempotencySpec } from "./bank-spec.ts";
import { KeyedMap } from "./keyed-map.ts";
import type { Visit } from "./visit.ts";

type Kept = { readonly code: ResponseCode; readonly amountMinor: number; readonly untilMs: number };

/** Answers in one of two generations; the elder is forgotten when the younger is full. */
const generationSize = 50_000;

/**
 * The answers that one replica gives again to who asks again, as real providers do. They are in its
 * memory: a kill loses them, and then only the ledger keeps a credit from being posted twice.
 */
export class KeptAnswers {
  readonly #spec: IdempotencySpec;
  #young = new KeyedMap<Kept>();
  #elder = new KeyedMap<Kept>();
  #youngCount = 0;

  /** Null where every request is worked through anew. */
  static of(spec: IdempotencySpec): KeptAnswers | null {
    return spec.keeps === "answers" || spec.keeps === "successes" ? new KeptAnswers(spec) : null;
  }

  private constructor(spec: IdempotencySpec) {
    this.#spec = spec;
  }

  /** What a repeat is answered; null: nothing was kept. */
  answerTo({ payment }: Visit, nowMs: number): ResponseCode | null {
    const { streamKey, index, amountMinor } = payment;
    const kept = this.#young.get(streamKey, index) ?? this.#elder.get(streamKey, index);
    if (kept === undefined || nowMs >= kept.untilMs) return null;
    return this.#spec.checksBody && kept.amountMinor !== amountMinor ? "12" : kept.code;
  }

  /** The first answer is kept, if it is one of those that are. */
  keep({ payment, code }: Visit, nowMs: number): void {
    const { streamKey, index, amountMinor } = payment;
    const known = this.#young.get(streamKey, index) ?? this.#elder.get(streamKey, index);
    if (known !== undefined && nowMs < known.untilMs) return;
    if (this.#spec.keeps === "successes" && verdictOf(code) !== "approved") return;
    if (this.#youngCount >= generationSize) {
      const forgotten = this.#elder;
      forgotten.clear();
      this.#elder = this.#young;
      this.#young = forgotten;
      this.#youngCount = 0;
    }
    this.#young.set(streamKey, index, { code, amountMinor, untilMs: nowMs + this.#spec.for });
    this.#youngCount += 1;
  }
}
