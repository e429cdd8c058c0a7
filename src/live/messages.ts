import type { Span } from "../chain/traffic.ts";
import type { StationWire } from "../record/station-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Endpoint } from "./http-transport.ts";

/** What parent and child processes of a live run say to each other, over Node's IPC. */

/** Where the replicas of each service listen. */
export type Endpoints = Readonly<Record<string, readonly Endpoint[]>>;

export type ReplicaConfig = {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly span: Span;
  readonly service: string;
  readonly number: number;
  readonly endpoints: Endpoints;
  /** Database of the service's ledger, shared by its replicas. */
  readonly ledgerFile: string;
  /** Whether an endpoint may be on another machine. */
  readonly isRemoteAllowed: boolean;
};

export type DriverConfig = {
  readonly scenario: Scenario;
  readonly scenarioFile: string;
  readonly seed: string;
  readonly span: Span;
  readonly endpoints: Endpoints;
};

/** Numbers of one finished activation, in this order; see `activation-row.ts`. */
export type ActivationRows = Float64Array;

export type DriverProgress = {
  readonly planned: number;
  readonly open: number;
  readonly sendLagP99Ms: number | null;
};

export type ReplicaRecord = {
  readonly stations: readonly { readonly stage: string; readonly record: StationWire }[];
  readonly missingCount: number;
  readonly latenessP99Ms: number | null;
};

export type ToChild =
  | { readonly kind: "configure-replica"; readonly config: ReplicaConfig }
  | { readonly kind: "configure-driver"; readonly config: DriverConfig }
  /** Instant 0 of the run, on the machine's monotonic clock. */
  | { readonly kind: "start"; readonly epochMs: number }
  /** Ends the run early (driver), or asks for the record (replica). */
  | { readonly kind: "finish" };

export type FromChild =
  | { readonly kind: "up" }
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "progress"; readonly progress: DriverProgress }
  | { readonly kind: "activations"; readonly rows: ActivationRows }
  | { readonly kind: "driven"; readonly planned: number }
  | { readonly kind: "record"; readonly record: ReplicaRecord }
  | { readonly kind: "failed"; readonly message: string };
