import type { Call, CallOwner, CallResult, Trail, Transport } from "../../src/chain/call.ts";
import type { MessageType } from "../../src/domain/message-type.ts";
import type { Cause } from "../../src/domain/outcome.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

/** Virtual time that a test moves by hand. */
export class HandClock extends VirtualClock {
  /** Fires all that is due up to an instant, that instant included, and stands there. */
  runTo(timeMs: number): void {
    this.at(timeMs, { fire: () => {} }, 0);
    this.run(timeMs + 0.000_5, Number.POSITIVE_INFINITY);
  }

  runFor(ms: number): void {
    this.runTo(this.nowMs() + ms);
  }

  /** Fires all there is. Fails where something goes on for ever. */
  runOut(eventMax = 100_000): void {
    if (this.run(Number.POSITIVE_INFINITY, eventMax)) throw new Error("it never ends");
  }
}

/** What was sent to a service, as it stood when it was sent. */
export type Sent = {
  readonly atMs: number;
  readonly replica: number;
  readonly operation: number;
  readonly index: number;
  readonly attempt: number;
  readonly deadlineMs: number;
  readonly amountMinor: number;
  readonly messageType: MessageType | null;
};

/** A service that answers when the test says so, and as it says. Requests count from 0. */
export class ScriptedTransport implements Transport {
  readonly sent: Sent[] = [];
  /** Requests whose caller has stopped waiting, by their numbers. */
  readonly abandoned: number[] = [];
  readonly #clock: HandClock;
  readonly #calls: (Call | null)[] = [];
  /** Called for each request; a test may answer by itself. */
  onSend: (number: number) => void = () => {};

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  send(call: Call): void {
    const { payment, replica, operation, attempt, deadlineMs, messageType } = call;
    const { index, amountMinor } = payment;
    const atMs = this.#clock.nowMs();
    this.#calls.push(call);
    this.sent.push({
      ...{ atMs, replica, operation, index, attempt, deadlineMs, amountMinor, messageType },
    });
    this.onSend(this.#calls.length - 1);
  }

  abandon(call: Call): void {
    const number = this.#calls.lastIndexOf(call);
    if (number >= 0) this.abandoned.push(number);
  }

  /** When each request was sent. [ms] */
  get sentMs(): readonly number[] {
    return this.sent.map(({ atMs }) => atMs);
  }

  /** Whether a request was neither answered nor broken nor lost. */
  isUnderWay(number: number): boolean {
    return this.#calls[number] !== null;
  }

  /**
   * @param ownMs - What the answer says of the time in the service.
   * @param batch - And of the batch that the credit is in.
   */
  answer(
    number: number,
    code: ResponseCode = "00",
    ownMs = 0,
    cause: Cause | null = null,
    batch = -1,
  ): void {
    this.#take(number).answer({ code, cause, ownMs, downstreamMs: 0, betweenMs: 0, batch });
  }

  refuse(number: number): void {
    this.#take(number).broke("refused");
  }

  break(number: number): void {
    this.#take(number).broke("broken");
  }

  lose(number: number): void {
    this.#take(number).lose();
  }

  /** A request is pooled when it has ended: it may be taken up once. */
  #take(number: number): Call {
    const call = this.#calls[number];
    if (call === null || call === undefined) throw new Error(`request ${number} is not under way`);
    this.#calls[number] = null;
    return call;
  }
}

/** What an owner was told, as it stood then. */
export type Told = { readonly atMs: number; readonly end: string; readonly cause: Cause | null };

/** Makes calls, and writes down what it is told of them. */
export class Owner implements CallOwner {
  readonly told: Told[] = [];
  /** More of the last result. */
  last: Pick<CallResult, "isLost" | "ownMs" | "downstreamMs" | "betweenMs" | "sentMs"> | null =
    null;
  /** Set while the call is being made: nobody may be told from within it. */
  isCalling = false;
  onTold: () => void = () => {};
  readonly #clock: HandClock;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  callEnded(result: CallResult): void {
    if (this.isCalling) throw new Error("told from within the call");
    const { end, code, cause, isLost, ownMs, downstreamMs, betweenMs, sentMs } = result;
    const what = end === "answered" ? `answered ${code}` : end;
    this.told.push({ atMs: this.#clock.nowMs(), end: what, cause });
    this.last = { isLost, ownMs, downstreamMs, betweenMs, sentMs };
    this.onTold();
  }

  /** What it was told in short: `120 answered 00`. */
  get heard(): readonly string[] {
    return this.told.map(({ atMs, end }) => `${atMs} ${end}`);
  }
}

/** Counts what is under way for an activation. */
export class CountingTrail implements Trail {
  opened = 0;
  closed = 0;
  heldCount = 0;
  releasedCount = 0;

  callOpened(): void {
    this.opened += 1;
  }

  callClosed(): void {
    this.closed += 1;
  }

  held(): void {
    this.heldCount += 1;
  }

  released(): void {
    this.releasedCount += 1;
  }

  get underWay(): number {
    return this.opened - this.closed + this.heldCount - this.releasedCount;
  }
}
