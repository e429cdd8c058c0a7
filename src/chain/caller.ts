import { type Clock, noTicket } from "../kernel/clock.ts";
import type { Balancer } from "../policy/balancer.ts";
import {
  Call,
  type CallEnd,
  CallEvent,
  type CallOwner,
  type Trail,
  type Transport,
} from "./call.ts";
import { type Link, lost } from "./link.ts";

/**
 * A call site: where one service (or the terminals) asks another. It carries the policies of the
 * caller: the balancer over the replicas and the timeout.
 *
 *   call --link--> transport --(server)--> answer --link--> the owner is told
 *     \------------------ timeout: the owner is told, the answer may still come ------/
 */
export class Caller {
  readonly transport: Transport;
  readonly #clock: Clock;
  readonly #link: Link | null;
  readonly #balancer: Balancer;
  readonly #timeoutMs: number;
  readonly #pool: Call[] = [];

  /** @param timeoutMs - `Infinity`: the owner waits for ever. */
  constructor(
    clock: Clock,
    transport: Transport,
    link: Link | null,
    balancer: Balancer,
    timeoutMs: number,
  ) {
    this.#clock = clock;
    this.transport = transport;
    this.#link = link;
    this.#balancer = balancer;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends one request. `owner.callEnded` follows exactly once, but never from within this call.
   *
   * @returns The call, the owner's until `callEnded`; it is reused afterwards.
   */
  call(
    owner: CallOwner,
    trail: Trail | null,
    operation: number,
    streamKey: number,
    index: number,
    attempt: number,
    merchant: number,
    amountMinor: number,
  ): Call {
    const call = this.#pool.pop() ?? new Call(this);
    call.owner = owner;
    call.trail = trail;
    call.operation = operation;
    call.streamKey = streamKey;
    call.index = index;
    call.attempt = attempt;
    call.merchant = merchant;
    call.amountMinor = amountMinor;
    call.sentMs = this.#clock.nowMs();
    call.isUnderWay = true;
    call.isLost = false;
    call.brokeAs = "answered";
    call.hasAnswer = false;
    call.cause = null;
    call.replica = this.#balancer.pick();
    this.#balancer.started(call.replica);
    trail?.callOpened();
    call.timer =
      this.#timeoutMs === Number.POSITIVE_INFINITY
        ? noTicket
        : this.#clock.after(this.#timeoutMs, call, CallEvent.timeout);
    const travelMs = this.#link === null ? 0 : this.#link.askMs(call);
    if (travelMs === lost) this.#lose(call);
    else if (travelMs === 0) this.transport.send(call);
    else this.#clock.after(travelMs, call, CallEvent.askArrives);
    return call;
  }

  /** The answer, or the news that none can come, leaves for the caller. */
  travelBack(call: Call): void {
    const travelMs = this.#link === null ? 0 : this.#link.answerMs(call);
    if (travelMs === lost) this.#lose(call);
    else this.#clock.after(travelMs, call, CallEvent.answerArrives);
  }

  arrived(call: Call): void {
    call.isUnderWay = false;
    if (call.owner !== null) {
      this.#clock.cancel(call.timer);
      this.#tell(call, call.brokeAs);
    }
    this.#closeIfDone(call);
  }

  timedOut(call: Call): void {
    this.#tell(call, "timeout");
    this.#closeIfDone(call);
  }

  #lose(call: Call): void {
    call.isUnderWay = false;
    call.isLost = true;
    this.#closeIfDone(call);
  }

  #tell(call: Call, end: CallEnd): void {
    const owner = call.owner;
    call.owner = null;
    call.end = end;
    this.#balancer.ended(call.replica);
    owner?.callEnded(call);
  }

  #closeIfDone(call: Call): void {
    if (call.isUnderWay || call.owner !== null) return;
    const trail = call.trail;
    call.trail = null;
    trail?.callClosed(call);
    this.#pool.push(call);
  }
}
