import type { Cause, Ending, Outcome } from "../domain/outcome.ts";

/** What is recorded of one activation when nothing more can happen to it. */
export type ActivationRecord = {
  plannedMs: number;
  ending: Ending;
  /** When the terminal had its final answer, or gave up; NaN if neither. [ms] */
  endedMs: number;
  /** From the planned to the actual first send; NaN if it was not sent, or not measured. [ms] */
  sendLagMs: number;
  toldApproved: boolean;
  toldDeclined: boolean;
  /** When it was first credited; NaN if never. [ms] */
  creditedAtMs: number;
  /** How many ledgers credited it. */
  creditCount: number;
  /** Whether what was asked posts a credit at all. */
  posts: boolean;
  attempts: number;
  cause: Cause;
};

/**
 * Told of each activation of a run as it is recorded, by stream and number: the same in both worlds.
 * The latency is NaN where the terminal neither had an answer nor gave up. [ms]
 */
export type OnActivation = (
  streamKey: number,
  index: number,
  plannedMs: number,
  latencyMs: number,
  outcome: Outcome,
) => void;
