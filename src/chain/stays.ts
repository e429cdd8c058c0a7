import { type ResponseCode, verdictOf } from "../domain/response-code.ts";
import type { CallEnd } from "./call.ts";
import { KeyedMap } from "./keyed-map.ts";
import type { PaymentKey } from "./payment.ts";

/** Activations in one of two generations; the elder is forgotten when the younger is full. */
const generationSize = 50_000;

// What is known of one activation, packed into a small integer.
/** The place of its service. */
const placeMask = 0b1111;
/** An attempt has posted, or nobody can say that it has not. */
const forGoodBit = 0b1_0000;
/** One attempt that nothing is known of yet; more of them count up from here. */
const oneUnderWay = 0b10_0000;

/**
 * With which of several banks an activation has to stay: with the one that has posted its credit,
 * or may have, or still may because an attempt is under way there. A second bank would post it a
 * second time.
 */
export class Stays {
  #young = new KeyedMap<number>();
  #elder = new KeyedMap<number>();

  /** The place of the only service that may be asked; -1: any may. */
  placeOf({ streamKey, index }: PaymentKey): number {
    const known = this.#young.get(streamKey, index) ?? this.#elder.get(streamKey, index);
    return known === undefined ? -1 : known & placeMask;
  }

  /** An attempt goes out to the service at `place`, of at most 16; all of one activation to one. */
  sent({ streamKey, index }: PaymentKey, place: number): void {
    if (this.#young.size >= generationSize) {
      const forgotten = this.#elder;
      forgotten.clear();
      this.#elder = this.#young;
      this.#young = forgotten;
    }
    const known = this.#young.get(streamKey, index) ?? this.#elder.take(streamKey, index);
    this.#young.set(streamKey, index, (known ?? place) + oneUnderWay);
  }

  /** Exactly once for each attempt. Nobody waits for it any more: that is a timeout too. */
  settled({ streamKey, index }: PaymentKey, end: CallEnd, code: ResponseCode): void {
    const young = this.#young.get(streamKey, index);
    const generation = young === undefined ? this.#elder : this.#young;
    const known = young ?? generation.get(streamKey, index);
    if (known === undefined) return; // Forgotten: so many others came since then.
    let next = known - oneUnderWay;
    if (!surelyPostedNothing(end, code)) next |= forGoodBit;
    if (next <= placeMask) generation.take(streamKey, index);
    else generation.set(streamKey, index, next);
  }
}

/**
 * A decline is the bank's own word, and 91 says that nobody was there to do anything. 68 and 96 may
 * come from a stage behind the one that posts.
 */
export function surelyPostedNothing(end: CallEnd, code: ResponseCode): boolean {
  if (end !== "answered") return end === "refused";
  return code === "91" || verdictOf(code) === "declined";
}
