import { serviceOf } from "../chain/chain-spec.ts";
import { servicesAsked } from "../chain/service-spec.ts";
import type { Span } from "../chain/span.ts";
import { crashEpisodes } from "../fault/crash.ts";
import type { Scenario } from "../scenario/schema.ts";
import { createJournal } from "./journal-store.ts";
import { LinkProxies, type LinksSeen } from "./link-proxies.ts";
import type { Endpoints, ReplicaRecord } from "./messages.ts";
import { ReplicaSeat } from "./replica-seat.ts";
import { ledgerFile, storeFile } from "./run-files.ts";

export type FleetOptions = {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly span: Span;
  /** Where ledgers and stores are kept. */
  readonly folder: string;
  /** The services to start; what they call must be among them, or in `endpoints`. */
  readonly services: readonly string[];
  readonly endpoints?: Endpoints;
};

/** The replicas of a chain, each a process of its own, started from the far end of the chain on. */
export class Fleet {
  readonly seats: ReplicaSeat[] = [];
  readonly endpoints: Record<string, { readonly host: string; readonly port: number }[]> = {};
  /** Rejects when a process dies that was not to die, or fails. */
  readonly failure: Promise<never>;
  readonly #options: FleetOptions;
  readonly #proxies: LinkProxies;
  #failed: (error: Error) => void = () => {};

  private constructor(options: FleetOptions) {
    this.#options = options;
    this.failure = new Promise<never>((_, reject) => {
      this.#failed = reject;
    });
    this.failure.catch(() => {}); // Waited for elsewhere; never unhandled.
    Object.assign(this.endpoints, options.endpoints);
    const { scenario, seed, span } = options;
    this.#proxies = new LinkProxies(scenario, seed, span, (error) => this.#failed(error));
  }

  /**
   * Starts every replica and waits until it says that it is ready.
   *
   * @throws {RunError} when one cannot be started; those that were are ended first.
   */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    try {
      // Processes take longest to boot: they all do at once, and are then set up one by one.
      for (const service of options.services) fleet.#bootService(service);
      for (const service of calledFirst(options.scenario, options.services)) {
        await fleet.#configureService(service);
      }
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  /** Where one end of the chain reaches each service. */
  endpointsFrom(end: string): Endpoints {
    return this.#proxies.endpointsFrom(end, this.endpoints);
  }

  /** Services that this end reaches over a link which may lose messages. */
  lossyServicesFrom(end: string): readonly string[] {
    return this.#proxies.lossyServicesFrom(end);
  }

  beginRun(epochMs: number): void {
    this.#proxies.beginRun(epochMs);
    for (const seat of this.seats) seat.beginRun(epochMs);
  }

  /** What every replica recorded. */
  async finish(): Promise<{ readonly seat: ReplicaSeat; readonly record: ReplicaRecord }[]> {
    const found = await Promise.all(
      this.seats.map(async (seat) => (await seat.finish()).map((record) => ({ seat, record }))),
    );
    return found.flat();
  }

  /** What the link proxy saw; null where there is none. */
  async finishLinks(): Promise<LinksSeen | null> {
    return this.#proxies.finish();
  }

  /** Requests that are under way in a replica, or were acknowledged and are not delivered. */
  async countOpen(): Promise<number> {
    const counts = await Promise.all(this.seats.map((seat) => seat.countOpen()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async end(): Promise<void> {
    await Promise.all([...this.seats.map((seat) => seat.end()), this.#proxies.end()]);
  }

  #bootService(service: string): void {
    const { scenario, seed, span } = this.#options;
    const untilMs = span.toMs + scenario.drain;
    for (let number = 1; number <= serviceOf(scenario, service).replicas; number += 1) {
      const { faults } = scenario;
      const crashes = crashEpisodes(faults, seed, service, number, span.fromMs, untilMs);
      this.seats.push(new ReplicaSeat(service, number, crashes, (error) => this.#failed(error)));
    }
  }

  /** Hands each replica its part; what it calls must be up already. */
  async #configureService(service: string): Promise<void> {
    const { scenario, seed, span, folder } = this.#options;
    createJournal(ledgerFile(folder, service));
    const seats = this.seats.filter((it) => it.service === service);
    this.endpoints[service] = await Promise.all(
      seats.map(async (seat) => ({
        host: "127.0.0.1",
        port: await seat.configure({
          scenario,
          seed,
          span,
          service,
          number: seat.number,
          endpoints: this.endpointsFrom(service),
          lossyServices: this.lossyServicesFrom(service),
          ledgerFile: ledgerFile(folder, service),
          storeFile: storeFile(folder, service, seat.number),
          isRemoteAllowed: false,
        }),
      })),
    );
    await this.#proxies.serve(service, this.endpoints[service]);
  }
}

/** The services in an order in which each comes after those that it calls. */
function calledFirst(scenario: Scenario, services: readonly string[]): string[] {
  const order: string[] = [];
  const visit = (service: string): void => {
    if (order.includes(service) || !services.includes(service)) return;
    for (const called of calledBy(scenario, service)) visit(called);
    order.push(service);
  };
  for (const service of services) visit(service);
  return order;
}

/** The services that a set of services calls, directly or through others. */
export function servicesBehind(scenario: Scenario, service: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const called of calledBy(scenario, name)) {
      if (found.has(called)) continue;
      found.add(called);
      visit(called);
    }
  };
  visit(service);
  return [...found];
}

function calledBy(scenario: Scenario, service: string): readonly string[] {
  return servicesAsked(serviceOf(scenario, service));
}
