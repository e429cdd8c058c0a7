import type { Span } from "../chain/span.ts";
import { type Problem, RunError, UsageError } from "../kernel/errors.ts";
import type { VariantSummary } from "../record/run-record.ts";
import type { RunWire } from "../record/run-wire.ts";
import type { Tail } from "../record/tail-result.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { BatchCuts } from "./batches.ts";
import type { OverheadOptions } from "./message-overhead.ts";

/** One case under one seed, or several in a row: plain data, as it goes to a worker. */
export type GridJob = {
  readonly scenario: Scenario;
  /** The scenario's file: traces are read from beside it. */
  readonly file: string;
  readonly variant: string;
  readonly span: Span;
  /** Number of the run, as `replicationSeed` has it: 0 is the scenario's own seed. */
  readonly seedIndex: number;
  /** Runs, from that number on; more than one share a worker. @default 1 */
  readonly seedCount?: number;
  readonly overhead?: OverheadOptions;
  /** Records the run in batches too. @default false */
  readonly inBatches?: boolean;
  /** Looks for the tail of the first run, if it has at most so many activations. Absent: not. */
  readonly tailMaxCount?: number;
};

/** What a run came to without its series: small, and all that gates look at. */
export type Figures = Omit<VariantSummary, "series">;

/** What a worker is asked. */
export type GridTask = {
  readonly job: GridJob;
  readonly returns: "figures" | "record";
  /** One number, shared: other than 0, every run of the grid ends early. */
  readonly stop: SharedArrayBuffer;
  /** One number, shared: how far the job is. [millionths] Null: nobody asks. */
  readonly progress: SharedArrayBuffer | null;
};

type Counts = {
  readonly isPartial: boolean;
  readonly eventCount: number;
  readonly openCount: number;
};

/** What a worker answers. Errors travel as values: a clone of one would lose its class. */
export type GridAnswer =
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: ErrorWire }
  | ({
      readonly kind: "figures";
      readonly figures: Figures;
      readonly runs: readonly Figures[];
    } & Counts)
  | ({
      readonly kind: "record";
      readonly record: RunWire;
      readonly summary: VariantSummary;
      readonly runs: readonly VariantSummary[];
      readonly batches: BatchCuts;
      readonly tail: Tail | null;
    } & Counts);

export type ErrorWire =
  | { readonly kind: "usage"; readonly code: string; readonly problems: readonly Problem[] }
  | { readonly kind: "run"; readonly message: string; readonly hint: string | undefined }
  | {
      readonly kind: "other";
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

export function errorToWire(error: unknown): ErrorWire {
  if (error instanceof UsageError) {
    return { kind: "usage", code: error.code, problems: error.problems };
  }
  if (error instanceof RunError) return { kind: "run", message: error.message, hint: error.hint };
  if (!(error instanceof Error)) {
    return { kind: "other", name: "Error", message: String(error), stack: undefined };
  }
  const { name, message, stack } = error;
  return { kind: "other", name, message, stack };
}

/** The error as it was where it was thrown; one of ours keeps the stack of the worker. */
export function errorFromWire(wire: ErrorWire): Error {
  if (wire.kind === "usage") return new UsageError(wire.code, wire.problems);
  if (wire.kind === "run") return new RunError(wire.message, wire.hint);
  const error = new Error(wire.message);
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
