import type { Credentials } from "../domain/credentials.ts";
import type { MessageType } from "../domain/message-type.ts";
import type { TraceEvent } from "../domain/trace-event.ts";
import { type Clock, type FixedDelay, noTicket } from "../kernel/clock.ts";
import { objectList } from "../kernel/object-list.ts";
import {
  Call,
  type CallEnd,
  CallEvent,
  type CallMaker,
  type CallOwner,
  type Transport,
} from "./call.ts";
import type { Life } from "./life.ts";
import { type Link, lost } from "./link.ts";
import { Payment } from "./payment.ts";
import type { ReplicaChoice } from "./replica-choice.ts";
import type { Tracer } from "./tracer.ts";

export type CallerParts = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly link: Link | null;
  readonly choice: ReplicaChoice;
  /** Longest wait for the answer of one attempt; `Infinity`: for ever. [ms] */
  readonly timeoutMs: number;
  /** Whether the terminals call, and not a service. */
  readonly isTerminal: boolean;
  readonly life: Life;
  /** Hears how each attempt goes; the service that is called is named to it. Absent: nobody does. */
  readonly tracer?: Tracer | null;
  readonly service?: string;
};

/**
 * The way from one end of the chain to the replicas of one service: picks a replica, sends one
 * attempt there, and waits for its answer as long as it may.
 *
 *   call --link--> transport --(server)--> answer --link--> the owner is told
 *     \------------------ timeout: the owner is told, the answer may still come ------/
 */
export class Caller implements CallMaker {
  readonly transport: Transport;
  readonly choice: ReplicaChoice;
  readonly isTerminal: boolean;
  readonly #clock: Clock;
  readonly #link: Link | null;
  readonly #timeout: FixedDelay | null;
  readonly #life: Life;
  readonly #tracer: Tracer | null;
  readonly #service: string;
  readonly #pool = objectList<Call>();

  constructor(parts: CallerParts) {
    this.transport = parts.transport;
    this.choice = parts.choice;
    this.isTerminal = parts.isTerminal;
    this.#clock = parts.clock;
    this.#link = parts.link;
    this.#timeout =
      parts.timeoutMs === Number.POSITIVE_INFINITY ? null : parts.clock.fixed(parts.timeoutMs);
    this.#life = parts.life;
    this.#tracer = parts.tracer ?? null;
    this.#service = parts.service ?? "";
  }

