import { verdictOf } from "../domain/response-code.ts";
import { AdaptiveLimit } from "../policy/adaptive-limit.ts";
import { buildRateLimit, type TokenBucket } from "../policy/token-bucket.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { ServiceSpec } from "./service-spec.ts";
import type { Visit } from "./visit.ts";

/** What one replica turns away at its door, because too much comes or too much is being worked on. */
export class DoorLimits {
  /** Else who comes may come in. */
  readonly isLimiting: boolean;
  readonly #rate: TokenBucket | null;
  readonly #adaptive: AdaptiveLimit | null;
  readonly #counts: PolicyCounts;

  constructor({ rateLimit, adaptiveLimit }: ServiceSpec, counts: PolicyCounts) {
    this.#rate = rateLimit === undefined ? null : buildRateLimit(rateLimit);
    this.#adaptive = adaptiveLimit === undefined ? null : new AdaptiveLimit(adaptiveLimit);
    this.#counts = counts;
    this.isLimiting = this.#rate !== null || this.#adaptive !== null;
  }

  /** Whether a visit may come in; if it may, `leave` follows when it is answered. */
  admits(visit: Visit, nowMs: number): boolean {
    if (this.#rate?.take(nowMs) === false) {
      this.#counts.did("rateLimited", visit);
      return false;
    }
    if (this.#adaptive === null) return true;
    if (!this.#adaptive.tryEnter()) {
      this.#counts.did("overLimit", visit);
      return false;
    }
    visit.isLimited = true;
    return true;
  }

  /** A visit that holds a place is answered. */
  leave(visit: Visit, nowMs: number): void {
    visit.isLimited = false;
    this.#adaptive?.leave(nowMs - visit.arrivedMs, verdictOf(visit.code) === "retriable");
  }
}
