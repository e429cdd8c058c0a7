import type { Credentials } from "../domain/credentials.ts";
import type { Intent } from "../domain/intent.ts";
import type { Cause, Ending } from "../domain/outcome.ts";
import type { ReversalState } from "../domain/payment.ts";
import { verdictOf } from "../domain/response-code.ts";
import type { Timed } from "../kernel/clock.ts";
import { laterAttempt } from "./attempt.ts";
import type { Call, CallOwner, CallResult, Trail } from "./call.ts";
import type { Identity } from "./identity.ts";
import { forEver, Payment } from "./payment.ts";
import { Reversing } from "./reversing.ts";
import { surelyPostedNothing } from "./stays.ts";
import type { Terminals } from "./terminals.ts";
import { TimeSpent } from "./time-spent.ts";

/** Questions for the status are numbered from here, clear of taps, retries and reversals. */
const firstPoll = 4_000;

const SessionEvent = { tap: -1, poll: -2 } as const;

/**
 * One activation at its terminal: the merchant taps, waits, taps again, gives up. Pooled.
 *
 *   tap -> approved -> next step of the journey ... -> closed
 *      \-> timeout or failure -> (pause) -> tap again ... -> ask for the status ... -> closed
 *                                                            closed, nobody knows -> reversal
 *
 * It is finished when it is closed and nothing of it is under way anywhere: until then the bank may
 * still credit it.
 */
export class Session implements Timed, CallOwner, Trail {
  readonly terminals: Terminals;
  readonly payment: Payment;
  /** When it was due. [ms since the start of the run] */
  plannedMs = 0;
  /** What it really is, whatever it shows. */
  intent: Intent = "genuine";
  /** Terminal of a closed population; -1 where terminals are not told apart. */
  terminal = -1;
  /** How often the merchant tapped, in all steps. */
  attempts = 0;
  /** Late by this when its first request went out; NaN while it has not. Live only. [ms] */
  sendLagMs = Number.NaN;
  isClosed = false;
  ending: Ending = "unfinished";
  endedMs = Number.NaN;
  toldApproved = false;
  toldDeclined = false;
  /** What the last attempt suffered from; counted only if the activation is late or lost. */
  cause: Cause = "communication";
  reversal: ReversalState = "none";
  /** Where its time went: what it is blamed on if it is late. */
  readonly spent = new TimeSpent();
  /** What the terminal waits for now. */
  #waitingFor: CallResult | null = null;
  #openCalls = 0;
  /** Which operation of the journey is asked. */
  #step = 0;
  #tapsOfStep = 0;
  #pollCount = 0;
  #isPolling = false;
  /** How the asking ended, while the merchant still asks for the status. */
  #endingSoFar: Ending = "unfinished";
  /** An attempt may have posted its credit, as far as the terminal knows. */
  #mayStand = false;

  constructor(terminals: Terminals) {
    this.terminals = terminals;
    this.payment = new Payment(terminals.streamKey, 0, 0, 0, this);
  }

  begin(index: number, plannedMs: number, amountMinor: number): void {
    const { payment } = this;
    payment.renew(index, this.terminals.customers, amountMinor);
    if (this.terminals.asksWho) payment.draw();
    this.plannedMs = plannedMs;
    this.intent = this.terminals.identity?.intentOf(index, plannedMs) ?? "genuine";
    this.attempts = 0;
    this.sendLagMs = Number.NaN;
    this.isClosed = false;
    this.ending = "unfinished";
    this.endedMs = Number.NaN;
    this.toldApproved = false;
    this.toldDeclined = false;
    this.cause = "communication";
    this.reversal = "none";
    this.spent.clear();
    this.#openCalls = 0;
    this.#step = 0;
    this.#tapsOfStep = 0;
    this.#pollCount = 0;
    this.#isPolling = false;
    this.#mayStand = false;
    this.terminals.tracer?.note(this, "due", payment.merchant, this.intent);
    this.#tap();
  }

  /** The pause before the next tap, or the next question, is over. */
  fire(kind: number): void {
    if (kind === SessionEvent.poll) this.#poll();
    else this.#tap();
  }

  callOpened(): void {
    this.#openCalls += 1;
  }

  callClosed(call: Call): void {
    this.#openCalls -= 1;
    // Here and elsewhere on the way of every call: V8 compares with `true` in one step, and else asks
    // of what a field holds whether it is an empty string, a zero or nothing at all.
    if (call.caller.isTerminal === true && this.terminals.isOfJourney(call.operation)) {
      this.#learnCause(call);
    }
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
    if (this.#isPolling) {
      this.#pollEnded(call);
      return;
    }
    const verdict = call.end === "answered" ? verdictOf(call.code) : "retriable";
    if (verdict === "approved") this.#stepDone();
    else if (verdict === "declined") this.#declined(call);
    else this.#stepFailed(call);
  }