  call(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): Call {
    const { choice } = this;
    const replica = choice.isOpen ? choice.pick(this.#clock.nowMs(), payment, attempt, -1) : 0;
    return this.#send(owner, payment, operation, attempt, deadlineMs, replica, shown, messageType);
  }

  /** @param avoid - A replica that was just tried, and is passed over if there is another; -1: none. */
  callAvoiding(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    avoid: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): Call {
    const { choice } = this;
    const replica = choice.isOpen ? choice.pick(this.#clock.nowMs(), payment, attempt, avoid) : 0;
    return this.#send(owner, payment, operation, attempt, deadlineMs, replica, shown, messageType);
  }

  /** Asks one certain replica for its health. */
  probe(owner: CallOwner, site: number, index: number, replica: number, timeoutMs: number): Call {
    const untilMs = this.#clock.nowMs() + timeoutMs;
    const key = new Payment(site, index, 0, 0);
    return this.#send(owner, key, healthOperation, 0, untilMs, replica, null, null);
  }

  /** The answer, or the news that none can come, leaves for the caller. */
  travelBack(call: Call): void {
    const travelMs = this.#link === null ? 0 : this.#link.answerMs(call);
    if (travelMs > 0) this.#clock.after(travelMs, call, CallEvent.answerArrives);
    else if (travelMs === lost) this.lose(call);
    // An answer that takes no time needs no event, unless its owner has not got the call yet.
    else if (call.isBeingSent || !call.hasAnswer) {
      this.#clock.after(0, call, CallEvent.answerArrives);
    } else this.arrived(call);
  }

  arrived(call: Call): void {
    call.isUnderWay = false;
    if (this.#tracer !== null)
      this.#note(call, call.owner === null ? "answeredLate" : call.brokeAs);
    if (call.owner !== null) {
      this.#clock.cancel(call.timer);
      this.#tell(call, call.brokeAs);
    }
    this.#closeIfDone(call);
  }

  timedOut(call: Call): void {
    if (call.owner === null) return; // Its caller was killed, and it is closed.
    this.#note(call, "timedOut");
    this.#tell(call, "timeout");
    this.transport.abandon?.(call);
    this.#closeIfDone(call);
  }

  /** As `lose`, but the link keeps it to itself, as a real one does. */
  vanish(call: Call): void {
    call.isUnderWay = false;
    this.#closeIfDone(call);
  }

  /** A message of the call will never arrive. */
  lose(call: Call): void {
    call.isUnderWay = false;
    call.isLost = true;
    this.#note(call, call.hasAnswer ? "answerLost" : "askLost");
    this.#closeIfDone(call);
  }

  /**
   * The owner stops waiting by itself, and is not told of this call any more.
   *
   * @param isTimeout - It waited in vain; else it has its answer from elsewhere.
   */
  abandon(call: Call, isTimeout: boolean): void {
    const nowMs = this.#clock.nowMs();
    call.owner = null;
    call.end = "timeout";
    this.#note(call, "abandoned");
    this.#clock.cancel(call.timer);
    if (call.isJudged) {
      if (isTimeout) this.choice.ended(call, nowMs);
      else this.choice.withdrawn(call.replica, nowMs);
    }
    this.transport.abandon?.(call);
    this.#closeIfDone(call);
  }

  #send(
    owner: CallOwner,
    payment: Payment,
    operation: number,
    attempt: number,
    deadlineMs: number,
    replica: number,
    shown: Credentials | null,
    messageType: MessageType | null,
  ): Call {
    const nowMs = this.#clock.nowMs();
    const call = this.#pool.pop() ?? new Call(this);
    call.owner = owner;
    call.payment = payment;
    call.operation = operation;
    call.attempt = attempt;
    call.shown = shown;
    call.messageType = messageType;
    call.deadlineMs = deadlineMs;
    call.sentMs = nowMs;
    call.isUnderWay = true;
    call.isLost = false;
    call.brokeAs = "answered";
    call.hasAnswer = false;
    call.cause = null;
    call.batch = -1;
    call.replica = replica;
    call.isJudged = this.choice.isOpen && operation !== healthOperation;
    payment.trail?.callOpened();
    if (deadlineMs <= nowMs) {
      this.#sendNothing(call);
      return call;
    }
    if (call.isJudged) this.choice.started(replica, nowMs);
    this.#setTimer(call);
    if (this.#tracer !== null) this.#note(call, "asks");
    const travelMs = this.#link === null ? 0 : this.#link.askMs(call);
    if (travelMs > 0) this.#clock.after(travelMs, call, CallEvent.askArrives);
    else if (travelMs === lost) this.lose(call);
    else {
      call.isBeingSent = true;
      this.transport.send(call);
      call.isBeingSent = false;
    }
    return call;
  }

  /** Its deadline has passed: nobody is asked, and its owner hears that time was up. */
  #sendNothing(call: Call): void {
    call.replica = noReplica;
    call.isJudged = false;
    call.isUnderWay = false;
    this.#setTimer(call);
    this.#note(call, "askedTooLate");
  }

  /** Whichever comes first ends the wait: the timeout, or the deadline. Health checks have only that. */
  #setTimer(call: Call): void {
    const { deadlineMs } = call;
    const timeout = this.#timeout;
    if (
      timeout !== null &&
      call.operation !== healthOperation &&
      call.sentMs + timeout.delayMs <= deadlineMs
    ) {
      call.timer = timeout.after(call, CallEvent.timeout);
    } else if (deadlineMs === Number.POSITIVE_INFINITY) call.timer = noTicket;
    else call.timer = this.#clock.timer(deadlineMs, call, CallEvent.timeout);
  }

  #tell(call: Call, end: CallEnd): void {
    const owner = call.owner;
    call.owner = null;
    call.end = end;
    if (this.#life.isOver) return;
    if (call.isJudged) this.choice.ended(call, this.#clock.nowMs());
    owner?.callEnded(call);
  }

  #note(call: Call, event: TraceEvent): void {
    if (this.#tracer === null) return;
    const elapsedMs = this.#clock.nowMs() - call.sentMs;
    const peer = `${this.#service}#${call.replica + 1}`;
    this.#tracer.note(call, event, elapsedMs, call.hasAnswer ? call.code : "", peer);
  }

  #closeIfDone(call: Call): void {
    if (call.isUnderWay || (call.owner !== null && !this.#life.isOver)) return;
    call.owner = null;
    call.payment.trail?.callClosed(call);
    this.#pool.push(call);
  }
}

/** Of a call whose deadline had passed before it was sent: nobody is to blame for its end. */
const noReplica = -1;

/** The number of the operation that every service has: is this replica well? */
export const healthOperation = -1;
