import type { PaymentKey } from "../domain/payment.ts";
import type { Customers } from "../traffic/merchant.ts";
import type { Trail } from "./call.ts";

export type { PaymentKey };

/** What a journal keeps of a payment. */
export interface PaymentDetails extends PaymentKey {
  readonly merchant: number;
  readonly amountMinor: number;
}

/**
 * What all requests of one activation are about, at whatever hop. Where there is no activation (a
 * health check, the totals of a batch) the key is that of its draws.
 *
 * It is handed on, and never copied, from the terminal to the bank: it stays as it is while its trail
 * is held. Who keeps it for longer, as a store does, keeps a copy.
 */
export class Payment implements PaymentDetails {
  readonly streamKey: number;
  index: number;
  #merchant: number;
  #amountMinor: number;
  #customers: Customers | null = null;
  /** Counts what may still change what becomes of the activation; null: nobody here does. */
  readonly trail: Trail | null;

  constructor(
    streamKey: number,
    index: number,
    merchant: number,
    amountMinor: number,
    trail: Trail | null = null,
  ) {
    this.streamKey = streamKey;
    this.index = index;
    this.#merchant = merchant;
    this.#amountMinor = amountMinor;
    this.trail = trail;
  }

  /**
   * The payment of another activation.
   *
   * @param customers - Who comes, and with how much: drawn when somebody asks, for nobody may.
   * @param amountMinor - As recorded, or -1 to draw it.
   */
  renew(index: number, customers: Customers, amountMinor: number): void {
    this.index = index;
    this.#customers = customers;
    this.#merchant = -1;
    this.#amountMinor = amountMinor;
  }

  get merchant(): number {
    if (this.#merchant < 0) this.draw();
    return this.#merchant;
  }

  get amountMinor(): number {
    if (this.#amountMinor < 0) this.draw();
    return this.#amountMinor;
  }

  /** Draws what nobody knows yet; cheapest in the order of the numbers. */
  draw(): void {
    if (this.#customers === null) return;
    this.#merchant = this.#customers.drawMerchant(this.index);
    if (this.#amountMinor < 0) this.#amountMinor = this.#customers.drawAmountMinor(this.index);
  }

  static of({ streamKey, index, merchant, amountMinor }: PaymentDetails): Payment {
    return new Payment(streamKey, index, merchant, amountMinor);
  }

  copy(): Payment {
    return new Payment(this.streamKey, this.index, this.merchant, this.amountMinor, this.trail);
  }
}

/** Of what waits in a pool. */
export const noPayment = new Payment(0, 0, 0, 0);

/** The deadline of who waits as long as it takes. [ms] */
export const forEver = Number.POSITIVE_INFINITY;
