import type { Span } from "../chain/span.ts";
import type { NumberedFault } from "../fault/fault.ts";
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
  /** Where this replica keeps what it has acknowledged and must still deliver. */
  readonly storeFile: string;
  /** Whether an endpoint may be on another machine. */
  readonly isRemoteAllowed: boolean;
  /** Services that are reached over a link which may lose messages. */
  readonly lossyServices: readonly string[];
  /** The port of the replica that this one will stand in for; absent: it serves at once, on any. */
  readonly port?: number;
};

export type DriverConfig = {
  readonly scenario: Scenario;
  readonly scenarioFile: string;
  readonly seed: string;
  readonly span: Span;
  readonly endpoints: Endpoints;
  readonly lossyServices: readonly string[];
  /** Where the terminals keep their reversals. Absent: nowhere. */
  readonly reversalsFile?: string;
  /** The case of the scenario, by which its lines are told apart from those of others. */
  readonly variant: string;
  /** Set for the run before the run. */
  readonly isRehearsal?: boolean;
};

/** What the policies at one place did. */
export type PolicyRecord = {
  readonly site: string;
  readonly counts: Readonly<Record<string, number>>;
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
  readonly policies: readonly PolicyRecord[];
  readonly latenessP99Ms: number | null;
};

/** The links that have faults, for the one process that carries them. */
export type ProxyConfig = {
  readonly seed: string;
  /** Where in the scenario the run starts. [ms of the scenario] */
  readonly windowFromMs: number;
  /** End of the scenario and of its drain. [ms of the scenario] */
  readonly untilMs: number;
  readonly links: readonly ProxyLink[];
};

export type ProxyLink = {
  /** The two ends, as the scenario names them: the same name draws the same luck. */
  readonly link: string;
  /** What can go wrong on it, each with its place among the scenario's faults. */
  readonly faults: readonly NumberedFault[];
  /** Where the servers behind it listen. */
  readonly targets: readonly Endpoint[];
  /** Held longer than this, a message is as good as lost; `Infinity`: never. [ms] */
  readonly patienceMs: number;
};

/** What became of the messages of a link; most are none of these but a message. */
export type LinkCounts = {
  messages: number;
  lost: number;
  reset: number;
  corrupted: number;
  doubled: number;
  delayed: number;
};

export type ProxyRecord = {
  readonly links: readonly (Readonly<LinkCounts> & {
    readonly link: string;
    /** Stream and number of each activation whose message went astray on it, pair by pair. */
    readonly strayKeys: readonly number[];
  })[];
  readonly latenessP99Ms: number | null;
};

export type ToChild =
  | { readonly kind: "configure-replica"; readonly config: ReplicaConfig }
  | { readonly kind: "configure-driver"; readonly config: DriverConfig }
  /** May be said again, as more servers come up: then of the same links first, and of more. */
  | { readonly kind: "configure-proxy"; readonly config: ProxyConfig }
  /** Instant 0 of the run, on the machine's monotonic clock. */
  | { readonly kind: "start"; readonly epochMs: number }
  /** Ends the run early (driver), or asks for the record (replica, proxy). */
  | { readonly kind: "finish" }
  /** Asks for the record of a replica that is about to be killed. */
  | { readonly kind: "last-words" }
  /** Asks how many requests are under way in a replica, or stored and not delivered. */
  | { readonly kind: "count-open" };

export type FromChild =
  | { readonly kind: "up" }
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "progress"; readonly progress: DriverProgress }
  | { readonly kind: "activations"; readonly rows: ActivationRows }
  | { readonly kind: "driven"; readonly policies: readonly PolicyRecord[] }
  | { readonly kind: "open"; readonly count: number }
  | { readonly kind: "record"; readonly record: ReplicaRecord }
  /** Where to connect instead of each target, in the order of the links and targets asked for. */
  | { readonly kind: "proxy-ready"; readonly endpoints: readonly (readonly Endpoint[])[] }
  | { readonly kind: "proxy-record"; readonly record: ProxyRecord }
  | { readonly kind: "failed"; readonly message: string };
