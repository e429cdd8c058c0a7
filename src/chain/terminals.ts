import type { Clock } from "../kernel/clock.ts";
import { objectList } from "../kernel/object-list.ts";
import type { Customers } from "../traffic/merchant.ts";
import type { CallMaker } from "./call.ts";
import type { Identity } from "./identity.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { ReversalJournal } from "./reversal-journal.ts";
import type { ReversalSpec } from "./reversal-spec.ts";
import type { Routine } from "./routine.ts";
import type { PatienceSpec } from "./service-spec.ts";
import { Session } from "./session.ts";
import type { Tracer } from "./tracer.ts";

/** Told of each activation once, when nothing more can happen to it. It is reused afterwards. */
export interface SessionSink {
  /** Whether `sendLagMs` of the sessions is filled in: an open one without it was never sent. */
  readonly measuresSends: boolean;
  finished(session: Session): void;
}

/** Told when a terminal is free again; the activation may still be under way behind it. */
export interface SessionWatcher {
  closed(session: Session): void;
}

export type TerminalsParts = {
  readonly clock: Clock;
  readonly maker: CallMaker;
  readonly counts: PolicyCounts;
  readonly routines: readonly Routine[];
  /** Numbers, in the called service, of the journey's operations in their order. */
  readonly operations: readonly number[];
  /** Of the question for the status, and of the reversal; -1: there is none. */
  readonly pollOperation: number;
  readonly reversalOperation: number;
  readonly reversal: ReversalSpec | null;
  /** Where reversals are kept for good; null: nowhere. */
  readonly reversals: ReversalJournal | null;
  /** Who really sends, and what requests show; null: nothing that could be checked. */
  readonly identity: Identity | null;
  readonly streamName: string;
  readonly streamIndex: number;
  readonly streamKey: number;
  readonly patience: PatienceSpec | null;
  readonly customers: Customers;
  /** Whether what is called posts a credit; else an approved answer is the credit. */
  readonly posts: boolean;
  /** Whether the operator is called, and not a bank directly. */
  readonly isOperator: boolean;
  readonly sink: SessionSink;
};

/** The terminals of one stream of traffic: they start activations and see them to their end. */
export class Terminals {
  readonly clock: Clock;
  readonly maker: CallMaker;
  readonly counts: PolicyCounts;
  readonly operations: readonly number[];
  readonly pollOperation: number;
  readonly reversalOperation: number;
  readonly reversal: ReversalSpec | null;
  readonly reversals: ReversalJournal | null;
  readonly identity: Identity | null;
  readonly streamName: string;
  readonly streamIndex: number;
  readonly streamKey: number;
  readonly patience: PatienceSpec | null;
  readonly customers: Customers;
  /** Whether who comes with how much is asked of every activation: then it is drawn as they come. */
  readonly asksWho: boolean;
  readonly posts: boolean;
  readonly isOperator: boolean;
  /** Hears what happens at the terminals; null: nobody does. */
  readonly tracer: Tracer | null;
  /** Activations started so far. */
  plannedCount = 0;
  watcher: SessionWatcher | null = null;
  readonly #sink: SessionSink;
  readonly #routines: readonly Routine[];
  /** All that were ever made: those that are not open are in the pool. */
  readonly #sessions = objectList<Session>();
  readonly #pool = objectList<Session>();
  /** Activations that are not finished. */
  openCount = 0;

  constructor(parts: TerminalsParts) {
    this.clock = parts.clock;
    this.maker = parts.maker;
    this.counts = parts.counts;
    this.tracer = parts.counts.tracer;
    this.#routines = parts.routines;
    this.operations = parts.operations;
    this.pollOperation = parts.pollOperation;
    this.reversalOperation = parts.reversalOperation;
    this.reversal = parts.reversal;
    this.reversals = parts.reversals;
    this.identity = parts.identity;
    this.streamName = parts.streamName;
    this.streamIndex = parts.streamIndex;
    this.streamKey = parts.streamKey;
    this.patience = parts.patience;
    this.posts = parts.posts;
    this.isOperator = parts.isOperator;
    this.customers = parts.customers;
    this.asksWho = parts.posts || parts.identity !== null || this.tracer !== null;
    this.#sink = parts.sink;
  }

  get measuresSends(): boolean {
    return this.#sink.measuresSends;
  }

  /** Whether that operation is what merchants want, and not a question or a reversal. */
  isOfJourney(operation: number): boolean {
    return operation !== this.pollOperation && operation !== this.reversalOperation;
  }

  /** Begins what terminals do by themselves: health checks. */
  beginRoutines(): void {
    for (const routine of this.#routines) routine.start();
  }

  /** @param amountMinor - As recorded, or -1 to draw it. */
  start(index: number, plannedMs: number, amountMinor: number, terminal: number): void {
    const session = this.#pool.pop() ?? this.#newSession();
    session.terminal = terminal;
    this.openCount += 1;
    this.plannedCount += 1;
    session.begin(index, plannedMs, amountMinor);
  }

  closed(session: Session): void {
    this.watcher?.closed(session);
  }

  finish(session: Session): void {
    this.openCount -= 1;
    this.#sink.finished(session);
    this.#pool.push(session);
  }

  /** The run is over: hands in what is still open, as it stands, in the order of planning. */
  handInOpen(): void {
    const pooled = new Set(this.#pool);
    const open = this.#sessions
      .splice(0)
      .filter((it) => !pooled.has(it))
      .sort((a, b) => a.plannedMs - b.plannedMs || a.payment.index - b.payment.index);
    for (const session of open) {
      session.cutOff();
      this.#sink.finished(session);
    }
    this.openCount = 0;
  }

  #newSession(): Session {
    const session = new Session(this);
    this.#sessions.push(session);
    return session;
  }
}
