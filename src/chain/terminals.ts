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
  readonly #open = objectList<Session>();
  readonly #pool = objectList<Session>();

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

  /** Activations that are not finished. */
  get openCount(): number {
    return this.#open.length;
  }

  /** Begins what terminals do by themselves: health checks. */
  beginRoutines(): void {
    for (const routine of this.#routines) routine.start();
  }

  /** @param amountMinor - As recorded, or -1 to draw it. */
  start(index: number, plannedMs: number, amountMinor: number, terminal: number): void {
    const session = this.#pool.pop() ?? new Session(this);
    session.slot = this.#open.length;
    session.terminal = terminal;
    this.#open.push(session);
    this.plannedCount += 1;
    session.begin(index, plannedMs, amountMinor);
  }

  closed(session: Session): void {
    this.watcher?.closed(session);
  }

  finish(session: Session): void {
    const last = this.#open.pop();
    if (last !== undefined && last !== session) {
      this.#open[session.slot] = last;
      last.slot = session.slot;
    }
    this.#sink.finished(session);
    this.#pool.push(session);
  }

  /** The run is over: hands in what is still open, as it stands, in the order of planning. */
  handInOpen(): void {
    const open = this.#open
      .splice(0)
      .sort((a, b) => a.plannedMs - b.plannedMs || a.payment.index - b.payment.index);
    for (const session of open) {
      session.cutOff();
      this.#sink.finished(session);
    }
  }
}
