import type { Cause, Ending } from "../domain/outcome.ts";
import { verdictOf } from "../domain/response-code.ts";
import type { Timed } from "../kernel/clock.ts";
import type { Call, CallOwner, CallResult, Trail } from "./call.ts";
import type { Terminals } from "./terminals.ts";

/**
 * One activation at its terminal: the merchant taps, waits, taps again, gives up. Pooled.
 *
 *   tap -> answered | timeout -> tap again | failed -> pause -> tap again ... -> closed
 *
 * It is finished when it is closed and no call of it is under way anywhere: until then the bank
 * may still credit it.
 */
export class Session implements Timed, CallOwner, Trail {
  readonly terminals: Terminals;
  index = 0;
  merchant = 0;
  amountMinor = 0;
  /** When it was due. [ms since the start of the run] */
  plannedMs = 0;
  /** Terminal of a closed population; -1 where terminals are not told apart. */
  terminal = -1;
  /** How often the merchant tapped. */
  attempts = 0;
  /** Place among the open sessions of its stream. */
  slot = 0;
  /** Late by this when its first request went out; NaN while it has not. Live only. [ms] */
  sendLagMs = Number.NaN;
  isClosed = false;
  ending: Ending = "unfinished";
  endedMs = Number.NaN;
  toldApproved = false;
  toldDeclined = false;
  /** What the last attempt suffered from; counted only if the activation is late or lost. */
  cause: Cause = "communication";
  /** What the terminal waits for now. */
  #waitingFor: CallResult | null = null;
  #openCalls = 0;

  constructor(terminals: Terminals) {
    this.terminals = terminals;
  }

  begin(index: number, plannedMs: number, merchant: number, amountMinor: number): void {
    this.index = index;
    this.plannedMs = plannedMs;
    this.merchant = merchant;
    this.amountMinor = amountMinor;
    this.attempts = 0;
    this.sendLagMs = Number.NaN;
    this.isClosed = false;
    this.ending = "unfinished";
    this.endedMs = Number.NaN;
    this.toldApproved = false;
    this.toldDeclined = false;
    this.cause = "communication";
    this.#openCalls = 0;
    this.#tap();
  }

  /** The pause before the next tap is over. */
  fire(): void {
    this.#tap();
  }

  callOpened(): void {
    this.#openCalls += 1;
  }

  callClosed(call: Call): void {
    this.#openCalls -= 1;
    if (call.caller.isTerminal) this.#learnCause(call);
    this.#finishIfDone();
  }

  held(): void {
    this.#openCalls += 1;
  }

  released(): void {
    this.#openCalls -= 1;
    this.#finishIfDone();
  }

  callEnded(call: CallResult): void {
    this.#waitingFor = null;
    const verdict = call.end === "answered" ? verdictOf(call.code) : "retriable";
    if (verdict === "approved" || verdict === "declined") {
      this.toldApproved = verdict === "approved";
      this.toldDeclined = verdict === "declined";
      this.#close("answered");
      return;
    }
    // Nothing was sent that could say what it suffered from: what held it back knows.
    if (call.end === "rejected" && call.cause !== null) this.cause = call.cause;
    const { patience } = this.terminals;
    const isTimeout = call.end === "timeout";
    if (patience === null || this.attempts > patience.retries) {
      this.#close(isTimeout ? "timedOut" : "failed");
    } else if (isTimeout) this.#tap();
    else this.terminals.clock.after(patience.pause, this, 0);
  }

  /** The run is over while this is still open: its ending stands, its cause is what is known. */
  cutOff(): void {
    if (this.#waitingFor === null) return;
    this.cause = this.#waitingFor.isLost ? "network" : "bank-delay";
    // Its first request neither left nor was swallowed on the way: the driver did not send it.
    const isSent = !Number.isNaN(this.sendLagMs) || this.attempts > 1 || this.#waitingFor.isLost;
    if (!isSent && this.terminals.measuresSends) this.ending = "unsent";
  }

  #tap(): void {
    const attempt = this.attempts;
    this.attempts += 1;
    const { maker, operation, streamKey } = this.terminals;
    const { index, merchant, amountMinor } = this;
    this.#waitingFor = maker.call(
      this,
      this,
      operation,
      streamKey,
      index,
      attempt,
      merchant,
      amountMinor,
      Number.POSITIVE_INFINITY,
    );
  }

  #finishIfDone(): void {
    if (this.isClosed && this.#openCalls === 0) this.terminals.finish(this);
  }

  #close(ending: Ending): void {
    this.isClosed = true;
    this.ending = ending;
    this.endedMs = this.terminals.clock.nowMs();
    this.terminals.closed(this);
    this.#finishIfDone(); // Nothing is under way where the last try was never sent.
  }

  /** What a call suffered from: what the answer says, or else where most of its time went. */
  #learnCause(call: Call): void {
    const own = this.terminals.isOperator ? "operator-capacity" : "bank-delay";
    if (call.isLost) this.cause = "network";
    else if (!call.hasAnswer) this.cause = own;
    else if (call.cause !== null) this.cause = call.cause;
    else {
      const elapsedMs = this.terminals.clock.nowMs() - call.sentMs;
      const networkMs = elapsedMs - call.ownMs - call.downstreamMs - call.betweenMs;
      const mostMs = Math.max(networkMs, call.ownMs, call.downstreamMs, call.betweenMs);
      if (mostMs === call.downstreamMs) this.cause = "bank-delay";
      else if (mostMs === call.ownMs) this.cause = own;
      else this.cause = mostMs === networkMs ? "network" : "communication";
    }
  }
}
