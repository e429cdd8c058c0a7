import { buildReplica } from "../src/chain/build.ts";
import { journalTerms, serviceOf } from "../src/chain/chain-spec.ts";
import { type ForwardStore, MemoryStore } from "../src/chain/forward-store.ts";
import { type Journals, memoryJournals } from "../src/chain/journals.ts";
import { spanMs } from "../src/chain/span.ts";
import type { World } from "../src/chain/world.ts";
import { type CredentialKeys, credentialKeys } from "../src/live/credentials-wire.ts";
import { HttpTransport } from "../src/live/http-transport.ts";
import type { ReplicaConfig, ReplicaRecord } from "../src/live/messages.ts";
import { WallClock } from "../src/live/wall-clock.ts";
import { cutBuckets } from "../src/record/buckets.ts";
import { StationRecord } from "../src/record/station-record.ts";
import type { Scenario } from "../src/scenario/schema.ts";
import type { Stage } from "./server-parts.ts";
import { SqlStore } from "./sql-store.ts";

/** Connections opened ahead to each replica of a called service. */
const warmConnectionCount = 16;

/** One replica on its wall clock, with its records and its ways to the services it calls. */
export class LiveReplica implements Stage {
  readonly clock = new WallClock("timer");
  readonly replica: Stage["replica"];
  readonly stations = new Map<string, StationRecord>();
  readonly isRehearsal: boolean;
  readonly keys: CredentialKeys;
  readonly afterCommit: (then: () => void) => void;
  openCount = 0;
  readonly #transports = new Map<string, HttpTransport>();
  readonly #config: ReplicaConfig;
  readonly #stores: SqlStore[] = [];

  /** @param journals - What it writes down for good; closed by who opened them. */
  constructor(
    config: ReplicaConfig,
    journals: Journals & Partial<Pick<Stage, "afterCommit">>,
    isRehearsal = false,
  ) {
    this.#config = config;
    this.afterCommit = journals.afterCommit ?? ((then) => then());
    this.keys = credentialKeys(config.seed);
    this.isRehearsal = isRehearsal;
    const { seed, service, number, span } = config;
    const scenario = withReplicasAsGiven(config);
    const durationMs = spanMs(span);
    const world: World = {
      clock: this.clock,
      seed,
      transportTo: (_from, target) => this.#transportTo(target),
      storeOf: (site) => this.#storeOf(site),
      tracerAt: () => null, // A timeline is that of the simulation under the same draws.
      life: { isOver: false },
    };
    this.replica = buildReplica(scenario, world, service, number, journals, (stage) => {
      const record = new StationRecord(cutBuckets(durationMs), durationMs);
      this.stations.set(stage, record);
      return record;
    });
  }

  /** @param epochMs - Instant 0 of the run on the machine's monotonic clock. */
  start(epochMs: number): void {
    const { scenario, seed, span } = this.#config;
    this.clock.start(epochMs);
    this.clock.catchUp();
    this.replica.start(scenario.faults, {
      seed,
      windowFromMs: span.fromMs,
      untilMs: span.toMs + scenario.drain,
      nowMs: this.clock.nowMs(),
    });
  }

  /** The record up to now of a replica that is about to be killed: what is inside dies with it. */
  lastWords(): ReplicaRecord {
    if (this.clock.isRunning) this.clock.catchUp();
    this.replica.life.isOver = true;
    this.replica.closeStations();
    return this.finish();
  }

  /** Ends the records as they stand. */
  finish(): ReplicaRecord {
    if (this.clock.isRunning) this.clock.catchUp();
    const endMs = Math.max(this.clock.nowMs(), spanMs(this.#config.span));
    return {
      stations: [...this.stations].map(([stage, record]) => {
        record.close(endMs);
        return { stage, record: record.toWire() };
      }),
      missingCount: this.replica.missingCount,
      policies: this.replica.policyCounts.map((it) => ({ site: it.site, counts: it.read() })),
      latenessP99Ms: this.clock.lateness.quantileMs(0.99),
    };
  }

  close(): void {
    this.clock.stop();
    for (const transport of this.#transports.values()) transport.close();
    for (const store of this.#stores) store.close();
  }

  /** A rehearsal stores nothing that lasts. */
  #storeOf(site: string): ForwardStore {
    if (this.isRehearsal) return new MemoryStore();
    const store = new SqlStore(this.#config.storeFile, site);
    this.#stores.push(store);
    return store;
  }

  /** Connects to the services that it calls, so that the first calls of a run need not. */
  async warm(): Promise<void> {
    for (const transport of this.#transports.values()) await transport.warm(warmConnectionCount);
  }

  #transportTo(service: string): HttpTransport {
    let transport = this.#transports.get(service);
    if (transport === undefined) {
      const { scenario, endpoints, isRemoteAllowed, lossyServices } = this.#config;
      transport = new HttpTransport({
        clock: this.clock,
        endpoints: endpoints[service] ?? [],
        operations: Object.keys(serviceOf(scenario, service).operations),
        isRemoteAllowed,
        keys: this.keys,
        letsGo: lossyServices.includes(service),
        isRehearsal: this.isRehearsal,
      });
      this.#transports.set(service, transport);
    }
    return transport;
  }
}

/** A copy of the replica for the rehearsal: same stages, no faults, a ledger that is thrown away. */
export function buildRehearsal(config: ReplicaConfig): LiveReplica {
  const scenario = { ...config.scenario, faults: [] };
  return new LiveReplica(
    { ...config, scenario },
    memoryJournals(journalTerms(scenario, config.service)),
    true,
  );
}

/** Where a user's own service stands in, it may have more or fewer replicas than the scenario says. */
function withReplicasAsGiven({ scenario, endpoints }: ReplicaConfig): Scenario {
  const services = Object.entries(scenario.services).map(([name, spec]) => {
    const given = endpoints[name]?.length ?? 0;
    return [name, given === 0 ? spec : { ...spec, replicas: given }] as const;
  });
  return { ...scenario, services: Object.fromEntries(services) };
}
