import { type ResponseCode, verdictOf } from "../domain/response-code.ts";
import type { CallEnd } from "./call.ts";

/** Which activation. */
type Keyed = { readonly streamKey: number; readonly index: number };

/** What keeps an activation with one service. */
type Stay = {
  readonly place: number;
  /** Attempts there that nothing is known of yet. */
  underWayCount: number;
  /** One of them has posted, or nobody can say that it has not. */
  isForGood: boolean;
};

/** Activations in one of two generations; the elder is forgotten when the younger is full. */
const generationSize = 50_000;

/**
 * With which of several banks an activation has to stay: with the one that has posted its credit,
 * or may have, or still may because an attempt is under way there. A second bank would post it a
 * second time.
 */
export class Stays {
  #young = new Map<string, Stay>();
  #elder = new Map<string, Stay>();

  /** The place of the only service that may be asked; -1: any may. */
  placeOf(activation: Keyed): number {
    return this.#find(keyOf(activation))?.place ?? -1;
  }

  /** An attempt goes out to the service at `place`. */
  sent(activation: Keyed, place: number): void {
    const key = keyOf(activation);
    const stay = this.#find(key);
    if (stay !== undefined) {
      stay.underWayCount += 1;
      return;
    }
    if (this.#young.size === generationSize) {
      this.#elder = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, { place, underWayCount: 1, isForGood: false });
  }

  /** Exactly once for each attempt. Nobody waits for it any more: that is a timeout too. */
  settled(activation: Keyed, end: CallEnd, code: ResponseCode): void {
    const key = keyOf(activation);
    const stay = this.#find(key);
    if (stay === undefined) return; // Forgotten: so many others came since then.
    stay.underWayCount -= 1;
    if (!surelyPostedNothing(end, code)) stay.isForGood = true;
    if (stay.isForGood || stay.underWayCount > 0) return;
    this.#young.delete(key);
    this.#elder.delete(key);
  }

  #find(key: string): Stay | undefined {
    return this.#young.get(key) ?? this.#elder.get(key);
  }
}

/**
 * A decline is the bank's own word, and 91 says that nobody was there to do anything. 68 and 96 may
 * come from a stage behind the one that posts.
 */
function surelyPostedNothing(end: CallEnd, code: ResponseCode): boolean {
  if (end !== "answered") return end === "refused";
  return code === "91" || verdictOf(code) === "declined";
}

function keyOf({ streamKey, index }: Keyed): string {
  return `${streamKey}.${index}`;
}