  /** The run is over while this is still open: its ending stands, its cause is what is known. */
  cutOff(): void {
    this.terminals.tracer?.note(this, "cutOff");
    if (this.#waitingFor === null) return;
    this.cause = this.#waitingFor.isLost ? "network" : "bank-delay";
    // Its first request neither left nor was swallowed on the way: the driver did not send it.
    const isSent = !Number.isNaN(this.sendLagMs) || this.attempts > 1 || this.#waitingFor.isLost;
    if (!isSent && this.terminals.measuresSends) this.ending = "unsent";
  }

  #tap(): void {
    const attempt = this.attempts;
    this.attempts += 1;
    this.#tapsOfStep += 1;
    const { maker, operations, identity, tracer } = this.terminals;
    tracer?.note(this, "taps", this.#tapsOfStep);
    const shown = identity === null ? null : this.#show(identity);
    const operation = operations[this.#step] as number;
    this.#waitingFor = maker.call(this, this.payment, operation, attempt, forEver, shown, null);
  }

  #show(identity: Identity): Credentials {
    const { intent, payment, plannedMs, terminals } = this;
    return identity.show(intent, payment.index, plannedMs, terminals.clock.nowMs());
  }

  #stepDone(): void {
    this.#step += 1;
    this.#tapsOfStep = 0;
    if (this.#step === this.terminals.operations.length) {
      this.#approved();
      return;
    }
    this.terminals.tracer?.note(this, "stepDone", this.#step);
    this.#tap();
  }

  #approved(): void {
    this.toldApproved = true;
    this.terminals.tracer?.note(this, "toldApproved");
    this.#close("answered");
  }

  /** A merchant who did nothing wrong and is turned away has lost the activation to a bad link. */
  #declined({ cause, code }: CallResult): void {
    this.terminals.tracer?.note(this, "toldDeclined", undefined, code);
    if (cause === "link") this.cause = "link";
    this.toldDeclined = cause !== "link";
    this.#close("answered");
  }

  #stepFailed(call: CallResult): void {
    if (!surelyPostedNothing(call.end, call.code)) this.#mayStand = true;
    // Nothing was sent that could say what it suffered from: what held it back knows.
    if (call.end === "rejected" && call.cause !== null) this.cause = call.cause;
    const { patience } = this.terminals;
    const isTimeout = call.end === "timeout";
    if (patience === null || this.#tapsOfStep > patience.retries) {
      this.#giveUp(isTimeout ? "timedOut" : "failed");
    } else if (isTimeout) this.#tap();
    else this.#pause(patience.pause, SessionEvent.tap);
  }

  /** The merchant taps no more: asks whether the money is there, if such merchants do. */
  #giveUp(ending: Ending): void {
    const poll = this.terminals.patience?.poll;
    if (poll === undefined || !this.#mayStand) {
      this.#close(ending);
      return;
    }
    this.#isPolling = true;
    this.#endingSoFar = ending;
    this.#pause(poll.first, SessionEvent.poll);
  }

  #poll(): void {
    const { maker, pollOperation, counts } = this.terminals;
    this.#pollCount += 1;
    counts.did("polls", this, this.#pollCount);
    const attempt = laterAttempt(0, firstPoll + this.#pollCount);
    this.#waitingFor = maker.call(this, this.payment, pollOperation, attempt, forEver, null, null);
  }

  #pollEnded(call: CallResult): void {
    const poll = this.terminals.patience?.poll;
    if (call.end === "answered" && verdictOf(call.code) === "approved") {
      this.#approved();
    } else if (poll === undefined || this.#pollCount >= poll.times) this.#close(this.#endingSoFar);
    else this.#pause(poll.every, SessionEvent.poll);
  }

  #pause(waitMs: number, kind: number): void {
    this.terminals.tracer?.note(this, "pauses", waitMs);
    this.terminals.clock.after(waitMs, this, kind);
  }

  #finishIfDone(): void {
    if (this.#openCalls === 0 && this.isClosed === true) this.terminals.finish(this);
  }

  #close(ending: Ending): void {
    this.isClosed = true;
    this.ending = ending;
    this.endedMs = this.terminals.clock.nowMs();
    if (ending !== "answered") this.#gaveUp(ending);
    this.terminals.closed(this);
    this.#finishIfDone(); // Nothing is under way where the last try was never sent.
  }

  #gaveUp(ending: Ending): void {
    const { reversal, tracer } = this.terminals;
    tracer?.note(this, "givesUp", undefined, ending);
    if (reversal !== null && this.#mayStand) new Reversing(this, reversal).start();
  }

  /** What a call suffered from; once there is an answer, what comes later changes nothing. */
  #learnCause(call: Call): void {
    const { clock, isOperator } = this.terminals;
    const elapsedMs = clock.nowMs() - call.sentMs;
    if (call.hasAnswer === true) this.spent.answered(call, elapsedMs, isOperator);
    else this.spent.lose(call.isLost ? "network" : ownCause(isOperator), elapsedMs);
    if (this.ending !== "answered") this.cause = causeOf(call, elapsedMs, isOperator);
  }
}

/** What the answer of a call says, or else where most of its time went. */
function causeOf(call: Call, elapsedMs: number, isOperator: boolean): Cause {
  if (call.isLost) return "network";
  if (!call.hasAnswer) return ownCause(isOperator);
  if (call.cause !== null) return call.cause;
  const networkMs = elapsedMs - call.ownMs - call.downstreamMs - call.betweenMs;
  const mostMs = Math.max(networkMs, call.ownMs, call.downstreamMs, call.betweenMs);
  if (mostMs === call.downstreamMs) return "bank-delay";
  if (mostMs === call.ownMs) return ownCause(isOperator);
  return mostMs === networkMs ? "network" : "communication";
}

/** Of whom the terminals ask. */
function ownCause(isOperator: boolean): "operator-capacity" | "bank-delay" {
  return isOperator ? "operator-capacity" : "bank-delay";
}
