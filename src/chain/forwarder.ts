import { repeated } from "../domain/message-type.ts";
import { type ResponseCode, verdictOf } from "../domain/response-code.ts";
import { type Clock, seldom, type Timed } from "../kernel/clock.ts";
import { type Waiter, WaitingLine } from "../policy/waiting-line.ts";
import { downstreamAttempt, laterAttempt } from "./attempt.ts";
import type { CallMaker, CallOwner, CallResult } from "./call.ts";
import type { ForwardStore, StoredRequest } from "./forward-store.ts";
import type { Life } from "./life.ts";
import { forEver } from "./payment.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { Routine } from "./routine.ts";
import type { StoreSpec } from "./store-spec.ts";
import type { Visit } from "./visit.ts";

/** Tries of a delivery are numbered from here, clear of the retries of the call that failed. */
const firstTry = 1_000;

export type ForwarderParts = {
  readonly spec: StoreSpec;
  readonly clock: Clock;
  readonly maker: CallMaker;
  readonly store: ForwardStore;
  readonly counts: PolicyCounts;
  readonly life: Life;
  /** Told what the other side decided, and of the batch that the credit is in; -1: none was named. */
  readonly onDecided: (request: StoredRequest, code: ResponseCode, batch: number) => void;
};

/**
 * Delivers what a stage has acknowledged and stored, oldest first, until the other side has it.
 *
 *   take -> stored -> sent -> accepted or declined: removed
 *                      ^  \-> failed: everything pauses, then goes on
 *
 * One that failed stands behind the others then, so that it holds nobody up.
 */
export class Forwarder implements Timed, Routine {
  readonly #parts: ForwarderParts;
  readonly #line = new WaitingLine<Delivery>();
  #underWay = 0;
  #isPausing = false;

  constructor(parts: ForwarderParts) {
    this.#parts = parts;
  }

  /** A new process goes on with what the last one left. */
  start(): void {
    for (const request of this.#parts.store.pending()) this.#line.push(new Delivery(this, request));
    this.#deliver();
  }

  /** Requests that are stored and not delivered. */
  get pendingCount(): number {
    return this.#parts.store.size;
  }

  /** Stores the request of a visit. @returns False when the store is full. */
  take(visit: Visit, operation: number): boolean {
    const { store, spec, counts } = this.#parts;
    if (store.size >= spec.limit) {
      counts.tracer?.note(visit, "storeFull", store.size);
      return false;
    }
    const { attempt, messageType } = visit;
    const payment = visit.payment.copy();
    const asked = downstreamAttempt(attempt);
    const request = store.add({ payment, operation, attempt: asked, messageType });
    payment.trail?.held();
    counts.did("stored", request);
    this.#line.push(new Delivery(this, request));
    this.#deliver();
    return true;
  }

  /** The pause is over. */
  fire(): void {
    if (this.#parts.life.isOver) return;
    this.#isPausing = false;
    this.#deliver();
  }

  ended(delivery: Delivery, result: CallResult): void {
    const { life, clock, spec, counts } = this.#parts;
    if (life.isOver) return;
    const { request } = delivery;
    this.#underWay -= 1;
    const verdict = result.end === "answered" ? verdictOf(result.code) : "retriable";
    if (verdict !== "retriable") {
      this.#parts.onDecided(request, result.code, result.batch);
      counts.did(verdict === "approved" ? "delivered" : "refusedLater", request);
      this.#forget(delivery);
    } else if (delivery.tryCount >= (spec.attempts ?? Number.POSITIVE_INFINITY)) {
      counts.did("leftForPeople", request, delivery.tryCount);
      this.#forget(delivery);
    } else {
      counts.tracer?.note(request, "deliveryFailed", spec.every);
      this.#line.push(delivery);
      if (!this.#isPausing) {
        this.#isPausing = true;
        clock.after(spec.every, this, seldom);
      }
    }
    this.#deliver();
  }

  #forget({ request }: Delivery): void {
    this.#parts.store.remove(request);
    request.payment.trail?.released();
  }

  #deliver(): void {
    const { spec, maker } = this.#parts;
    while (!this.#isPausing && this.#underWay < spec.parallel) {
      const delivery = this.#line.shift();
      if (delivery === undefined) return;
      this.#underWay += 1;
      delivery.tryCount += 1;
      const { payment, operation, attempt, messageType } = delivery.request;
      const isRepeat = spec.when === "failure" || delivery.tryCount > 1;
      const tried = laterAttempt(attempt, firstTry + delivery.tryCount);
      const type = isRepeat ? repeated(messageType) : messageType;
      maker.call(delivery, payment, operation, tried, forEver, null, type);
    }
  }
}

/** One stored request on its way. */
class Delivery implements CallOwner, Waiter {
  readonly request: StoredRequest;
  tryCount = 0;
  nextWaiter: Waiter | null = null;
  previousWaiter: Waiter | null = null;
  lane = 0;
  isWaiting = false;
  readonly #forwarder: Forwarder;

  constructor(forwarder: Forwarder, request: StoredRequest) {
    this.#forwarder = forwarder;
    this.request = request;
  }

  callEnded(result: CallResult): void {
    this.#forwarder.ended(this, result);
  }
}
