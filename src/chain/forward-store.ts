import type { MessageType } from "../domain/message-type.ts";
import type { Payment } from "./payment.ts";

/** A request that was acknowledged and must still be delivered. */
export type StoredRequest = {
  /** Unique in its store. */
  readonly number: number;
  readonly operation: number;
  readonly attempt: number;
  /** A copy; it has no trail where the activation is in another process. */
  readonly payment: Payment;
  readonly messageType: MessageType | null;
};

/** Where acknowledged requests are kept: it outlives the process that stored them. */
export interface ForwardStore {
  add(request: Omit<StoredRequest, "number">): StoredRequest;
  remove(request: StoredRequest): void;
  /** All that is kept, oldest first. */
  pending(): readonly StoredRequest[];
  readonly size: number;
}

/** A store in memory, for the virtual world. */
export class MemoryStore implements ForwardStore {
  readonly #requests = new Map<number, StoredRequest>();
  #nextNumber = 0;

  add(request: Omit<StoredRequest, "number">): StoredRequest {
    const stored = { ...request, number: this.#nextNumber };
    this.#nextNumber += 1;
    this.#requests.set(stored.number, stored);
    return stored;
  }

  remove(request: StoredRequest): void {
    this.#requests.delete(request.number);
  }

  pending(): readonly StoredRequest[] {
    return [...this.#requests.values()];
  }

  get size(): number {
    return this.#requests.size;
  }
}
