import type { Cause, Outcome } from "../domain/outcome.ts";
import type { TraceEvent } from "../domain/trace-event.ts";

/** In place of the number of a request, which is a whole one: what happens to the activation itself. */
export const ofItself = -0.5;

/** One thing that happened to an activation. */
export type TimelineNote = {
  /** In the time of the run. [ms] */
  readonly atMs: number;
  /** `terminal`, `bank#2`, `bank#2.risk`. */
  readonly place: string;
  /** Of which request, by the number of its draws there; `ofItself`: of none. */
  readonly attempt: number;
  /** How many services lie between there and the terminal; 0: at the terminal. */
  readonly hop: number;
  readonly event: TraceEvent;
  /** How many, or how long in ms, as the event has it; NaN: it has none. */
  readonly value: number;
  /** A response code, a state, a name, as the event has it. */
  readonly word: string;
  /** Who else took part, such as `bank#2`. */
  readonly peer: string;
};

/** What happened to one activation from its planned instant on, place by place. */
export type Timeline = {
  /** `stream#number`. */
  readonly activation: string;
  /** Of the run that it is of; null: the scenario's own. */
  readonly seed: string | null;
  readonly outcome: Outcome;
  /** Of a late or lost one. */
  readonly cause: Cause | null;
  readonly plannedMs: number;
  /** To the end at the terminal; NaN: there was none. [ms] */
  readonly latencyMs: number;
  /** To its first credit that stands; NaN: none does. [ms] */
  readonly creditMs: number;
  readonly amountMinor: number;
  /** In the order in which they happened. */
  readonly notes: readonly TimelineNote[];
  /** What terminal, operator and ledger say of it in the end. */
  readonly records: string;
};
